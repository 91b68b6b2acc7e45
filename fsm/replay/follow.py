"""Following the conversations of a log, all at once, each by a row of its program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from fsm.engine.outcome import Outcome
from fsm.engine.program import Answers
from fsm.notation import PARTIES
from fsm.notation.echo import plain
from fsm.readers.columns import ACCEPTED, CHANGE, Moment, Span
from fsm.readers.events import KNOWN, NOTHING, ConversationId, happened, named, timed
from fsm.readers.faults import BadLines, LogError
from fsm.readers.log import Log
from fsm.readers.mapping import Values
from fsm.readers.opening import Line
from fsm.readers.unsure import BY, Way, ways, whoever
from fsm.replay.departure import Departure, departure
from fsm.replay.order import Held, blocks, ends, later
from fsm.replay.pairings import Pairings, Under
from fsm.replay.readings import Reading, Said, Step, follow, more
from fsm.spec.conversation import CONVERSATION

if TYPE_CHECKING:
    from fsm.engine.outcome import AnyOutcome, AnyRefusal

F = TypeVar("F", bound="Follower")


def followed(read: Log, making: Callable[[Iterable[ConversationId]], F], skip_bad: bool) -> F:
    """What follows a log, once it has: it is read again where time goes back in it.

    Args:
        read: the log.
        making: makes what follows it, given the conversations to put in order of time first.
        skip_bad: pass over lines that cannot be read.

    Raises:
        LogError: it has to be read again and cannot be, or lines of it cannot be read.
    """
    follower = making(())
    follower.read(read)
    if follower.unordered:
        if read.once:
            raise LogError(
                f"{plain(read.name)}: time goes back in it, and it can be read once only; give a list, or a file"
            )
        follower = making(follower.unordered)
        follower.read(read)
    if follower.bad.count and not skip_bad:
        raise follower.bad.error(read.where)
    return follower


class Followed:
    """A conversation of the log: where it stands, and how far it was followed.

    ``agreed`` counts the events of which log and specification say the same. ``unread`` is the first line of it that
    cannot be read; what comes after is not followed, for nobody knows what happened there. ``readings`` are all that
    are left, where the log leaves something open and more than one is; ``dropped`` says whether some were. ``open`` are
    the latest events, which are over at ``over``, while others may have come between them; all before them is over at
    ``settled``.
    """

    __slots__ = (
        *("addresses", "agreed", "assumed", "departure", "dropped", "events", "last", "open", "over", "readings"),
        *("row", "settled", "under", "unread"),
    )

    row: Answers

    def __init__(self) -> None:
        self.under: Under | None = None
        self.addresses: tuple[str, str] = ("", "")
        self.last: Moment | Span | None = None
        self.settled: Moment | None = None
        self.over: Any = None
        self.open: list[Held[tuple[int, Values]]] | None = None
        self.readings: tuple[Reading, ...] = ()
        self.dropped = False
        self.assumed: tuple[str, ...] = ()
        self.events = 0
        self.agreed = 0
        self.departure: Departure | None = None
        self.unread: int | None = None

    @property
    def known(self) -> Under:
        """The pairing, of one that has begun."""
        assert self.under is not None
        return self.under


class Follower:
    """What one reading of a log comes to.

    Args:
        pairings: who the two of a conversation are.
        held: conversations to put in order of time before they are followed.
    """

    def __init__(self, pairings: Pairings, held: Iterable[ConversationId] = ()) -> None:
        self.conversations: dict[ConversationId, Followed] = {}
        self.bad = BadLines()
        self.unordered: set[ConversationId] = set()
        """Conversations, not held, in which time was found to go back."""
        self.supplied: Counter[str] = Counter()
        """In how many lines each column is assumed, or leaves something open."""
        self._pairings = pairings
        self._held = frozenset(held)
        self._changes: dict[tuple[Answers, int, int], AnyOutcome] = {}
        self._uses: dict[int, list[Any]] = {}

    def read(self, log: Iterable[Line]) -> None:
        """Follow all that is in the log."""
        for line, values in log:
            if isinstance(values, str):
                self.bad.add(line, values)
                continue
            name, talk = values.pop("conversation", ""), None
            try:
                talk = self.conversations.get(name) if type(name) is str or type(name) is int else None
                if talk is None:
                    name = named(name, self.conversations)
                    talk = self.conversations.setdefault(name, Followed())
                self._take(line, name, talk, values)
            except ValueError as error:
                if talk is not None and name not in self._held:
                    self._close(name, talk)
                self._fault(line, talk, error)
        for name, talk in self.conversations.items():
            self._close(name, talk)
            if talk.readings:
                self._settle(talk, talk.readings[0])

    @property
    def rows(self) -> Counter[str]:
        """How often each row of the tables was used by events of which log and specification say the same."""
        used: Counter[str] = Counter()
        for result, times in self._uses.values():
            rows = result.rows if isinstance(result, Outcome) else (result.row,)
            used.update({row: times for row in rows if row in CONVERSATION.rows})
        return used

    def _fault(self, line: int, talk: Followed | None, error: ValueError) -> None:
        self.bad.add(line, error)
        if talk is not None and talk.unread is None:
            talk.unread = line

    def _take(self, line: int, name: ConversationId, talk: Followed, values: Values) -> None:
        """Follow an event now, or keep it where its conversation is held."""
        time = values.pop("time", "")
        at = timed(time, talk.last, talk.events)
        if at is None:
            self._follow(line, name, talk, values)
            return
        talk.last = at
        if type(at) is Span or talk.open or name in self._held or (talk.settled is not None and at < talk.settled):  # type: ignore[operator]
            like = repr(values) if type(at) is Span else None
            self._wait(Held(at, (line, values), time in ("", None), like), name, talk)
        else:
            talk.settled = at  # type: ignore[assignment]  # no Span
            self._follow(line, name, talk, values)

    def _wait(self, event: Held[tuple[int, Values]], name: ConversationId, talk: Followed) -> None:
        """Keep an event until nothing more can come before it, and follow what it comes after."""
        first, last = ends(event.time)
        if name not in self._held:
            if talk.settled is not None and (first is None or first < talk.settled):
                self.unordered.add(name)
                return
            if talk.over is not None and first is not None and talk.over <= first:
                self._close(name, talk)
        if talk.open:
            talk.over = later(talk.over, last)
            talk.open.append(event)
        else:
            talk.over, talk.open = last, [event]

    def _close(self, name: ConversationId, talk: Followed) -> None:
        """Follow what was kept: nothing more comes between."""
        some, talk.open = talk.open or (), None
        talk.settled, talk.over = talk.settled if talk.over is None else talk.over, None
        for block in blocks(some):
            self._together(block, name, talk)

    def _together(self, block: Sequence[Held[tuple[int, Values]]], name: ConversationId, talk: Followed) -> None:
        """Follow an event, or some that may have come in any order."""
        if len(block) == 1:
            line, values = block[0].what
            try:
                self._follow(line, name, talk, values)
            except ValueError as error:
                self._fault(line, talk, error)
            return
        said: list[Held[Said]] = []
        for each in block:
            line, values = each.what
            try:
                said.append(Held(each.time, self._said(line, talk, values), each.after, each.like))
            except ValueError as error:
                self._fault(line, talk, error)
        if talk.departure is None and talk.unread is None:
            self._read(name, talk, said)

    def _follow(self, line: int, name: ConversationId, talk: Followed, values: Values) -> None:
        """Follow an event. Most are one look: nothing is open, nothing changes, and nothing more was seen."""
        if len(values) == 2 and talk.under is not None and not (talk.readings or talk.departure or talk.unread):
            event, by = values.get("event"), values.get("by")
            result = None
            if type(by) is str and type(event) is str:
                who = PARTIES[talk.addresses.index(by)] if by not in BY and by in talk.addresses else by
                result = talk.row.get((event, who))
            if result is not None and result.to is not None:
                talk.events += 1
                talk.agreed += 1
                talk.row = result.to
                self._used(result, 1)
                return
        said = self._said(line, talk, values)
        if talk.departure is not None or talk.unread is not None:
            return
        if talk.readings or len(said.ways) > 1:
            self._read(name, talk, [Held(0, said)])
            return
        step = self._step(name, talk.addresses, talk.row, talk.known, said, said.ways[0])
        talk.row, talk.under, used, talk.departure = step
        for each in used:
            self._used(each, 1)
        if talk.departure is None:
            talk.agreed += 1

    def _said(self, line: int, talk: Followed, values: Values) -> Said:
        """What a line says; the first that can be read of a conversation says between whom it is."""
        event, by, facts, observed, assumed, source = happened(values)
        if talk.under is None:
            if talk.unread is not None:
                talk.events += 1
                return Said(line, source, (), facts, observed)
            talk.under, talk.addresses = self._pairings.begin(facts, assumed)
            talk.row, facts = talk.under.program.initial, NOTHING
        under = self._pairings.changed(talk.under, talk.addresses, facts) if facts else talk.under
        free: frozenset[str] = frozenset()
        if type(by) is str and by in BY and type(event) is str and event in KNOWN:
            options: tuple[Way, ...] = ((event, BY[by]),)
        else:
            options, free = ways(event, by, talk.addresses), whoever(event, by)
        if talk.departure is not None or talk.unread is not None:
            talk.under = under
        if assumed:
            self.supplied.update(assumed)
        talk.events += 1
        return Said(line, source, options, facts, observed, free)

    def _read(self, name: ConversationId, talk: Followed, block: Sequence[Held[Said]]) -> None:
        """Follow events of which something is open, in every way there is."""
        take = partial(self._step, name, talk.addresses)
        begun = talk.readings or (Reading(talk.row, talk.known),)
        read = follow(begun, block, take)
        if read is None:
            first, last = block[0].what.place, block[-1].what.place
            assumed = f"{first} to {last}, in the order of the log"
            talk.dropped = True
            talk.readings = tuple(each._replace(assumed=more(each.assumed, assumed)) for each in begun)
            for each in block:
                if talk.departure is None:
                    self._read(name, talk, [each])
            return
        talk.dropped = talk.dropped or read.dropped
        if read.ends is not None:
            reading, talk.departure = read.ends
            talk.agreed += len(reading.order)
            self._settle(talk, reading)
            return
        talk.agreed += len(block)
        talk.readings = read.readings
        if len(read.readings) == 1:
            self._settle(talk, read.readings[0])

    def _settle(self, talk: Followed, reading: Reading) -> None:
        """Go on with one reading alone."""
        talk.row, talk.under, talk.readings = reading.row, reading.under, ()
        talk.assumed += reading.assumed
        for result, times in reading.used.values():
            self._used(result, times)

    def _step(
        self, name: ConversationId, addresses: tuple[str, str], row: Answers, before: Under, said: Said, way: Way
    ) -> Step:
        """What an event comes to, and before it the change of the pairing that its line tells of."""
        event, by = way
        under = self._pairings.changed(before, addresses, said.facts) if said.facts else before
        result: AnyOutcome | AnyRefusal
        used: tuple[AnyOutcome | AnyRefusal, ...] = ()
        if under is not before or event == CHANGE:
            result = change = self._change(row, before, under)
            row = change.to
            if event != CHANGE:
                used, result = (change,), row[event, by]
        else:
            result = row[event, by]
        row = row if result.to is None else result.to
        parted = None
        if said.observed is not ACCEPTED or result.to is None:
            parted = departure(name, said.line, result, row.config, said.observed, said.source)
        return Step(row, under, used if parted else (*used, result), parted)

    def _change(self, row: Answers, before: Under, under: Under) -> AnyOutcome:
        key = row, id(before), id(under)
        found = self._changes.get(key)
        if found is None:
            change = under.program.change(row.config, before.program, before.view, under.view)
            found = self._changes[key] = change
        return found

    def _used(self, result: AnyOutcome | AnyRefusal, times: int) -> None:
        use = self._uses.get(id(result))
        if use is None:
            self._uses[id(result)] = [result, times]
        else:
            use[1] += times
