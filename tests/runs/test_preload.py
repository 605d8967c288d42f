"""A process of our cluster must not outlive an app that was killed."""

import subprocess
import sys

import psutil

CHILD = """
import time
from rnnviz.runs import preload
preload.LOOK_EVERY = 0.05
preload.dask_setup(None)
print("up", flush=True)
time.sleep(60)
"""
PARENT = f"""
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", {CHILD!r}], stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(60)
"""


def test_a_process_whose_parent_was_killed_ends_by_itself():
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    try:
        child = psutil.Process(int(parent.stdout.readline()))
        assert child.is_running()
    finally:
        parent.kill()
        parent.wait()
    _gone, alive = psutil.wait_procs([child], timeout=20)
    assert not alive
