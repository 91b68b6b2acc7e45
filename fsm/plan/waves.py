"""Waves of people who move: read from a CSV, checked line by line, and applied in order.

A wave is called by a number, a date (2026-12-04) or a name. Waves go in the order of their numbers or dates; with any
other name among them, in the order in which they first come in the file.

A row says whom it is about (``address``), when (``wave``), and what they become: ``mode``, and whatever else of a user
is to be so then, by the name of a Participant's field, such as ``client``, or as a policy that an export names, such
as ``TeamsMeetingPolicy``. What it does not say stays, but for what goes with the mode: a client that is of the other
platform, and what moving to the cloud takes along (homed online, and the SfB account that the edition's TeamsOnly
users have).

What cannot be planned is a problem, by line, and the rest is planned: somebody unknown, two moves of somebody in one
wave, a way back from TeamsOnly, a move that changes nothing, and what contradicts itself or the edition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from fsm.plan.kinds import FACTS_OF
from fsm.plan.table import Complaint, Row, facts_of, table
from fsm.readers.policies import POLICY_COLUMNS, Policies, Source, one_of
from fsm.readers.tenant import Problem, UnknownUser
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
ACCOUNT = "; give them an account first, and say so in the row as {fact}=true"


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
        problems: what is not planned, and why, in the order of the lines.
        aside: columns that are not read.
    """

    waves: tuple[Wave, ...]
    problems: tuple[Problem, ...] = ()
    aside: tuple[str, ...] = field(default=())


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
    moves: list[Move],
    users: Mapping[str, Participant],
    edition: Edition,
    problems: list[Problem],
    aside: tuple[str, ...],
) -> Waves:
    """Waves in order, each applied to what the ones before have made of everybody."""
    names = sorted_names(dict.fromkeys(each.wave for each in moves))
    by_wave: dict[str, list[Move]] = {name: [] for name in names}
    for each in moves:
        by_wave[each.wave].append(each)
    known: dict[tuple[Any, ...], Participant | str] = {}
    now: dict[str, Participant] = {}
    waves = []
    for name, weeks in zip(names, _weeks(names), strict=True):
        becomes: dict[str, Participant] = {}
        moved_on: dict[str, int] = {}
        for each in by_wave[name]:
            try:
                who = users[each.address]
            except KeyError as error:
                told = str(error) if isinstance(error, UnknownUser) else "nobody has this address"
                problems.append(Problem(path, each.line, "address", each.address, told, each.address))
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
        waves.append(Wave(name, weeks, becomes))
    return Waves(tuple(waves), tuple(sorted(problems, key=lambda each: each.line)), aside)


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


def sorted_names(names: Iterable[str]) -> list[str]:
    """Names of waves in order: as numbers or dates where all are such, else as they come."""
    given = list(names)
    for kind in (int, date.fromisoformat):
        try:
            return sorted(given, key=kind)
        except ValueError:
            continue
    return given


def _weeks(names: list[str]) -> list[float]:
    try:
        dates = [date.fromisoformat(each) for each in names]
    except ValueError:
        return [1.0] * len(names)
    return [(after - before).days / 7 for before, after in pairwise(dates)] + [1.0] * bool(dates)


__all__ = ["Move", "Wave", "Waves", "granted", "move", "read_waves", "sorted_names"]
