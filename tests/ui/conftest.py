"""The widgets that pages share; some are drawn by AppTest."""

from tests.installed_components import installed_components

__all__ = ["installed_components"]
