"""What aligning a log came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from fsm.engine.fingerprint import fingerprint
from fsm.engine.program import Config
from fsm.notation import At, Party
from fsm.readers.events import ConversationId
from fsm.replay.align.edits import Edit
from fsm.replay.align.example import Example, example
from fsm.replay.align.gather import Gatherer
from fsm.replay.align.given import Accepted
from fsm.replay.align.letters import WAYS, Alphabet
from fsm.replay.align.search import Placed, Search
from fsm.replay.report import Report as Followed
from fsm.space.minimal import NOTHING, WIDTH
from fsm.spec.conversation import CONVERSATION, LIFECYCLES


class Where(NamedTuple):
    """A state in which an edit is made: that of the lifecycle that the event goes to, or that keeps it from going on.

    Args:
        lifecycle: the lifecycle.
        state: its state.
        times: how often.
    """

    lifecycle: str
    state: str
    times: int


class Group(NamedTuple):
    """The same edit, wherever conversations need it.

    Args:
        edit: the edit.
        times: how often.
        conversations: in how many conversations.
        conversation: one of them.
        line: the line there that is edited, or before which something is missing.
        source: where that line comes from, if it says so.
        why: why it is accepted; None where it is not.
        where: the states in which it is made, the most frequent first; none of a change of the pairing.
    """

    edit: Edit
    times: int
    conversations: int
    conversation: ConversationId
    line: int
    source: str = ""
    why: str | None = None
    where: tuple[Where, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The group as JSON-able data."""
        told = {**self._asdict(), "where": [each._asdict() for each in self.where]}
        return {**self.edit.as_dict(), **{name: each for name, each in told.items() if name != "edit"}}


class Trend(StrEnum):
    """What became of an edit since an earlier report."""

    NEW = "new"
    MORE = "more"
    FEWER = "fewer"
    GONE = "gone"


class Since(NamedTuple):
    """An edit that is not as often as it was.

    Args:
        trend: what became of it.
        edit: the edit.
        before: how often it was.
        now: how often it is.
    """

    trend: Trend
    edit: Edit
    before: int
    now: int

    def as_dict(self) -> dict[str, Any]:
        """It as JSON-able data."""
        return {"change": self.trend.value, **self.edit.as_dict(), "before": self.before, "now": self.now}


class Report:
    """What aligning a log came to.

    Args:
        followed: what following it came to.
        gathered: its conversations.
        alphabet: their letters.
        accepted: deviations to set aside.
        earlier: how often each edit was in an earlier report; None if there is none.
    """

    def __init__(
        self,
        followed: Followed,
        gathered: Gatherer,
        alphabet: Alphabet,
        accepted: Sequence[Accepted] = (),
        earlier: Mapping[Edit, int] | None = None,
    ) -> None:
        self.followed = followed
        """What following it came to: its first departures, with all that the specification says of them."""
        self.plain = alphabet.plain
        self.conversations = self.variants = self.events = self.fit = self.cost = 0
        totals = _Totals(gathered.sources, alphabet)
        variants = list(gathered.variants())
        alphabet.expect(each.trail.begins for each in variants)
        search, average = Search(alphabet), 0.0
        for each in variants:
            word = each.trail.letters
            found = search.align(alphabet.start(each.trail.begins), word)
            self.variants += 1
            self.conversations += each.times
            self.events += each.times * len(word)
            self.fit += each.times * (not found.cost)
            self.cost += each.times * found.cost
            average += each.times * (1 - found.cost / len(word))
            totals.take(each.first, each.trail.lines, found.edits, found.cells, each.times)
        self.fitness = 1 - self.cost / self.events if self.events else 1.0
        """How much of the log needs no edit: of what it would cost if every event of it were extra, the share that it
        does not."""
        self.average_fitness = average / self.conversations if self.conversations else 1.0
        """The same of a conversation, on average."""
        self.precision = totals.precision()
        """How much of what is possible the log does somewhere: of the events that are possible where its conversations
        go on, each counted as often as they do, the share that some conversation fires there."""
        every = totals.groups(accepted)
        self.groups = tuple(each for each in every if each.why is None)
        """Edits that are not accepted, the most frequent first."""
        self.accepted = tuple(each for each in every if each.why is not None)
        """Edits that are."""
        taken = [each.edit for each in self.accepted]
        self.specification = fingerprint()
        """The fingerprint of the tables."""
        self._gathered, self._alphabet, self._search = gathered, alphabet, search
        self.unused = tuple(each for each in accepted if not any(map(each.takes, taken)))
        """Deviations that are accepted and that there are none of."""
        self.since = None if earlier is None else tuple(_since(self.groups, taken, earlier))
        """What became of edits since the earlier report, if there is one."""

    @property
    def ok(self) -> bool:
        """Whether there is no edit that is not accepted."""
        return not self.groups

    def example(self, group: Group) -> Example:
        """The conversation of a group, aligned."""
        trail = self._gathered.trail(group.conversation)
        found = self._search.align(self._alphabet.start(trail.begins), trail.letters)
        return example(trail, found, self._alphabet, group.edit, group.line)

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON-able data."""
        return {
            "wrong_party_costs": 2 if self.plain else 1,
            "conversations": self.conversations,
            "variants": self.variants,
            "events": self.events,
            "fit": self.fit,
            "cost": self.cost,
            "fitness": self.fitness,
            "average_fitness": self.average_fitness,
            "precision": self.precision,
            "groups": [each.as_dict() for each in self.groups],
            "accepted": [each.as_dict() for each in self.accepted],
            "unused": [each.as_dict() for each in self.unused],
            "since": None if self.since is None else [each.as_dict() for each in self.since],
        }


class _Totals:
    """Edits by cause, and what is done where."""

    def __init__(self, sources: Mapping[int, str], alphabet: Alphabet) -> None:
        self._sources, self._alphabet = sources, alphabet
        self._times: Counter[Edit] = Counter()
        self._conversations: Counter[Edit] = Counter()
        self._example: dict[Edit, tuple[int, ConversationId]] = {}
        self._cells: Counter[int] = Counter()
        self._where: dict[Edit, Counter[int]] = {}

    def take(
        self,
        name: ConversationId,
        lines: Sequence[int],
        edits: Iterable[Placed],
        cells: Sequence[int],
        times: int,
    ) -> None:
        """Count the alignment of a variant in."""
        if times == 1:
            self._cells.update(cells)
        else:
            for cell in cells:
                self._cells[cell] += times
        seen = set()
        for n, edit, cell in edits:
            self._times[edit] += times
            self._where.setdefault(edit, Counter())[cell] += times
            if edit not in seen:
                self._conversations[edit] += times
                seen.add(edit)
            example = lines[n], name
            if edit not in self._example or example[0] < self._example[edit][0]:
                self._example[edit] = example

    def precision(self) -> float:
        """How much of what is possible is done."""
        visits: Counter[int] = Counter()
        done: Counter[int] = Counter()
        for cell, times in self._cells.items():
            if cell % WIDTH != NOTHING:
                visits[cell // WIDTH] += times
                done[cell // WIDTH] += 1
        possible = {row: self._alphabet.possible(row * WIDTH) for row in visits}
        whole = sum(times * possible[row] for row, times in visits.items())
        return sum(times * done[row] for row, times in visits.items()) / whole if whole else 1.0

    def groups(self, accepted: Sequence[Accepted]) -> list[Group]:
        """The same edits together, the most frequent first, and then those that come first in the log."""
        found = []
        for edit, times in self._times.items():
            line, name = self._example[edit]
            why = next((each.why for each in accepted if each.takes(edit)), None)
            source = self._sources.get(line, "")
            where = tuple(self._in_states(edit))
            found.append(Group(edit, times, self._conversations[edit], name, line, source, why, where))
        return sorted(found, key=lambda each: (-each.times, each.line))

    def _in_states(self, edit: Edit) -> Iterable[Where]:
        found: Counter[tuple[str, str]] = Counter()
        for cell, times in self._where[edit].items():
            if cell % WIDTH != NOTHING:
                found[_state(self._alphabet.place(cell), *WAYS[cell % WIDTH])] += times
        return (Where(*state, times) for state, times in found.most_common())


def _state(place: Config, event: str, by: Party) -> tuple[str, str]:
    """The lifecycle that an event goes to or, where none is, the first that keeps it from going on; and its state."""
    standing: dict[str, At] = dict(zip(LIFECYCLES, place, strict=True))
    row = CONVERSATION.directs(standing, event, by)
    name = row.lifecycle or next(iter(row.while_), CONVERSATION.dispatch[event][-1].lifecycle)
    return name, standing[name].state


def _since(groups: Sequence[Group], accepted: Sequence[Edit], earlier: Mapping[Edit, int]) -> Iterable[Since]:
    now = {each.edit: each.times for each in groups}
    for edit in dict.fromkeys((*now, *earlier)):
        before, times = earlier.get(edit, 0), now.get(edit, 0)
        if edit not in accepted and before != times:
            trend = Trend.NEW if not before else Trend.GONE if not times else _more(before, times)
            yield Since(trend, edit, before, times)


def _more(before: int, now: int) -> Trend:
    return Trend.MORE if now > before else Trend.FEWER
