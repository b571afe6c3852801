"""Runs the program argv[1] once for each list of arguments that stdin has, in one process; answers what each printed.

What they say on standard error is this program's: Spark's workers keep the one that they were started with.
"""

import json
import os
import runpy
import sys
import tempfile
import traceback

PROGRAM = sys.argv[1]


def run(arguments):
    """As `python PROGRAM ARGUMENTS` would: its exit code, and what it and the commands that it starts print."""
    sys.argv = [PROGRAM, *arguments]
    code = 0
    with tempfile.TemporaryFile() as output:
        kept = os.dup(1)
        os.dup2(output.fileno(), 1)
        try:
            runpy.run_path(PROGRAM, run_name="__main__")
        except SystemExit as end:
            code = end.code or 0
        except Exception:
            traceback.print_exc()
            code = 1
        sys.stdout.flush()
        os.dup2(kept, 1)
        output.seek(0)
        return {"code": code, "stdout": output.read().decode()}


answers = [run(arguments) for arguments in json.load(sys.stdin)]
print(json.dumps(answers))
