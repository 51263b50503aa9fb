"""Runs a Python module as a program and says, on the last line of its output, how much memory it has used at most.

The peak comes from Linux's VmHWM; `getrusage` would count the memory of the process that started this one.
"""

import re
import runpy
import sys
from pathlib import Path


def main():
    module, *arguments = sys.argv[1:]
    sys.argv = [module, *arguments]
    status = 0
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        status = end.code
    print(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1])
    raise SystemExit(status)


if __name__ == "__main__":
    main()
