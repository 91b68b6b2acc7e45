"""A real browser, for the page."""

from tests.explore.conftest import browser

__all__ = ["browser"]
