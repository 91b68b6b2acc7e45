"""Tables are made once for all logs here."""

from tests.replay.completing import completed_once

__all__ = ["completed_once"]
