"""DuckDB of PyPI as an engine of SQL, in memory."""

import duckdb
import sql_lines

connection = duckdb.connect()
sql_lines.serve(duckdb.__version__, lambda sql: connection.execute(sql).fetchall())
