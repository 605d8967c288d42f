"""What a page does not load: pandas and Arrow are for tables that can be sorted."""

import subprocess
import sys

import pytest
from streamlit.elements.widgets import text_widgets

from rnnviz.ui.lean import READER, read_without_pandas
from tests.pages.conftest import ROOT

OPEN = """
import sys
from functools import cache
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
app = AppTest.from_file("app.py", default_timeout=60).run()
for page in ("step_through", "gradients", "train", "compare"):
    assert not app.exception, app.exception
    app = app.switch_page(f"pages/{page}.py").run()
assert not app.exception, app.exception
print(sorted({"pandas", "pyarrow", "sklearn", "scipy"} & set(sys.modules)))
"""


def test_pages_without_a_table_to_sort_are_drawn_without_pandas(tmp_path):
    script = tmp_path / "open.py"
    script.write_text(OPEN.replace('"app.py"', repr(str(ROOT / "app.py"))).replace("pages/{", f"{ROOT}/pages/{{"))

    done = subprocess.run(  # noqa: PLW1510 - what it said tells more than how it ended
        [sys.executable, script],
        cwd=ROOT,
        env={"PATH": "", "PYTHONPATH": str(ROOT), "RNNVIZ_SCHEDULER": "tcp://127.0.0.1:9", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )

    assert done.stdout.splitlines()[-1] == "[]", done.stderr


@pytest.mark.parametrize(("duration", "seconds"), [("0ms", 0.0), ("250ms", 0.25), ("1s", 1.0), ("2 minutes", 120.0)])
def test_streamlit_still_reads_every_duration(duration, seconds):
    read_without_pandas()

    assert getattr(text_widgets, READER)(duration) == seconds


def test_streamlit_still_refuses_what_is_no_duration():
    read_without_pandas()

    with pytest.raises(Exception, match="soon"):
        getattr(text_widgets, READER)("soon")
