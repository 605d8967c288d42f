"""Train: the data, as they are, missing or damaged."""

import re
import shutil

import pytest

from rnnviz.text.sources import DATA, load_dataset
from tests.pages.conftest import plain, said
from tests.pages.training import unfold
from tests.tables import tables


def test_one_can_see_what_cleaning_did(open_page):
    app = unfold(open_page("train"), "cleaning")

    (cleaning,) = [each for each in app.expander if each.label.startswith("The data")]
    table = tables(cleaning)[0]
    dataset = load_dataset("pets-en")
    text = plain(next(each.value for each in cleaning.markdown if each.value.startswith("Of ")))
    assert (table.iloc[:, 0] != "0").any()
    assert f"Of {len(dataset.rows):,} rows" in text
    sizes = [int(size.replace(",", "")) for size in re.findall(r"[\d,]*\d", text)]
    assert sizes[1] == sum(sizes[2:5])


@pytest.fixture
def data_folder(tmp_path, monkeypatch):
    """A copy of the data that the test may spoil."""
    folder = tmp_path / "data"
    folder.mkdir()
    for file in ("pets.csv", "pets_en.csv"):
        shutil.copy(DATA / file, folder)
    monkeypatch.setattr("rnnviz.ui.resources.DATA", folder)
    return folder


def test_a_missing_dataset_is_said_and_another_can_be_chosen(open_page, data_folder):
    (data_folder / "pets_en.csv").unlink()

    app = open_page("train")

    assert not app.exception
    assert said(app)[0] == f"The file {data_folder / 'pets_en.csv'} does not exist."
    app.selectbox(key="dataset").set_value("pets").run()
    assert not app.error
    assert not app.button(key="train").disabled


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe\x00broken", "is not text but something else"),
        (b"", "pets_en.csv is empty."),
        ("имя,класс\nа,б\n".encode(), "has no column “name”; its columns are: имя, класс."),
        (b"name,class\nrex,dog\n", ": 1 (dog); 2 to 20 are needed."),
        (b"name,class\nrex,dog\ntom,cat\n", "cat"),
        (b"name,class\n" + b"\x00" * 50, "pets_en.csv"),
    ],
)
def test_a_damaged_dataset_is_said(open_page, data_folder, content, message):
    (data_folder / "pets_en.csv").write_bytes(content)

    app = open_page("train")

    assert not app.exception
    assert any(message in text for text in said(app)), said(app)


def test_a_missing_dataset_leaves_the_other_pages_alone(open_page, data_folder):
    shutil.rmtree(data_folder)

    for page in ("home", "step_through", "gradients", "compare"):
        app = open_page(page)
        assert not app.exception
        assert not said(app)
