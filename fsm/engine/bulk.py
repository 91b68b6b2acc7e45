"""Many conversations at once: see ``fsm.space.arrays``."""

from fsm.space.arrays import NOBODY, Integers, Rows, Symbols, Tables

__all__ = ["NOBODY", "Integers", "Rows", "Symbols", "Tables"]
