"""Tables are made once for all logs here; and a real browser, for the page."""

from tests.explore.conftest import browser
from tests.replay.completing import completed_once

__all__ = ["browser", "completed_once"]
