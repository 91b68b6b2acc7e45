"""Facts as text: tables with one fact a row, and stories told step by step.

Ann is the originator, Bob the recipient. Cells are parted by bars. An indented line goes on with the last column of
the line above, or after "=>" with where it leads. The columns, and of a story the steps, say:

    pairing    who the two are; "X then Y" where they were X and became Y in mid-conversation
    given      where the lifecycles stand, without those that are where they began; "was" is the terminated call;
               after a colon the parties it remembers: "chat=interop:bob" is a thread that Bob opened, and
               "chat=offered:ann:bob" the menu before Ann in it; who opened a thread is left out where it was Ann
    event      what happens and by whom: "send_text ann"; or "becomes X", a change of the pairing
    then       where that leads: "call=ended chat=interop", or "stays", with all others as they were;
               or refused, by a rule, with words of the message, or both: "refused POL-1 'the originator'";
               or "not yours", with the same, where it is another's to fire; or "not applicable"
    effects    what is asked of the outside, in order: "relay, deliver_text bob", or "-";
               of a refusal, the ways out that it names: "send_text, meet_now bob, 'an admin'", or "-"
    timers     "start no_answer 30, cancel session_expired", or "-"
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from itertools import product
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

import fsm
from fsm.engine import known
from fsm.engine.conversation import PROGRAMS
from fsm.engine.program import Answers
from fsm.spec.routing import views
from tests import people
from tests.spec.more_people import CHAINS, MORE

if TYPE_CHECKING:
    from fsm.spec.names import LifecycleName


PAIRS = people.PAIRS | MORE
WHO = {"ann": fsm.Party.ORIGINATOR, "bob": fsm.Party.RECIPIENT, "service": fsm.Party.SERVICE}
SERVICES = {
    "connect_gateway": "gateway",
    "disconnect_gateway": "gateway",
    "relay": "gateway",
    "create_teams_meeting": "meeting-service",
    "create_sfb_meeting": "meeting-service",
    "dismiss_meeting": "meeting-service",
}
REFUSALS = ("refused", "not yours", "not applicable")
Result = fsm.Outcome | fsm.Refusal
Cells = Mapping[str, str]
Places = Mapping["LifecycleName", fsm.At]


def parse(text: str, header: str = "") -> list[dict[str, str]]:
    """The rows of a table, by column; the header is the first line where none is given."""
    lines = [line for line in dedent(text).splitlines() if line.strip()]
    names = [name.strip() for name in (header or lines.pop(0)).split("|")]
    rows: list[dict[str, str]] = []
    goes_on = ""
    for line in lines:
        if line.startswith(" "):
            mark, _, more = line.strip().partition(" ")
            column, more = ("then", more) if mark == "=>" else (goes_on, line.strip())
            rows[-1][column] = f"{rows[-1].get(column, '')} {more}".strip()
            goes_on = names[-1]
        else:
            cells = [cell.strip() for cell in line.split("|")]
            assert len(cells) <= len(names), f"too many cells: {line}"
            goes_on = names[-1]
            rows.append(dict(zip(names, cells + [""] * len(names), strict=False)))
    return rows


def places(text: str) -> dict[LifecycleName, fsm.At]:
    """What "chat=offered:ann:bob call=connected" says."""
    text = re.sub(r"\bwas=", "terminated_call=", text)
    return people.places(re.sub(r"(?<=:)(ann|bob)\b", lambda found: WHO[found[0]], text))


def chain(pairing: str) -> tuple[str, ...]:
    """The pairings that "X then Y" names."""
    return CHAINS.get(pairing) or tuple(pairing.split(" then "))


def place(pairing: str, given: str) -> fsm.Conversation:
    """A conversation of the last of these pairings that stands as given."""
    return fsm.Conversation.at(PAIRS[chain(pairing)[-1]], places(given))


def effects(text: str) -> list[tuple[str, str]]:
    """What "relay, open_thread both, deliver_text bob" says: each effect and its addressee."""
    found = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, to = part.partition(" ")
        if name in SERVICES:
            found.append((name, SERVICES[name]))
        else:
            found += [(name, WHO[who].value) for who in (("ann", "bob") if to == "both" else (to,))]
    return found


@dataclass
class Seen:
    """What has happened.

    Which rows fired or refused as declared, which were passed over in a refusal, which dispatch rows decided; and each
    accepted step: the pairing, where the conversation stood before and after, the outcome.
    """

    fired: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    dispatched: set[str] = field(default_factory=set)
    steps: list[tuple[fsm.Pairing, Places, Places, fsm.Outcome]] = field(default_factory=list)

    def note(self, conversation: fsm.Conversation, event: str) -> Result:
        """Let ``event`` happen, and note what decided."""
        kind, _, detail = event.partition(" ")
        before = conversation.places
        if kind == "becomes":
            return self._accepted(conversation, before, conversation.change(PAIRS[detail]))
        by = WHO[detail]
        self.dispatched.add(
            next(row.id for row in fsm.CONVERSATION.dispatch[kind] if row.applies(dict(before.items()), by))
        )
        try:
            return self._accepted(conversation, before, conversation.fire(known.event(kind), by))
        except fsm.Refused as caught:
            refusal = caught.refusal
            assert conversation.places == before, "a refused event changes nothing"
            self.fired.update(filter(None, [refusal.row]))
            here = {
                row.id
                for n, at in before.items()
                for row in fsm.CONVERSATION.lifecycles[n].states[at.state].rows_for(kind)
            }
            self.refused |= here - {refusal.row} | {reason.row for reason in refusal.reasons}
            return refusal

    def _accepted(self, conversation: fsm.Conversation, before: Places, outcome: fsm.Outcome) -> fsm.Outcome:
        self.fired.update(outcome.rows)
        self.steps.append((conversation.pairing, before, conversation.places, outcome))
        return outcome


def step(conversation: fsm.Conversation, cells: Cells) -> None:
    """Let one thing happen and hold it against what its row says."""
    before = conversation.places
    result = Seen().note(conversation, cells["event"])
    if cells["then"].startswith(REFUSALS):
        assert isinstance(result, fsm.Refusal), f"accepted: {result}"
        _check_refusal(conversation, result, cells["then"], cells.get("effects", ""))
        return
    assert isinstance(result, fsm.Outcome), str(result)
    moved = {} if cells["then"] == "stays" else places(cells["then"])
    assert conversation.places == before | moved
    if "effects" in cells:
        expected = effects(cells["effects"].removeprefix("-"))
        assert [tuple(sent) for sent in result.effects] == expected
    if "timers" in cells:
        started = [f"start {event} {seconds}" for event, seconds in result.timers.start]
        cancelled = [f"cancel {event}" for event in result.timers.cancel]
        assert sorted(started + cancelled) == sorted(filter(None, cells["timers"].removeprefix("-").split(", ")))


def _check_refusal(conversation: fsm.Conversation, refusal: fsm.Refusal, then: str, ways: str) -> None:
    if then == "not applicable":
        assert refusal.kind is fsm.RefusalKind.NOT_APPLICABLE
        assert refusal.rule is None
    else:
        found = re.fullmatch(r"(refused|not yours) ?([A-Z]+-\d+)? ?(?:'(.+)')?", then)
        assert found, f"{then} is no answer"
        kind, rule, words = found.groups()
        assert refusal.kind == kind.replace(" ", "-"), str(refusal)
        assert rule in (None, refusal.rule), str(refusal)
        assert (words or "") in refusal.message
    for way in refusal.ways:
        assert conversation.may(way.event, way.by), f"{way} is named and not possible"
    if ways == "-":
        assert refusal.instead == ""
    named = {(way.event, way.by) for way in refusal.ways}
    for part in filter(None, (part.strip() for part in ways.removeprefix("-").split(","))):
        if part.startswith("'"):
            assert part.strip("'") in refusal.instead
        else:
            event, _, who = part.partition(" ")
            assert (event, WHO[who] if who else refusal.by) in named, f"{part} is not named by: {refusal}"


@dataclass(frozen=True)
class Fact:
    """One row of a table."""

    cells: Cells

    def __str__(self) -> str:
        given = f" in {self.cells['given']}" if self.cells["given"] else ""
        return f"{self.cells['pairing']}: {self.cells['event']}{given}"

    def start(self) -> fsm.Conversation:
        """A conversation that stands as given."""
        return place(self.cells["pairing"], self.cells["given"])

    def check(self) -> None:
        """Hold it against what happens."""
        step(self.start(), self.cells)

    def play(self, seen: Seen) -> None:
        """Let it happen and only note what decided."""
        seen.note(self.start(), self.cells["event"])


@dataclass(frozen=True)
class Story:
    """A conversation from its start, step by step."""

    title: str
    pairing: str
    steps: tuple[Cells, ...]

    def __str__(self) -> str:
        return self.title

    def check(self) -> None:
        """Hold it against what happens."""
        conversation = fsm.Conversation(PAIRS[self.pairing])
        for cells in self.steps:
            step(conversation, cells)

    def play(self, seen: Seen) -> None:
        """Let it happen and only note what decided."""
        conversation = fsm.Conversation(PAIRS[self.pairing])
        for cells in self.steps:
            seen.note(conversation, cells["event"])


FACTS: list[Fact] = []
STORIES: list[Story] = []
Test = Callable[..., None]


def facts(text: str) -> Callable[[Test], Test]:
    """Run a test for each row of a table, as ``fact``."""
    found = [Fact(cells) for cells in parse(text)]
    FACTS.extend(found)
    return pytest.mark.parametrize("fact", found, ids=str)


def stories(text: str) -> Callable[[Test], Test]:
    """Run a test for each story, as ``story``: a heading "# title: pairing", then a line for each step."""
    found = []
    for part in filter(None, (part.strip() for part in re.split(r"^\s*# ", text, flags=re.MULTILINE))):
        heading, _, body = part.partition("\n")
        title, _, pairing = heading.rpartition(": ")
        found.append(Story(title, pairing.strip(), tuple(parse(body, "event | then | effects"))))
    STORIES.extend(found)
    return pytest.mark.parametrize("story", found, ids=str)


def load() -> None:
    """See to it that all tables and stories are there, whichever tests are run."""
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        import_module(f"tests.spec.{path.stem}")


@cache
def reachable(pairings: tuple[str, ...]) -> frozenset[Answers]:
    """Every row that a conversation can come to which has been through these pairings, in this order."""
    *earlier, last = pairings
    program = PROGRAMS.under(views(PAIRS[last]))
    if earlier:
        before = reachable(tuple(earlier))
        old, new = views(PAIRS[earlier[-1]])[0], views(PAIRS[last])[0]
        found = {program.change(row.config, row.program, old, new).to for row in before}
    else:
        found = {program.initial}
    todo = list(found)
    while todo:
        fresh = _nexts(todo.pop()) - found
        found |= fresh
        todo += fresh
    return frozenset(found)


@cache
def _nexts(row: Answers) -> frozenset[Answers]:
    """Where one event leads from here. To explain a refusal takes long, so that refused ones are not asked for."""
    standing = zip(fsm.LIFECYCLES.values(), row.config, strict=True)
    rows = (each for lifecycle, at in standing for each in lifecycle.states[at.state].rows if not each.internal)
    found = set()
    for event, by in product({each.event for each in rows if not each.refused}, fsm.Party):
        decides = row.program.decide(row.config, event, by)[1]
        if decides and not decides.refused:
            with suppress(fsm.LostSignal):
                found.add(row[event, by].to)
    return frozenset(to for to in found if to is not None)
