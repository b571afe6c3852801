"""The protocol of `python-engine.mjs`: a first line with the version, then each line of stdin is {"sql"} and each line of
stdout its {"rows"} or {"error"}. Ends with stdin. What else would be written to stdout, such as a JVM's warnings, goes to stderr."""

import json
import os
import sys

# before an engine is started, which inherits stdout
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def serve(version, run):
    """`run` answers a statement with its rows."""
    print(json.dumps({"version": version}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(run, json.loads(line)["sql"])), file=answers, flush=True)


def answer(run, sql):
    try:
        return {"rows": [[cell(value) for value in row] for row in run(sql)]}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:2000]}


def cell(value):
    """JSON keeps the bits of doubles, but has no NaN, and few programs read whole numbers beyond 2^53 exactly."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, float):
        if value != value:
            return "NaN"
        return value if abs(value) < float("inf") else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, int) and abs(value) < 2**53:
        return value
    return str(value)
