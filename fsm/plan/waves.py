"""Waves of people who move: read from a CSV, checked line by line, and applied in order.

A wave is called by a number, a date (2026-12-04) or a name. Waves go in the order of their numbers or dates; with any
other name among them, in the order in which they first come in the file. One in which nobody moves is none.

A row says whom it is about (``address``), when (``wave``), and what they become: ``mode``, and whatever else of a user
is to be so then, by the name of a Participant's field, such as ``client``, or as a policy that an export names, such
as ``TeamsMeetingPolicy``. What it does not say stays, but for what goes with the mode: a client that is of the other
platform, and what moving to the cloud takes along (homed online, and the SfB account that the edition's TeamsOnly
users have).

What cannot be planned is a problem, by line, and the rest is planned: somebody unknown, two moves of somebody in one
wave, a way back from TeamsOnly, a move that changes nothing, and what contradicts itself or the edition.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from fsm.plan.kinds import FACTS_OF
from fsm.plan.table import Complaint, Row, facts_of, table
from fsm.readers.policies import POLICY_COLUMNS, Policies, Source, one_of
from fsm.readers.tenant import MOST_PROBLEMS, Problem, UnknownUser
from fsm.spec.editions import NEWEST, Edition
from fsm.spec.facts import facts, merged, read
from fsm.spec.parties import PERSONAL, Homing, Mode, Participant, bare

GIVE = "give a CSV with the columns address, wave and mode"
NEEDED = ("address", "mode")
ALONE = "1"
"""What the only wave is called where nothing else is said."""
APART = ("address", "wave")
COLUMNS = tuple(name for name in (*PERSONAL, *POLICY_COLUMNS) if name != "address")
"""What a row may say of somebody."""
BACK = "{was} is where everybody is going to; nobody is planned back from it"
NOTHING = "they are so already; leave the row out"
TWICE = "line {line} moves them in this wave; give one move a wave"
ACCOUNT = "; give them the account first, and then a column {fact} that says true"
CLOSE = 20
"""Unknown people of whom it is looked up whose addresses come close."""
NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LONGEST_WAVE = 100
"""Characters of the name of a wave."""


class Move(NamedTuple):
    """A move: on which line, whose, in which wave, and what is said of them, by the name of a fact."""

    line: int
    address: str
    wave: str
    said: Mapping[str, Any]


class Wave(NamedTuple):
    """People who move at one time.

    Args:
        name: a number, a date or a name.
        weeks: how long it is until the next wave, in weeks; 1 where waves are no dates, and after the last one.
        becomes: what everybody who moves is then, by their address in the organisation.
    """

    name: str
    weeks: float
    becomes: Mapping[str, Participant]


@dataclass(frozen=True)
class Waves:
    """What was read.

    Args:
        waves: in order.
        problems: what is not planned, and why, in the order of the lines; of very many the first.
        aside: columns that are not read.
        more: how many problems there are besides.
        as_they_come: whether waves go as they come in the file, as not all of them are numbers, nor dates.
    """

    waves: tuple[Wave, ...]
    problems: tuple[Problem, ...] = ()
    aside: tuple[str, ...] = ()
    more: int = 0
    as_they_come: bool = False


def read_waves(
    path: Source, users: Mapping[str, Participant], *, policies: Policies | None = None, edition: Edition = NEWEST
) -> Waves:
    """Waves from a CSV with the columns ``address``, ``wave``, ``mode``, and what else they change.

    Args:
        path: UTF-8 or UTF-16, separated by comma, semicolon or tab. Without ``wave``, all move at once.
        users: the organisation as it is.
        policies: what the policies that rows name allow.
        edition: the product then.

    Raises:
        TenantError: the file cannot be read, or lacks a column.
    """
    problems: list[Problem] = []
    found, aside = table(str(path), APART, COLUMNS, NEEDED, GIVE, problems)
    moves = list(_moves(str(path), found, policies or Policies(), problems))
    return _planned(str(path), moves, users, edition, problems, aside)


def move(path: Source, users: Mapping[str, Participant], to: Mode | str, *, edition: Edition = NEWEST) -> Waves:
    """One wave of everybody whose address is in a file, a line each or in a column ``address``.

    Args:
        path: as of ``read_waves``.
        users: the organisation as it is.
        to: the mode that they move to.
        edition: the product then.

    Raises:
        TenantError: the file cannot be read.
        ValueError: there is no such mode.
    """
    mode = read("mode", to, PERSONAL)
    problems: list[Problem] = []
    found, aside = table(str(path), APART, COLUMNS, ("address",), GIVE, problems, alone="address")
    moves = [Move(line, address, wave or ALONE, {"mode": mode}) for line, (address, wave), _ in found]
    return _planned(str(path), moves, users, edition, problems, aside)


def _moves(path: str, found: Iterable[Row], policies: Policies, problems: list[Problem]) -> Iterator[Move]:
    """What rows say, in the words of a Participant; rows that say the same are worked out once."""
    known: dict[tuple[tuple[str, str], ...], Mapping[str, Any] | list[Complaint]] = {}
    for line, (address, wave), cells in found:
        said = known.get(cells)
        if said is None:
            said = known[cells] = _of_cells(cells, policies)
        if isinstance(said, list):
            problems += (Problem(path, line, *complaint, address) for complaint in said)
        else:
            yield Move(line, address, wave or ALONE, said)


def _of_cells(cells: Iterable[tuple[str, str]], policies: Policies) -> Mapping[str, Any] | list[Complaint]:
    """What the cells of a row say, by the name of a fact; or what is wrong with them."""
    said = facts_of(cells, policies)
    if not isinstance(said, list) and "mode" not in said:
        return [("mode", "", one_of(Mode))]
    return said


def _planned(
    path: str,
    moves: Iterable[Move],
    users: Mapping[str, Participant],
    edition: Edition,
    problems: list[Problem],
    aside: tuple[str, ...],
) -> Waves:
    """Waves in order, each applied to what the ones before have made of everybody."""
    by_wave: dict[str, list[Move]] = {}
    for each in moves:
        try:
            by_wave.setdefault(called(each.wave), []).append(each)
        except ValueError as error:
            problems.append(Problem(path, each.line, "wave", each.wave, str(error), each.address))
    names = sorted_names(by_wave)
    known: dict[tuple[Any, ...], Participant | str] = {}
    now: dict[str, Participant] = {}
    waves = []
    unknown = _Unknown(users)
    for name in names:
        becomes: dict[str, Participant] = {}
        moved_on: dict[str, int] = {}
        for each in by_wave[name]:
            who = unknown.find(each.address)
            if isinstance(who, str):
                problems.append(Problem(path, each.line, "address", each.address, who, each.address))
                continue
            key = bare(who.address)
            before = now.get(key, who)
            if key in moved_on:
                wrong = TWICE.format(line=moved_on[key])
                problems.append(Problem(path, each.line, "address", each.address, wrong, each.address))
                continue
            case = (FACTS_OF(before), *each.said.items())
            after = known.get(case)
            if after is None:
                after = known[case] = decided(before, each.said, edition)
            if isinstance(after, str):
                problems.append(Problem(path, each.line, "mode", str(each.said["mode"]), after, each.address))
                continue
            moved_on[key] = each.line
            becomes[who.address] = now[key] = after.called(who.address)
        if becomes:
            waves.append(Wave(name, 1.0, becomes))
    there = [each.name for each in waves]
    timed = tuple(each._replace(weeks=weeks) for each, weeks in zip(waves, _weeks(there), strict=True))
    told = sorted(problems, key=lambda each: each.line)
    rest = tuple(told[:MOST_PROBLEMS])
    return Waves(timed, rest, aside, len(told) - len(rest), len(there) > 1 and not _kind(there))


class _Unknown:
    """Finds people; of the first who are unknown it says who comes close."""

    def __init__(self, users: Mapping[str, Participant]) -> None:
        self._users, self._left = users, CLOSE

    def find(self, address: str) -> Participant | str:
        """Somebody by their address; or why there is nobody."""
        try:
            return self._users[address]
        except KeyError as error:
            if not isinstance(error, UnknownUser):
                return "nobody has this address"
            told = getattr(self._users, "left_out", {}).get(bare(address))
            self._left -= told is None
            if told is not None or self._left >= 0:
                return str(error)
            return "it is not the address of a user in this export"


def decided(before: Participant, said: Mapping[str, Any], edition: Edition) -> Participant | str:
    """What somebody becomes; or why that is not planned."""
    try:
        after = granted(before, said, edition)
    except ValueError as error:
        return _without_account(str(error))
    return _wrong(before, after, edition) or after


def granted(who: Participant, said: Mapping[str, Any], edition: Edition) -> Participant:
    """What somebody becomes of whom something is said.

    Args:
        who: what they are.
        said: facts by name. What goes with a mode follows it unless it is said too.
        edition: the product then.

    Raises:
        ValueError: it contradicts itself.
    """
    goes: dict[str, Any] = {}
    if said.get("mode") is Mode.TEAMS_ONLY:
        taken = edition.taken(Mode.TEAMS_ONLY)
        goes = {"homing": Homing.ONLINE, "has_sfb_client": who.has_sfb_client and taken.has_sfb_client}
    return Participant(**merged(facts(who), {**goes, **said}))


def _wrong(before: Participant, after: Participant, edition: Edition) -> str:
    """Why a move is not planned; empty where it is."""
    if before == after:
        return NOTHING
    if before.mode is Mode.TEAMS_ONLY is not after.mode:
        return BACK.format(was=before.mode)
    return "; ".join(
        f"in edition {edition} {each.message} ({each.rule}): {each.remedy}" for each in edition.problems(after)
    )


def _without_account(why: str) -> str:
    fact = why.partition(":")[0]
    return why + ACCOUNT.format(fact=fact) if fact in ("has_teams_account", "has_sfb_client") else why


def called(name: str) -> str:
    """The name of a wave, in one way: 2 and 02 are one.

    Raises:
        ValueError: it is too long, or cannot be shown.
    """
    if len(name) > LONGEST_WAVE or not name.isprintable():
        raise ValueError(f"give at most {LONGEST_WAVE} printable characters")
    return f"{Decimal(name).normalize():f}" if NUMBER.fullmatch(name) else name


def sorted_names(names: Iterable[str]) -> list[str]:
    """Names of waves in order: as numbers or dates where all are such, else as they come."""
    given = list(names)
    kind = _kind(given)
    return sorted(given, key=kind) if kind else given


def _kind(names: Sequence[str]) -> Callable[[str], Any] | None:
    """What all names are: numbers or dates; None where they are neither."""
    if all(map(NUMBER.fullmatch, names)):
        return Decimal
    if all(map(DATE.fullmatch, names)):
        with suppress(ValueError):
            [date.fromisoformat(each) for each in names]
            return date.fromisoformat
    return None


def _weeks(names: Sequence[str]) -> list[float]:
    if not names or _kind(names) in (None, Decimal):
        return [1.0] * len(names)
    dates = [date.fromisoformat(each) for each in names]
    return [(after - before).days / 7 for before, after in pairwise(dates)] + [1.0]
