"""The front door: `streamlit run app.py`.

Streamlit takes it as a module, for its server and our routes beside it, and as the script of every page.
"""

import streamlit as st

from rnnviz.ui.page import route

if __name__ == "__main__":
    route()
else:
    from rnnviz.ui.growing.feed import routes

    app = st.App(__file__, routes=routes())
