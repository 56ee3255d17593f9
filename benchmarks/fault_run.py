"""Runs a module as `python -m` does, with this process's clock off by FAULTS_CLOCK seconds; the database keeps its own.

FAULTS_CLOCK=3600 python -m benchmarks.fault_run celery -A portal worker
"""

import os
import runpy
import sys
from datetime import UTC, datetime, timedelta

import time_machine

if __name__ == "__main__":
    off = float(os.environ.get("FAULTS_CLOCK") or 0)
    if off:
        time_machine.travel(datetime.now(UTC) + timedelta(seconds=off), tick=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
