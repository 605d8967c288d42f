"""What a view of the page Compare is: an instrument that looks at a comparison."""

from rnnviz.ui.comparison import Comparison
from rnnviz.ui.instruments import Instrument

View = Instrument[[Comparison]]
