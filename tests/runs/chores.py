"""Work for a process of its own, in a file that loads little: that process loads it too."""

import os
import signal
import time

from rnnviz.errors import BadInput


def told_pid(steps, tell):
    print("a library that speaks to standard output")
    for step in range(steps):
        tell(step + 1, steps)
    return os.getpid()


def refuse(value, tell):
    del tell
    raise BadInput("“{name}” is not what is asked for.", name=value)


def sleep_long(tell):
    tell(os.getpid(), 0)
    time.sleep(20)


def end_oneself(tell):
    del tell
    os.kill(os.getpid(), signal.SIGKILL)
