"""The yardstick of the keys: a page that echoes what is typed, and nothing else."""

import streamlit as st


@st.fragment
def echo() -> None:
    st.write(st.text_input("Text", "Whiskers", key="text", live="0ms"))


echo()
