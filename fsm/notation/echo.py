"""What somebody gave, as a message shows it: on one line, cut where it is long, and safe in any terminal."""

from __future__ import annotations

from reprlib import Repr

LONGEST = 120
"""Characters that are shown of a value."""


class _Cut(Repr):
    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = LONGEST
        self.maxlevel = 3

    def repr_str(self, x: str, level: int) -> str:
        if len(x) <= self.maxstring:
            return repr(x)
        return f"{x[: self.maxstring // 2]!r}... ({len(x):,} characters)"

    def repr_bytes(self, x: bytes, level: int) -> str:
        if len(x) <= self.maxstring:
            return repr(x)
        return f"{x[: self.maxstring // 2]!r}... ({len(x):,} bytes)"

    def repr_int(self, x: int, level: int) -> str:
        bits = x.bit_length()
        return f"a number of {bits:,} bits" if bits > 128 else repr(x)


_CUT = _Cut()


def echo(value: object) -> str:
    """A value as Python writes it, cut, and what is no printable character escaped."""
    return plain(_CUT.repr(value))


def plain(text: str) -> str:
    """Text without quotes, its unprintable characters escaped and its length as it is.

    Control characters, line breaks, marks that turn the direction of writing and lone surrogates are unprintable.
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)
