"""The run engine: trainings on Dask workers, outside of the web process.

By default a scheduler and a few workers are started on this machine as plain
subprocesses; `RNNVIZ_SCHEDULER=tcp://host:port` uses an existing cluster instead.
Rows travel with the task and the checkpoint comes back as its result.
"""

import contextlib
import dataclasses
import logging
import os
import threading
from functools import partial
from typing import Any

import distributed
import torch
from distributed.deploy.subprocess import SubprocessCluster

from rnnviz.errors import BadInput
from rnnviz.runs.checkpoint import Files, unpack_info
from rnnviz.runs.live import LiveRun
from rnnviz.runs.remote import train_on_worker, warm_up
from rnnviz.runs.store import RunStore, stored_name
from rnnviz.runs.work import Watch, run_id
from rnnviz.text.library import read_dataset
from rnnviz.text.sources import Dataset, DatasetCard
from rnnviz.training.config import RunConfig

START_TIMEOUT = 60.0
ORPHAN = "rnnviz.runs.orphan"
"""What every process of our own cluster loads, so that none outlives an app that was killed."""

logger = logging.getLogger(__name__)


def workers_for(cores: int) -> int:
    """One worker for each core, but three cells always go side by side."""
    return min(max(cores, 3), 8)


class Engine:
    """Starts trainings and keeps what they tell. One for each web process, shared by all its sessions."""

    def __init__(self, store: RunStore, scheduler: str | None = None) -> None:
        self.store = store
        self._scheduler = scheduler or os.environ.get("RNNVIZ_SCHEDULER")
        self._cluster: Any = None
        self._client: Any = None
        self._runs: dict[str, LiveRun] = {}
        self._futures: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._failure: Exception | None = None
        self._closed = False
        torch.set_num_threads(1)  # looking at small nets gains nothing from more, and the cores are the workers'
        threading.Thread(target=self._start, name="rnnviz-engine", daemon=True).start()

    def _start(self) -> None:
        workers = workers_for(os.cpu_count() or 1)
        try:
            if not self._scheduler:
                os.environ.setdefault("DASK_LOGGING__DISTRIBUTED", "warning")  # what our subprocesses say
                self._cluster = SubprocessCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    dashboard_address=None,  # type: ignore[arg-type]
                    scheduler_kwargs={"dashboard": False, "preload": [ORPHAN]},
                    worker_kwargs={"memory_limit": 0, "dashboard": False, "preload_nanny": [ORPHAN]},
                )
            self._client = distributed.Client(self._scheduler or self._cluster, timeout=START_TIMEOUT)
            self._client.wait_for_workers(1 if self._scheduler else workers, timeout=START_TIMEOUT)
            self._client.run(warm_up)
        except Exception as error:  # noqa: BLE001 - whatever it is, the page has to say it
            logger.warning("The run engine did not start: %s", error)
            self._failure = error
        finally:
            self._ready.set()
            if self._closed:
                self._shut()

    @property
    def ready(self) -> bool:
        """Whether workers are up (or have failed to come up, which `submit` then says)."""
        return self._ready.is_set()

    def wait_until_ready(self, timeout: float = START_TIMEOUT) -> None:
        """Wait for the workers; `BadInput` where they did not come."""
        if not self._ready.wait(timeout):
            raise BadInput("The workers did not start within {seconds} s.", seconds=round(timeout))
        if self._failure is not None:
            raise BadInput(
                "The workers did not start: {reason}. Start the app again, or set RNNVIZ_SCHEDULER.",
                reason=self._failure,
            )

    def submit(self, config: RunConfig, dataset: Dataset | DatasetCard, watch: Watch = Watch()) -> LiveRun:
        """Train, or join the training of the same configuration that is already going.

        Of a dataset that is only a card, our own workers open the files themselves; to an
        existing cluster, which may lack them, the rows are sent.
        """
        self.wait_until_ready()
        if isinstance(dataset, DatasetCard) and self._scheduler:
            dataset = read_dataset(dataset.name)
        card = dataset.card if isinstance(dataset, Dataset) else dataset
        name = run_id(config, dataset)
        with self._lock:
            going = self._runs.get(name)
            if going is not None and going.active:
                return going
            live = self._runs[name] = LiveRun(name, config)
            topic = f"run-{name}"
            distributed.Event(topic, client=self._client).clear()
            self._client.subscribe_topic(topic, lambda event: live.hear(event[1]))
            future = self._client.submit(
                train_on_worker,
                config.to_dict(),
                dataclasses.asdict(card),
                dataclasses.asdict(dataset) if isinstance(dataset, Dataset) else None,
                dataclasses.asdict(watch),
                topic,
                key=f"train-{name}",
            )
            self._futures[name] = future
        future.add_done_callback(partial(self._done, live))
        return live

    def _done(self, live: LiveRun, future: Any) -> None:
        try:
            files: Files = future.result()
            name = stored_name(live.id, unpack_info(live.id, files))
            self.store.write(name, files)
            live.finish(name)
        except Exception as error:  # noqa: BLE001 - it is shown on the page with the run
            logger.warning("Run %s failed: %s", live.id, error)
            live.fail(error.with_traceback(None))  # whose frames would keep the failed task for good
        finally:
            self._futures.pop(live.id, None)

    def stop(self, live: LiveRun) -> None:
        """Ask a run to end after the batch it is at; its weights so far become a checkpoint."""
        if live.active:
            distributed.Event(f"run-{live.id}", client=self._client).set()

    def get(self, name: str) -> LiveRun | None:
        """The run of this id, if this engine has started it."""
        return self._runs.get(name)

    def close(self) -> None:
        """End the workers that this engine started; an existing cluster is only left."""
        self._closed = True
        if self._ready.is_set():
            self._shut()

    def _shut(self) -> None:
        for part in (self._client, self._cluster):
            if part is not None:
                with contextlib.suppress(OSError, TimeoutError):  # one that is slow to go must not keep the other
                    part.close()
