"""`python -m rnnviz`."""

import sys
from importlib import import_module


def run() -> int:
    """The exit code; a settings file of limits that can't be used is said before anything else is loaded."""
    try:
        import_module("rnnviz.limits")
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    from rnnviz.cli import main

    return main()


if __name__ == "__main__":
    sys.exit(run())
