"""Tables in Parquet: text, numbers and truth values, within limits."""

import importlib
import io
import os
import sys

import pytest

from rnnviz.text.formats import TableLimits
from rnnviz.text.tables import read_table
from tests.text.tables import SMALL, refusal


@pytest.fixture(scope="module")
def arrow():
    return pytest.importorskip("pyarrow", reason="Parquet is read through pyarrow, which is not installed")


def parquet(arrow, columns: dict[str, object], **options: object) -> bytes:
    file = io.BytesIO()
    importlib.import_module("pyarrow.parquet").write_table(arrow.table(columns), file, **options)
    return file.getvalue()


def test_parquet_gives_text_numbers_and_truth_as_text_and_leaves_out_lists(arrow) -> None:
    columns = {
        "text": ["Да", None, "нет"] * 300,
        "label": [0, 1, None] * 300,
        "vector": [[0.5], [1.5], []] * 300,
        "sure": [True, False, None] * 300,
        "kind": arrow.array(["a", "b", "a"] * 300).dictionary_encode(),
    }
    content = parquet(arrow, columns)
    for name in ("my.parquet", "upload"):
        table = read_table(content, name)
        assert table.columns == ("text", "label", "sure", "kind")
        assert table.rows == (("Да", "0", "true", "a"), ("", "1", "false", "b"), ("нет", "", "", "a")) * 300
        assert (table.format, table.encoding, table.delimiter) == ("parquet", None, None)


def test_parquet_over_a_limit_is_refused(arrow) -> None:
    assert "more than 10 rows" in refusal(parquet(arrow, {"a": ["x"] * 11}), limits=SMALL)
    assert "more than 5 columns" in refusal(parquet(arrow, {str(n): ["x"] for n in range(6)}), limits=SMALL)
    assert "more than 40 cells" in refusal(parquet(arrow, {str(n): ["x"] * 9 for n in range(5)}), limits=SMALL)
    assert "longer than 100" in refusal(parquet(arrow, {"a": ["x" * 101]}), limits=SMALL)
    assert "no columns" in refusal(parquet(arrow, {"a": [[1]]}))


def test_parquet_that_unpacks_without_end_is_refused(arrow) -> None:
    limits = TableLimits(size=100_000)
    once = arrow.DictionaryArray.from_arrays(arrow.array([0] * 5000, arrow.int32()), ["x" * 90_000])
    bombs = {"a": once}, {"a": ["x" * 1000] * 1000}
    for bomb in (parquet(arrow, bombs[0]), parquet(arrow, bombs[1], use_dictionary=False, compression="zstd")):
        assert len(bomb) < limits.size
        assert "unpacks to more than 400000" in refusal(bomb, limits=limits)


def test_damaged_parquet_is_refused(arrow) -> None:
    content = parquet(arrow, {"a": ["x"] * 5})
    for damaged in (content[:-1], content[: len(content) // 2], b"PAR1", b"PAR1" + bytes(100) + b"PAR1"):
        assert "not a whole Parquet file" in refusal(damaged, "my.parquet")
    assert "not a whole Parquet file" in refusal(b"a,b\n1,2\n", "my.parquet")


def test_pyarrow_is_not_loaded_for_other_formats() -> None:
    code = "import sys; from rnnviz.text.tables import read_table; read_table(b'a,b', 'x'); "
    code = code.replace("b'a,b'", "b'a,b\\n1,2\\n'") + "sys.exit('pyarrow' in sys.modules or 'torch' in sys.modules)"
    assert os.spawnl(os.P_WAIT, sys.executable, sys.executable, "-c", code) == 0
