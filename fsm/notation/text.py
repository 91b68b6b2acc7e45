"""Text from anywhere, fit to be written into files."""

from __future__ import annotations

import json
import re
from typing import Any

from fsm.notation.echo import plain

UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold, what would break a line, and what turns the direction of writing."""


LONGEST = 400
"""Characters that are shown of what a tool said."""


def printable(text: str) -> str:
    """Text with what does not belong in a label replaced."""
    return UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)


def short(text: str, longest: int = LONGEST) -> str:
    """What a tool said, as a message shows it: on one line, cut where it is long."""
    found = plain(text)
    return found if len(found) <= longest else f"{found[:longest]}... ({len(found):,} characters)"


def quoted(value: Any) -> str:
    """JSON as people read it, but for what is not printable, which is escaped."""
    written = json.dumps(value, ensure_ascii=False)
    return written if written.isprintable() else json.dumps(value)


def commented(text: str, ends: str = "*/") -> str:
    """Text that ends no comment: on one line, with what would end it taken apart."""
    first, rest = ends[0], ends[1:]
    return re.sub(f"{re.escape(first)}(?={re.escape(rest)})", f"{first} ", plain(text))
