"""The workers: a cluster of our own on this machine, or one that is there already."""

import contextlib
import os
import time
from typing import Any

import distributed
from distributed.deploy.subprocess import SubprocessCluster

from rnnviz.runs.remote import warm_up

PRELOAD = "rnnviz.runs.preload"
"""What every process of our own cluster loads first."""
PATIENCE = 15.0
"""Seconds without a connection after which a scheduler is taken for lost."""
LOOK_AGAIN = 0.05
"""Seconds between two looks at a connection that is broken."""
SURROUNDINGS = {
    "DASK_LOGGING__DISTRIBUTED": "warning",
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1000",  # no task is given up because workers were killed under it
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",  # nobody reads it, and a training stops for each sample
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "500ms",  # of 20 ms: eight idle processes need not wake so often
    "DASK_DISTRIBUTED__ADMIN__SYSTEM_MONITOR__INTERVAL": "10s",  # of 0.5 s: nobody looks at its figures
    "DASK_DISTRIBUTED__ADMIN__SYSTEM_MONITOR__DISK": "False",
    "DASK_DISTRIBUTED__SCHEDULER__ACTIVE_MEMORY_MANAGER__START": "False",  # no result is on two workers
    "MALLOC_TRIM_THRESHOLD_": str(64 << 20),  # Dask's 64 kB give memory back at each step: a fifth slower
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),  # where glibc itself would end; one threshold set stops it from learning
}
"""What the processes of our own cluster find in their environment, unless whoever starts the app has set it."""


def workers_for(cores: int) -> int:
    """One worker for each core, but three cells always go side by side."""
    return min(max(cores, 3), 8)


class Cluster:
    """A scheduler with workers, and our connection to it."""

    def __init__(self, scheduler: str | None, timeout: float) -> None:
        """Start a scheduler and workers as plain subprocesses, or connect to the scheduler at this address.

        Raised is whatever goes wrong, after what was started has been ended.
        """
        self._own: Any = None
        self._client: Any = None
        self._seen = time.monotonic()
        workers = workers_for(os.cpu_count() or 1)
        try:
            if not scheduler:
                self._own = _start(workers)
            self._client = distributed.Client(scheduler or self._own, timeout=timeout)
            self._client.wait_for_workers(1 if scheduler else workers, timeout=timeout)
            self._client.run(warm_up)
            self.workers = len(self._client.nthreads())
            """How many trainings can be at work at once."""
        except BaseException:
            self.close()
            raise

    @property
    def client(self) -> Any:
        return self._client

    @property
    def lost(self) -> bool:
        """Whether the scheduler is gone: our own has ended, or another can't be reached for a while."""
        if self._own is not None and self._own.scheduler.process.returncode is not None:
            return True
        if self._client.status == "running":
            self._seen = time.monotonic()
        return time.monotonic() - self._seen > PATIENCE

    def wait_until_sure(self) -> None:
        """Wait until the scheduler answers or is lost, at most `PATIENCE`: a broken connection is noticed first."""
        while self._client.status != "running" and not self.lost:
            time.sleep(LOOK_AGAIN)

    def close(self) -> None:
        """End the workers that were started here; an existing cluster is only left."""
        for part in (self._client, self._own):
            if part is not None:
                with contextlib.suppress(OSError, TimeoutError):  # one that is slow to go must not keep the other
                    part.close()


def _start(workers: int) -> Any:
    for name, value in SURROUNDINGS.items():
        os.environ.setdefault(name, value)
    return SubprocessCluster(
        n_workers=workers,
        threads_per_worker=1,
        dashboard_address=None,  # type: ignore[arg-type]
        scheduler_kwargs={"dashboard": False, "preload": [PRELOAD]},
        worker_kwargs={"memory_limit": 0, "dashboard": False, "preload_nanny": [PRELOAD]},
    )
