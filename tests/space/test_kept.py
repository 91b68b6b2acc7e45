"""Tables that were worked out before are read back, and are what they would be if they were not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fsm.engine.conversation import PROGRAMS
from fsm.space import kept, minimal
from fsm.space.minimal import WIDTH, Merged
from fsm.space.table import Completed
from fsm.spec.routing import views
from tests.people import PAIRS, standing

NAMES = ("no-chat>sfb", "sfb>islands", "teams>islands", "federation off")
PROFILES = [PROGRAMS.under(views(PAIRS[name])).profile for name in NAMES]
BITS = [profile.bits for profile in PROFILES]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where small tables are kept, too."""
    monkeypatch.setenv(kept.VARIABLE, str(tmp_path / "kept"))
    monkeypatch.setattr(kept, "FEWEST", 1)
    return tmp_path / "kept"


def made(*profiles: Any) -> Merged:
    table = Merged()
    table.add(profiles or PROFILES)
    return table


def same(one: Merged, other: Merged) -> bool:
    return (
        (one.places, one.answers) == (other.places, other.answers)
        and [one.start(each) for each in PROFILES] == [other.start(each) for each in PROFILES]
        and all(
            np.array_equal(getattr(one, name), getattr(other, name)) for name in ("to", "answer", "refused", "place")
        )
    )


@pytest.fixture
def never(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is made anew from here on is an error."""

    def refuse(*_: object) -> Completed:
        raise AssertionError("made anew")

    monkeypatch.setattr(minimal, "Completed", refuse)


def test_a_table_is_read_back(folder: Path, request: pytest.FixtureRequest) -> None:
    first = made()
    assert len(list(folder.iterdir())) == 1
    request.getfixturevalue("never")
    again = made()
    assert same(first, again)
    places = [(profile, config) for profile in PROFILES for config in first.places if (0, config) in first.parts[0].at]
    wanted = [each for each in places if (PROFILES.index(each[0]), each[1]) in first.parts[0].at]
    assert again.rows(wanted) == first.rows(wanted)


def test_a_place_that_was_not_kept_is_worked_out(folder: Path) -> None:
    here = tuple(standing("teams>sfb", "chat=draining").places.values())
    first, again = made(), made()
    for table in (first, again):
        (row,) = table.rows([(PROFILES[0], here)])
        assert table.places[table.place[row // WIDTH]] == here
    assert same(first, again)


def test_profiles_that_come_later_are_not_kept(folder: Path) -> None:
    for _ in range(2):
        table = made(PROFILES[0])
        table.add(PROFILES)
    assert len(list(folder.iterdir())) == 1
    fresh = Merged()
    fresh.add(PROFILES[:1])
    fresh.add(PROFILES)
    assert same(table, fresh)


def test_small_tables_are_not_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "FEWEST", 10_000)
    made()
    assert not folder.exists()


def test_nothing_is_kept_where_the_variable_is_empty(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(kept.VARIABLE, "")
    assert kept.name(BITS) is None
    made()
    assert not folder.exists()


def test_by_itself_it_is_kept_among_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(kept.VARIABLE)
    path = kept.name(BITS)
    assert path is not None
    assert "interop-fsm" in path.parts


def test_what_makes_tables_names_them(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = kept.name(BITS)
    assert name == kept.name(BITS) != kept.name(BITS[:1])
    monkeypatch.setattr(kept, "made_by", lambda: b"another release")
    assert kept.name(BITS) != name
    monkeypatch.setattr(kept, "made_by", lambda: b"")
    assert kept.name(BITS) is None


def test_a_package_without_its_sources_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "PACKAGE", tmp_path)
    assert kept.made_by.__wrapped__() == b""


def test_every_room_that_makes_tables_counts() -> None:
    """What is imported to make a table, besides this package's readers of it, is in a room that the name is made of."""
    code = (
        "import sys; from fsm.space.minimal import Merged; "
        "print(*sorted({name.split('.')[1] for name in sys.modules if name.startswith('fsm.')}))"
    )
    rooms = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert set(rooms) == set(kept.ROOMS)


@pytest.mark.parametrize("cut", [0, 1, 100, 5_000, -1], ids=str)
def test_a_table_that_is_cut_is_made_anew(folder: Path, cut: int) -> None:
    first = made()
    (path,) = folder.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:cut])
    assert kept.load(path) is None
    assert same(made(), first)
    assert path.read_bytes() == whole


def test_a_table_that_is_damaged_is_made_anew(folder: Path) -> None:
    first = made()
    (path,) = folder.iterdir()
    whole = path.read_bytes()
    chance = np.random.default_rng(1)
    for at in chance.integers(0, len(whole), 60).tolist():
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << int(chance.integers(8))]) + whole[at + 1 :])
        found = kept.load(path)
        if found is not None:  # a bit of the archive that says nothing of what is in it
            assert same(made(), first)


WAYS = [(name, how) for name in kept.Kept._fields[1:] for how in ("short", "other", "missing", "objects")]
WAYS += [(name, "beyond") for name in ("place", "answer", "to", "at", "row")]
WAYS += [(name, "below") for name in ("place", "to", "at", "row")]


@pytest.mark.parametrize(("name", "how"), WAYS)
def test_a_table_whose_numbers_are_beyond_what_they_count_is_made_anew(folder: Path, name: str, how: str) -> None:
    made()
    (path,) = folder.iterdir()
    with np.load(path) as there:
        arrays = dict(there)
    array = arrays.pop(name)
    if how in ("beyond", "below"):
        array[...] = np.iinfo(array.dtype).max if how == "beyond" else -1
    arrays |= {
        "beyond": {name: array},
        "below": {name: array},
        "short": {name: array[:-1]},
        "other": {name: array.astype(float)},
        "missing": {},
        "objects": {name: np.array([None])},
    }[how]
    np.savez(path, **arrays)
    assert kept.load(path) is None


def test_what_cannot_be_kept_is_not(folder: Path) -> None:
    folder.write_text("a file is in the way")
    assert len(made()) > 0
    assert folder.read_text() == "a file is in the way"


def test_those_used_longest_ago_go_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 2)
    made(PROFILES[0])
    made(PROFILES[1])
    made(PROFILES[0])
    made(PROFILES[2])
    assert set(folder.iterdir()) == {kept.name([profile.bits]) for profile in (PROFILES[0], PROFILES[2])}
