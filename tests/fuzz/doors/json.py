"""The specification read back from JSON."""

from __future__ import annotations

import re

from fsm.export.json.read import SpecificationError, read
from fsm.export.json.write import document, written
from tests.fuzz.doors import Door
from tests.verify.machines import IDLE, LOSING, REFUSING, WAITING

STAMPED = re.compile(r"its content has '([0-9a-f]{16})'")


def _read(data: bytes) -> None:
    """Read a document; one that has been edited a second time, with the fingerprint of what is in it now."""
    try:
        read(data)
    except SpecificationError as error:
        found = STAMPED.search(str(error))
        if not found:
            raise
        read(re.sub(rb'("fingerprint": )"[^"]*"', rb'\1"' + found[1].encode() + b'"', data, count=1))


def _documents() -> list[bytes]:
    return [written(document(each)).encode() for each in (IDLE, LOSING, WAITING, REFUSING)]


DOORS = (Door("json.document", _read, (SpecificationError,), _documents),)
