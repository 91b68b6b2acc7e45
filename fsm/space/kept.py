"""Tables of pairings that were worked out before, kept on disk by what makes them.

A table of hundreds of profiles takes seconds to make, and logs of one organisation have the same profiles every week.
So tables of many rows are kept in the folder of caches of whoever runs this, or in ``FSM_CACHE``; if that is empty,
nothing is kept. Their names are a digest of the profiles and of the code and tables that they were made by: whatever is
changed there makes others. What cannot be read back whole is made anew, and what cannot be kept is not.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

import msgspec
import numpy as np
import platformdirs
from numpy.typing import NDArray

from fsm.engine.outcome import RefusalKind
from fsm.notation import At, files

VARIABLE = "FSM_CACHE"
"""Names the folder."""
FEWEST = 2_000
"""Rows that a table has to have before all that are alike are one; smaller ones are made as fast as they are read."""
MOST = 8
"""Tables that are kept; those used longest ago go first."""
PACKAGE = Path(__file__).parents[1]
ROOMS = ("notation", "spec", "engine", "space")
"""The folders of the package that make a table what it is."""


class Answer(NamedTuple):
    """What an event comes to, as far as replays count it.

    Args:
        rows: ids of the table rows that fired, or of the one that declares the refusal.
        kind: of a refusal, which kind; None where the event is accepted.
        rule: of a refusal, its rule; empty where no rule decides.
    """

    rows: tuple[str, ...]
    kind: RefusalKind | None = None
    rule: str = ""

    @property
    def refused(self) -> bool:
        """Whether it is refused, of whatever kind."""
        return self.kind is not None


class Told(msgspec.Struct):
    """What the numbers of a table stand for."""

    places: list[tuple[At, ...]]
    answers: list[Answer]


class Kept(NamedTuple):
    """A table, and where in it each place of a profile is.

    Args:
        told: what numbers of places and answers stand for.
        place: the place of each row.
        answer: the answers of each row to every symbol.
        to: the rows that these lead to.
        profile: by number, of each place under a profile.
        at: which place that is.
        row: which row it is.
    """

    told: Told
    place: NDArray[np.int32]
    answer: NDArray[np.uint16]
    to: NDArray[np.int32]
    profile: NDArray[np.int32]
    at: NDArray[np.int32]
    row: NDArray[np.int32]

    @property
    def whole(self) -> bool:
        """Whether no number is beyond what it counts."""
        rows, places = len(self.place), len(self.told.places)
        sizes = self.answer.shape == self.to.shape and self.to.shape[:1] == (rows,)
        return (
            sizes
            and len(self.profile) == len(self.at) == len(self.row)
            and all(
                within(each, limit)
                for each, limit in (
                    (self.place, places),
                    (self.at, places),
                    (self.to, rows),
                    (self.row, rows),
                    (self.answer, len(self.told.answers)),
                )
            )
        )


def within(numbers: NDArray[np.int32] | NDArray[np.uint16], limit: int) -> bool:
    """Whether all are from 0 to below a limit."""
    return not numbers.size or (int(numbers.min()) >= 0 and int(numbers.max()) < limit)


def name(profiles: Iterable[int]) -> Path | None:
    """Where the table of these profiles is kept; None if none is.

    Args:
        profiles: their bits, in order.
    """
    folder, code = os.environ.get(VARIABLE), made_by()
    if folder is None:
        folder = platformdirs.user_cache_dir("interop-fsm", appauthor=False)
    if not folder or not code:
        return None
    digest = hashlib.sha256(code + ",".join(f"{bits:x}" for bits in profiles).encode())
    return Path(folder, f"tables-{digest.hexdigest()[:32]}.npz")


@cache
def made_by() -> bytes:
    """A digest of all that makes a table what it is; empty where the package has no sources."""
    sources = sorted(path for room in ROOMS for path in (PACKAGE / room).rglob("*.py"))
    digests = b"".join(hashlib.sha256(path.read_bytes()).digest() for path in sources)
    return digests and hashlib.sha256(digests).digest()


def load(path: Path) -> Kept | None:
    """A table that was kept; None if there is none, or what is there is not whole."""
    with suppress(OSError, ValueError, KeyError, BadZipFile, EOFError, TypeError, msgspec.MsgspecError):
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as found:
            told = msgspec.json.decode(found["told"].tobytes(), type=Told)
            numbers = [found[each] for each in Kept._fields[1:]]
        kept = Kept(told, *numbers)
        if [each.dtype for each in numbers] == [np.int32, np.uint16, *[np.int32] * 4] and kept.whole:
            with suppress(OSError):
                os.utime(path)
            return kept
    return None


def keep(path: Path, kept: Kept) -> None:
    """Keep a table, where that can be done, and no more than ``MOST`` of them."""
    data = io.BytesIO()
    arrays: dict[str, Any] = {**kept._asdict(), "told": np.frombuffer(msgspec.json.encode(kept.told), np.uint8)}
    np.savez(data, **arrays)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, data.getvalue())
        there = sorted(path.parent.glob("tables-*.npz"), key=lambda each: each.stat().st_mtime)
        for old in there[:-MOST]:
            old.unlink()
