"""What a panel of the workspace is: an instrument that looks at all of it."""

from rnnviz.ui.instruments import Instrument
from rnnviz.ui.workspace import Workspace

Panel = Instrument[[Workspace]]
