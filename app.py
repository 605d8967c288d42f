"""The front door: `streamlit run app.py`."""

from rnnviz.ui.page import route

if __name__ == "__main__":
    route()
