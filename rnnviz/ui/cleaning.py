"""What becomes of the rows of a dataset before a net sees them."""

import pandas as pd
import streamlit as st

from rnnviz.language import _, number
from rnnviz.text.cleaning import STEP_TITLES
from rnnviz.text.sources import Dataset
from rnnviz.training.config import RunConfig, TextConfig
from rnnviz.training.data import TrainingData, prepare
from rnnviz.ui.markdown import escaped


@st.cache_resource(max_entries=16, show_spinner=False)
def _prepared(fingerprint: str, config: TextConfig, seed: int, _dataset: Dataset) -> TrainingData:
    del fingerprint  # stands for the rows in the key
    return prepare(_dataset, config, seed)


def show_cleaning(dataset: Dataset, config: RunConfig) -> None:
    """One click away: rows touched by each step of cleaning with examples, and the sizes of the parts."""
    data = _prepared(dataset.fingerprint, config.text, config.seed, dataset)
    with st.expander(_("The data: what cleaning did, and the split"), icon=":material/cleaning_services:"):
        rows = {
            _(STEP_TITLES[step.step]): {
                _("rows"): number(step.touched),
                _("examples"): escaped(" · ".join(_change(before, after) for before, after in step.examples[:3])),
            }
            for step in data.steps
        }
        st.table(pd.DataFrame.from_dict(rows, orient="index"), border="horizontal")
        st.markdown(
            _(
                "Of {rows} rows {texts} different names remain: {train} to learn from, {validation} to choose the best "
                "epoch (validation), {test} for the final judgement (test). No name stands in two parts. "
                "The vocabulary of {tokens} tokens comes from the training part alone."
            ).format(
                rows=number(len(dataset.rows)),
                texts=number(sum(map(len, data.parts.values()))),
                train=number(len(data.train)),
                validation=number(len(data.validation)),
                test=number(len(data.test)),
                tokens=len(data.vocabulary),
            )
        )


def _change(before: str, after: str) -> str:
    return f"«{before}» → «{after}»" if after else f"«{before}»"
