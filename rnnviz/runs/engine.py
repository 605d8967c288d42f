"""The run engine: trainings on Dask workers, outside of the web process.

By default a scheduler and a few workers are started on this machine as plain
subprocesses; `RNNVIZ_SCHEDULER=tcp://host:port` uses an existing cluster instead.
Rows travel with the task and the checkpoint comes back as its result.
"""

import dataclasses
import logging
import os
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

import distributed
import torch

from rnnviz.errors import BadInput
from rnnviz.runs.audience import Audience
from rnnviz.runs.checkpoint import Files, RunInfo, unpack_info
from rnnviz.runs.cluster import Cluster
from rnnviz.runs.live import LiveRun, Stage
from rnnviz.runs.remote import ANSWER, memory_of, orders_of, train_on_worker
from rnnviz.runs.steering import Order, Press, packed
from rnnviz.runs.store import RunStore, read_state, stored_name
from rnnviz.runs.unfinished import Request
from rnnviz.runs.watching import Watch
from rnnviz.runs.work import run_id, vectors_for
from rnnviz.text.corpus import tokenize
from rnnviz.text.library import open_same_corpus, read_dataset
from rnnviz.text.sources import Dataset, DatasetCard
from rnnviz.text.vectors import Vectors
from rnnviz.training.config import RunConfig, changed

START_TIMEOUT = 60.0
LOOK_EVERY = 1.0
"""Seconds between two looks whether the scheduler is still there."""
MOST_TRIES = 20
"""Times that a training is handed to the next worker because one was lost, on a cluster that counts."""
LOST = "The connection to the workers was lost."

logger = logging.getLogger(__name__)


class Engine:
    """Starts trainings, passes on what is pressed, and keeps what they tell.

    One for each web process, shared by all its sessions.
    """

    def __init__(self, store: RunStore, scheduler: str | None = None) -> None:
        self.store = store
        self._scheduler = scheduler or os.environ.get("RNNVIZ_SCHEDULER")
        self._cluster: Cluster | None = None
        self._runs: dict[str, LiveRun] = {}
        self._futures: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._failure: Exception | None = None
        self._closed = False
        self.audience = Audience(self._give_up)
        self._keeper = ThreadPoolExecutor(1, "rnnviz-keeper")
        spare_cores()
        self._start()

    def _start(self) -> None:
        self._ready.clear()
        threading.Thread(target=self._started, name="rnnviz-engine", daemon=True).start()

    def _started(self) -> None:
        self._failure = None
        try:
            cluster = self._cluster = Cluster(self._scheduler, START_TIMEOUT)
            threading.Thread(target=self._look_after, args=(cluster,), name="rnnviz-watch", daemon=True).start()
        except Exception as error:  # noqa: BLE001 - whatever it is, the page has to say it
            logger.warning("The run engine did not start: %s", error)
            self._failure = error
        finally:
            self._ready.set()
            if self._closed:
                self._shut()

    def _look_after(self, cluster: Cluster) -> None:
        """Should the scheduler be lost, say so of every run that it had; the next click starts another one."""
        while not self._closed and not cluster.lost:
            time.sleep(LOOK_EVERY)
        with self._lock:
            if not self._closed and self._cluster is cluster:  # else a click has found it lost before
                self._fail_all()

    def _fail_all(self) -> None:
        for live in self._runs.values():
            if live.active:
                live.fail(BadInput(LOST))

    @property
    def ready(self) -> bool:
        """Whether workers are up (or have failed to come up, which `submit` then says)."""
        return self._ready.is_set()

    def wait_until_ready(self, timeout: float = START_TIMEOUT) -> None:
        """Wait for the workers, which are started anew where they were lost; `BadInput` where they did not come."""
        if (cluster := self._cluster) is not None:
            cluster.wait_until_sure()
        with self._lock:  # of two clicks only one starts another cluster
            if self.ready and (self._failure or (self._cluster and self._cluster.lost)):
                self._start_anew()
        if not self._ready.wait(timeout):
            raise BadInput("The workers did not start within {seconds} s.", seconds=round(timeout))
        if self._failure is not None:
            raise BadInput(
                "The workers did not start: {reason}. Start the app again, or set RNNVIZ_SCHEDULER.",
                reason=self._failure,
            )

    def _start_anew(self) -> None:
        self._fail_all()
        if self._cluster is not None:  # a lost one is slow to go
            threading.Thread(target=self._cluster.close, name="rnnviz-shut", daemon=True).start()
        self._cluster = None
        self._start()

    @property
    def _client(self) -> Any:
        assert self._cluster is not None
        return self._cluster.client

    def submit(
        self,
        config: RunConfig,
        dataset: Dataset | DatasetCard,
        watch: Watch = Watch(),
        begun: Files | None = None,
    ) -> LiveRun:
        """Train, or join the training of the same configuration that is already going.

        Of a dataset that is only a card, our own workers open the files themselves; to an
        existing cluster, which may lack them, the rows are sent, and the pretrained vectors. `begun` is what an earlier
        training has kept: this one goes on from there.
        """
        self.wait_until_ready()
        name, request = run_id(config, dataset), Request(config, dataset, watch)
        bring_vectors = config.vectors and self._scheduler and not begun and not self._at_work(name)
        vectors = vars(vectors_of(request)) if bring_vectors else None
        with self._lock:
            going = self._runs.get(name)
            if going is not None and going.active:
                return going
            live = self._runs[name] = LiveRun(name, config, token=uuid.uuid4().hex)
        self._client.subscribe_topic(_topic(name), lambda event: self._hear(live, request, event[1]))
        memory_of(str(live.token), self._client).set(begun)
        self._send(live, request, vectors)
        return live

    def _send(
        self, live: LiveRun, request: Request, vectors: Mapping[str, Any] | None = None, attempt: int = 0
    ) -> None:
        """Hand a training to a worker."""
        dataset = request.dataset
        if isinstance(dataset, DatasetCard) and self._scheduler:
            dataset = read_dataset(dataset.name)
        future = self._futures[live.id] = self._client.submit(
            train_on_worker,
            request.config.to_dict(),
            dataclasses.asdict(request.card),
            dataclasses.asdict(dataset) if isinstance(dataset, Dataset) else None,
            dataclasses.asdict(request.watch),
            _topic(live.id),
            live.token,
            vectors,
            key=f"train-{live.id}" + (f"-{attempt}" if attempt else ""),
        )
        future.add_done_callback(partial(self._done, live, request, vectors, attempt))

    def _hear(self, live: LiveRun, request: Request, parcel: dict[str, Any]) -> None:
        """Take in what a worker has told; what another training of the same id had still to say is left out."""
        if parcel["token"] != live.token:
            return
        for message in parcel["told"]:
            if message["kind"] == "kept":
                self._keeper.submit(self._keep, live, request)
            else:
                live.hear(message)

    def _keep(self, live: LiveRun, request: Request) -> None:
        """Write what the training remembers to disk, so that it outlives this process and the scheduler."""
        if not live.active:
            return
        try:
            files = memory_of(str(live.token), self._client).get(timeout=ANSWER)
            self.store.unfinished.keep(live.id, request, files)
            live.kept(None)
        except OSError as error:  # a scheduler that does not answer is one too
            live.kept(
                BadInput("{path} can’t be written: {reason}.", path=self.store.made, reason=error.strerror or error)
            )

    def _done(
        self, live: LiveRun, request: Request, vectors: Mapping[str, Any] | None, attempt: int, future: Any
    ) -> None:
        self._futures.pop(live.id, None)
        try:
            live.unsaved = future.result()
            self.save(live)
        except distributed.scheduler.KilledWorker as error:
            if attempt < MOST_TRIES:
                self._send(live, request, vectors, attempt + 1)
            else:
                live.fail(error)
        except distributed.client.FutureCancelledError:
            live.fail(BadInput(LOST))
        except Exception as error:  # noqa: BLE001 - it is shown on the page with the run
            logger.warning("Run %s failed: %s", live.id, error)
            live.fail(error.with_traceback(None))  # whose frames would keep the failed task for good

    def save(self, live: LiveRun) -> None:
        """Put what a run came to into the store; `BadInput` where that can't be done, and it may be tried again."""
        files: Files = live.unsaved or {}
        name = stored_name(live.id, unpack_info(live.id, files))
        self.store.write(name, files)
        self._forget(live)
        live.finish(name)

    def _forget(self, live: LiveRun) -> None:
        """Nothing needs to be kept of a training that is in the store; what is still being written goes first."""
        with suppress(RuntimeError):  # the engine has been closed
            self._keeper.submit(self.store.unfinished.forget, live.id)
            self._keeper.submit(memory_of(str(live.token), self._client).delete)

    def line(self, live: LiveRun) -> tuple[int, float | None]:
        """The place of a run among those that wait for a worker (1 is the next), and in how many seconds it may begin.

        0 where it does not wait, or not for long; None where nothing is known yet of those that are at work.
        """
        runs = list(self._runs.values())
        waiting = sorted((run for run in runs if run.stage is Stage.WAITING), key=lambda run: run.clicked)
        running = [run for run in runs if run.stage is Stage.RUNNING]
        free = (self._cluster.workers if self._cluster else 0) - len(running)
        place = waiting.index(live) + 1 - free if live in waiting else 0
        return (place, expected_start(place, running)) if place > 0 else (0, None)

    def order(self, live: LiveRun, order: Order) -> None:
        """Pass on what was pressed; a run that is over is left alone."""
        if live.active:
            orders_of(str(live.token), self._client).put(packed(order), timeout=ANSWER)

    def stop(self, live: LiveRun) -> None:
        """Ask a run to end after the batch it is at; its weights so far become a checkpoint."""
        self.order(live, Press.STOP)

    def _give_up(self, name: str) -> None:
        """Stop a run that nobody watches any more; what it has learned is kept."""
        live = self._runs.get(name)
        if live is not None and live.active:
            logger.info("Run %s is stopped: nobody watches it any more.", name)
            self.stop(live)

    def interrupted(self) -> list[str]:
        """The trainings that were broken off and can be taken up again, the oldest first."""
        return self.store.unfinished.interrupted(self._at_work)

    def _at_work(self, name: str) -> bool:
        live = self._runs.get(name)
        return live is not None and live.active

    def resume(self, name: str) -> LiveRun:
        """Go on with a training that was broken off, from the last epoch that was kept."""
        unfinished = self.store.unfinished.open(name)
        request = unfinished.request
        return self.submit(request.config, request.dataset, request.watch, unfinished.files)

    def extend(self, run: RunInfo, epochs: int, dataset: Dataset | DatasetCard, watch: Watch = Watch()) -> LiveRun:
        """Train a run that has ended for some epochs more.

        With a constant learning rate that is what so many epochs at once would have given, bit for bit.
        """
        config = changed(run.config, {"epochs": run.epochs + epochs})
        return self.submit(config, dataset, watch, read_state(self.store.folder(run.name)))

    def get(self, name: str) -> LiveRun | None:
        """The run of this id, if this engine has started it."""
        return self._runs.get(name)

    def close(self) -> None:
        """End the workers that this engine started; an existing cluster is only left."""
        self._closed = True
        if self._ready.is_set():
            self._shut()
        self._keeper.shutdown(wait=False, cancel_futures=True)

    def _shut(self) -> None:
        if self._cluster is not None:
            self._cluster.close()


def vectors_of(request: Request) -> Vectors:
    """The pretrained vectors that a training needs, read here."""
    config, dataset = request.config, request.dataset
    how = config.text.unit, config.text.contradictions
    corpus = tokenize(dataset, *how) if isinstance(dataset, Dataset) else open_same_corpus(dataset, *how)
    return vectors_for(config, corpus)


def spare_cores() -> None:
    """One thread for this process: small nets gain nothing from more, and the cores are the workers'."""
    torch.set_num_threads(1)


def expected_start(place: int, running: Sequence[LiveRun]) -> float | None:
    """Seconds until the run at this place of the line begins, if those before it take as long as those at work."""
    left = sorted(run.seconds_left for run in running if run.seconds_left is not None)
    if not left:
        return None
    whole = [run.seconds_left / (1 - run.progress) for run in running if run.seconds_left and run.progress < 1]
    usual = sum(whole) / len(whole) if whole else 0.0
    for _ in range(place - 1):
        first, *rest = left
        left = sorted([*rest, first + usual])
    return left[0]


def _topic(name: str) -> str:
    return f"run-{name}"
