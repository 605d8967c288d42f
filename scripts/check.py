"""Every check of the project, one after the other; `make test` calls it. Stops at nothing, fails if one failed."""

import shutil
import subprocess
import sys
import time

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
CHECKS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "floors": ["lint-imports"],
    "messages": [sys.executable, "-m", "scripts.messages", "check"],
    "tests": ["pytest", "-m", "not browser", "-n", "2", "--dist", "loadfile"],
    "tests in a browser": ["pytest", "-m", "browser"],
}


def install_chromium() -> None:
    """Browser tests need Chromium; where apt can give it (as root, as CI runs), it does."""
    if any(map(shutil.which, CHROMIUM)) or not shutil.which("apt-get"):
        return
    subprocess.run(["apt-get", "update", "-qq"], check=False)
    subprocess.run(["apt-get", "install", "-y", "-qq", "chromium", "fonts-dejavu-core"], check=False)


def main() -> int:
    install_chromium()
    failed = []
    for name, command in CHECKS.items():
        start = time.perf_counter()
        print(f"== {name}: {' '.join(command)}", flush=True)
        if subprocess.run(command, check=False).returncode != 0:
            failed.append(name)
        print(f"== {name}: {time.perf_counter() - start:.1f} s", flush=True)
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
