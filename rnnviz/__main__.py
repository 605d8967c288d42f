"""`python -m rnnviz`."""

import sys


def run() -> int:
    """The exit code; a settings file of limits that can't be used is said before anything else is loaded."""
    try:
        import rnnviz.limits  # noqa: F401
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    from rnnviz.cli import main

    return main()


if __name__ == "__main__":
    sys.exit(run())
