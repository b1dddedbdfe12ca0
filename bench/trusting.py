"""Runs a module as `python -m` does, trusting the bench's own authority where one is named.

    python -m bench.trusting MODULE ARGUMENTS…

requests takes its authorities from certifi, and the app's sessions read nothing of the environment.
"""

from __future__ import annotations

import os
import runpy
import sys

import certifi

if __name__ == "__main__":
    if "BENCH_AUTHORITY" in os.environ:
        certifi.where = lambda: os.environ["BENCH_AUTHORITY"]
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
