"""Every check of the project; `make test` calls it. Stops at nothing, fails if one failed.

Those in a browser wait more than they compute, so they go beside the other tests, which fill the time.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
CHECKS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "floors": ["lint-imports"],
    "messages": [sys.executable, "-m", "scripts.messages", "check"],
    "tests": ["pytest", "-m", "not browser", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"],
}
BESIDE = {"tests in a browser": ["pytest", "-m", "browser", "tests/browser"]}
"""Begun before the last check of `CHECKS`; what they print comes when that is through."""
SURROUNDINGS = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Where nothing is kept of what Python compiles, each of some fifty processes compiles our sources and tests anew."""


def install_chromium() -> None:
    """Browser tests need Chromium; where apt can give it (as root, as CI runs), it does."""
    if any(map(shutil.which, CHROMIUM)) or not shutil.which("apt-get"):
        return
    subprocess.run(["apt-get", "update", "-qq"], check=False)
    subprocess.run(["apt-get", "install", "-y", "-qq", "chromium", "fonts-dejavu-core"], check=False)


def check(name: str, command: list[str]) -> bool:
    """Whether it passes; what it prints is seen at once."""
    start = time.perf_counter()
    print(f"== {name}: {' '.join(command)}", flush=True)
    passed = subprocess.run(command, env=SURROUNDINGS, check=False).returncode == 0
    print(f"== {name}: {time.perf_counter() - start:.1f} s", flush=True)
    return passed


def check_together(name: str, command: list[str], beside: dict[str, list[str]]) -> list[str]:
    """Those that failed; what those beside the first one print is shown when they are through."""
    start = time.perf_counter()
    with contextlib.ExitStack() as files:
        printed = {other: files.enter_context(tempfile.TemporaryFile()) for other in beside}
        going = {
            other: subprocess.Popen(beside[other], env=SURROUNDINGS, stdout=file, stderr=subprocess.STDOUT)
            for other, file in printed.items()
        }
        failed = [] if check(name, command) else [name]
        for other, process in going.items():
            print(f"== {other}: {' '.join(beside[other])}", flush=True)
            if process.wait() != 0:
                failed.append(other)
            printed[other].seek(0)
            print(printed[other].read().decode(errors="replace"))
            print(f"== {other}: {time.perf_counter() - start:.1f} s or less", flush=True)
    return failed


def main() -> int:
    install_chromium()
    *alone, last = CHECKS
    failed = [name for name in alone if not check(name, CHECKS[name])]
    failed += check_together(last, CHECKS[last], BESIDE)
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
