"""What a view of the page Gradients is: an instrument that looks at runs, at an epoch or (None) at their best."""

from rnnviz.runs.checkpoint import RunInfo
from rnnviz.ui.instruments import Instrument

View = Instrument[[list[RunInfo], int | None]]
