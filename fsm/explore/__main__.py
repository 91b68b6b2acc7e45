"""``python -m fsm.explore data`` writes what the page knows, ``schema`` its shape: for those who build the page."""

from __future__ import annotations

import sys

import msgspec

from fsm.explore import shape
from fsm.explore.data import page

if __name__ == "__main__":
    sys.stdout.write({"data": lambda: msgspec.json.encode(page()).decode(), "schema": shape.schema}[sys.argv[1]]())
