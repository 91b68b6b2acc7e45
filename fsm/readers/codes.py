"""What became of a call that nobody took, by the response code of SIP."""

from __future__ import annotations

from fsm.readers.signs import Meaning, Who

UNANSWERED = (
    Meaning("decline_call", Who.OTHER),
    Meaning("cancel_call", Who.SENDER),
    Meaning("no_answer", Who.SERVICE),
    Meaning("media_failed", Who.SERVICE),
)
"""What may have become of it."""
OVER = (Meaning("hang_up", Who.EITHER),)
"""The end of a call that somebody took."""
CODES = {603: "declined", 486: "declined", 487: "cancelled", 408: "unanswered", 480: "unanswered", 504: "unanswered"}
"""The sign that a code is of; any other is of ``not taken``."""
