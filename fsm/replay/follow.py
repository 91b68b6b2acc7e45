"""Following the conversations of a log, all at once, each by a row of its program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from fsm.engine.outcome import Outcome
from fsm.engine.program import Answers
from fsm.readers.columns import ACCEPTED, CHANGE, Moment
from fsm.readers.events import ConversationId, happened, named, party, timed
from fsm.readers.log import BadLines, Line, Values
from fsm.replay.departure import Departure, departure
from fsm.replay.pairings import Pairings, Under
from fsm.spec.conversation import CONVERSATION

if TYPE_CHECKING:
    from fsm.engine.outcome import AnyOutcome, AnyRefusal


class Followed:
    """A conversation of the log: where it stands, and how far it was followed.

    ``agreed`` counts the events of which log and specification say the same. ``unread`` is the first line of it that
    cannot be read; what comes after is not followed, for nobody knows what happened there.
    """

    __slots__ = ("addresses", "agreed", "departure", "events", "last", "row", "under", "unread")

    row: Answers

    def __init__(self) -> None:
        self.under: Under | None = None
        self.addresses: tuple[str, str] = ("", "")
        self.last: Moment | None = None
        self.events = 0
        self.agreed = 0
        self.departure: Departure | None = None
        self.unread: int | None = None


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
        self._pairings = pairings
        self._held: dict[ConversationId, list[tuple[Moment, int, Values]]] = {name: [] for name in held}
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
                self._fault(line, talk, error)
        for name, rows in self._held.items():
            talk = self.conversations[name]
            for _, line, values in sorted(rows, key=lambda row: row[0]):
                try:
                    self._follow(line, name, talk, values)
                except ValueError as error:
                    self._fault(line, talk, error)

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
        if at is not None:
            last, talk.last = talk.last, at
            if name in self._held:
                self._held[name].append((at, line, values))
                return
            if last is not None and at < last:  # type: ignore[operator]  # of one kind
                self.unordered.add(name)
        self._follow(line, name, talk, values)

    def _follow(self, line: int, name: ConversationId, talk: Followed, values: Values) -> None:
        event, by, facts, observed = happened(values)
        if talk.under is None:
            if talk.unread is not None:
                talk.events += 1
                return
            under, talk.addresses = self._pairings.begin(facts)
            talk.under, talk.row = under, under.program.initial
        else:
            under = self._pairings.changed(talk.under, talk.addresses, facts) if facts else talk.under
        actor = party(event, by, talk.addresses)
        before, talk.under = talk.under, under
        talk.events += 1
        if talk.departure is not None or talk.unread is not None:
            return
        row = talk.row
        result: AnyOutcome | AnyRefusal
        if under is not before or event == CHANGE:
            change = self._change(row, before, under)
            row = change.to
            if event == CHANGE:
                result = change
            else:
                self._used(change)
                result = row[event, actor]
        else:
            result = row[event, actor]
        talk.row = row if result.to is None else result.to
        if observed is not ACCEPTED or result.to is None:
            talk.departure = departure(name, line, result, talk.row.config, observed)
            if talk.departure is not None:
                return
        talk.agreed += 1
        self._used(result)

    def _change(self, row: Answers, before: Under, under: Under) -> AnyOutcome:
        key = row, id(before), id(under)
        found = self._changes.get(key)
        if found is None:
            change = under.program.change(row.config, before.program, before.view, under.view)
            found = self._changes[key] = change
        return found

    def _used(self, result: AnyOutcome | AnyRefusal) -> None:
        use = self._uses.get(id(result))
        if use is None:
            self._uses[id(result)] = [result, 1]
        else:
            use[1] += 1
