"""What a training remembers of its way: what is kept after each epoch, and goes into its checkpoint at the end."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from rnnviz.runs.checkpoint import (
    HISTORY,
    INTERVENTIONS,
    STATE,
    VECTORS,
    WATCHED,
    Files,
    pack_lines,
    unpack_lines,
)
from rnnviz.runs.steering import Intervention
from rnnviz.training.pretrained import Coverage
from rnnviz.training.state import TrainingState


@dataclass
class Memory:
    """Grows with every epoch; as files it can be carried to another process, which goes on from there."""

    state: TrainingState | None = None
    """After the last epoch; None before the first."""
    history: list[dict[str, Any]] = field(default_factory=list)
    """One dictionary an epoch, epoch 0 first."""
    watched: list[dict[str, Any]] = field(default_factory=list)
    """What the texts that are followed gave after each epoch."""
    interventions: list[Intervention] = field(default_factory=list)
    snapshots: Files = field(default_factory=dict)
    vectors: Coverage | None = None
    """Which words began with a pretrained vector; None where none did."""

    def told(self) -> list[dict[str, Any]]:
        """The epochs as the page hears them: figures, and what became of the texts that are followed."""
        return [{**epoch, **watched} for epoch, watched in zip(self.history, self.watched, strict=True)]

    def interventions_told(self) -> list[dict[str, Any]]:
        return [dataclasses.asdict(made) for made in self.interventions]

    def files(self) -> Files:
        """All of it; what is followed only where something is."""
        state = self.state.to_bytes() if self.state else b""
        files = {**self.snapshots, HISTORY: pack_lines(self.history), STATE: state}
        if any(self.watched):
            files[WATCHED] = pack_lines(self.watched)
        if self.interventions:
            files[INTERVENTIONS] = pack_lines(self.interventions_told())
        if self.vectors:
            files[VECTORS] = pack_lines([dataclasses.asdict(self.vectors)])
        return files

    @classmethod
    def of(cls, files: Files | None) -> "Memory":
        """What `files` gave, of a training that was broken off or has ended; None begins anew."""
        if not files:
            return cls()
        history = unpack_lines(files[HISTORY])
        vectors = unpack_lines(files.get(VECTORS, b""))
        return cls(
            TrainingState.from_bytes(files[STATE]) if files[STATE] else None,
            history,
            unpack_lines(files[WATCHED]) if WATCHED in files else [{} for _ in history],
            [Intervention(**made) for made in unpack_lines(files.get(INTERVENTIONS, b""))],
            {name: content for name, content in files.items() if name.startswith("snapshot-")},
            Coverage(**vectors[0]) if vectors else None,
        )
