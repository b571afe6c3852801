"""Runs one native contender: `python contender.py INPUT`, with INPUT as contender.mjs gets it; prints the same JSON.

Threads are set before the libraries are imported, since polars reads them once. Each library does what its own users do:
column types are given where that is faster, and no cell is left unread.
"""

import json
import os
import resource
import sys
import time

given = json.loads(sys.argv[1])
threads = given["threads"]
os.environ["POLARS_MAX_THREADS"] = str(threads)
os.environ["OMP_NUM_THREADS"] = str(threads)

sys.path.insert(0, os.path.dirname(__file__))
kind = given["name"].split(":")[0]
module, function = kind.split("-")[:2]
if module == "duckdb2":
    import in_duckdb as library
elif module == "polars":
    import in_polars as library
else:
    import in_pyarrow as library

run = getattr(library, function)
seconds = []
result = None
for _ in range(given["passes"]):
    if given.get("out"):
        target = os.path.join(given["out"], "forecasted-values")
        os.makedirs(target, exist_ok=True)
        for name in os.listdir(target):
            os.remove(os.path.join(target, name))
    result = None
    start = time.perf_counter()
    result = run(given)
    seconds.append(time.perf_counter() - start)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
check = getattr(library, "check_" + function, None)
print(json.dumps({"name": given["name"], "seconds": seconds, "bytes": given["bytes"], "peakBytes": peak,
                  "result": check(result) if check else result}))
