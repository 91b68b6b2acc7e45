"""What following a log came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

from fsm.readers.events import ConversationId
from fsm.readers.faults import Bad
from fsm.readers.log import Log
from fsm.readers.notes import Note
from fsm.replay.departure import Departure
from fsm.replay.follow import Followed, Follower
from fsm.spec.rules import RULES

Answer: TypeAlias = Literal["follows", "may follow", "departs", "unread"]


class Result(NamedTuple):
    """How far a conversation follows the specification.

    Args:
        conversation: which conversation; the empty string where the log is of one and does not say.
        events: how many events the log has of it.
        agreed: of how many, from the first, log and specification say the same.
        departure: where they first say otherwise.
        unread: the line of it that cannot be read; it was not followed from there.
        dropped: whether the log leaves something open, and not every way to read it follows the specification.
        assumed: then, what the way that was followed takes the log for; the first of it.
    """

    conversation: ConversationId
    events: int
    agreed: int
    departure: Departure | None
    unread: int | None
    dropped: bool = False
    assumed: tuple[str, ...] = ()

    @property
    def answer(self) -> Answer:
        """What comes of it: every way to read it follows the specification, or some do, or none does; or a line of it
        cannot be read.
        """
        if self.departure is not None:
            return "departs"
        if self.unread is not None:
            return "unread"
        return "may follow" if self.dropped else "follows"

    @property
    def follows(self) -> bool:
        """Whether it follows the specification to its end, in whichever way it is read."""
        return self.answer == "follows"

    @property
    def left(self) -> int:
        """How many events were not followed."""
        return self.events - self.agreed - (self.departure is not None)


class Report:
    """What following a log came to; iterate over it for one Result a conversation, in the order they began.

    Args:
        log: what was followed.
        follower: who followed it.
    """

    def __init__(self, log: Log, follower: Follower) -> None:
        self.name = log.name
        self.where = log.where
        """Which line of which file a line is."""
        self.notes: tuple[Note, ...] = log.notes
        """What was set aside."""
        self.bad: tuple[Bad, ...] = tuple(follower.bad.first)
        """The first lines that cannot be read, and were passed over."""
        self.bad_lines = follower.bad.count
        """How many lines cannot be read."""
        self.supplied: Mapping[str, int] = dict(follower.supplied.most_common())
        """Columns that were supplied, for nobody recorded them, and on how many lines."""
        self.rows: Mapping[str, int] = follower.rows
        """How often each row of the tables was used by what follows the specification."""
        self._conversations: Mapping[ConversationId, Followed] = follower.conversations
        self.departures = tuple(
            sorted(
                (each.departure for each in self._conversations.values() if each.departure), key=lambda each: each.line
            )
        )
        """Where conversations depart, by line."""
        self.events = sum(each.events for each in self._conversations.values())
        answers = Counter(result.answer for result in self)
        self.follow = answers["follows"]
        self.may_follow = answers["may follow"]
        """Conversations that follow the specification in some of the ways in which they can be read."""
        self.unread = answers["unread"]
        """Conversations that follow the specification up to a line that cannot be read."""
        self.left = sum(result.left for result in self)
        """Events that were not followed, for their conversation had departed, or had a line that cannot be read."""

    def __iter__(self) -> Iterator[Result]:
        for name, each in self._conversations.items():
            assumed = each.assumed if each.dropped else ()
            yield Result(name, each.events, each.agreed, each.departure, each.unread, each.dropped, assumed)

    def __len__(self) -> int:
        return len(self._conversations)

    @property
    def ok(self) -> bool:
        """Whether no conversation departs."""
        return not self.departures

    @property
    def by_rule(self) -> dict[str | None, int]:
        """Departures by the rule that decides, most first; None is for events that no rule decides: they do not apply,
        or are not theirs to fire.
        """
        return dict(Counter(each.rule for each in self.departures).most_common())

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON-able data."""
        return {
            "log": self.name,
            "conversations": len(self),
            "events": self.events,
            "follow": self.follow,
            "may_follow": self.may_follow,
            "depart": len(self.departures),
            "unread": self.unread,
            "left": self.left,
            "by_rule": [
                {"rule": rule, "says": RULES[rule].says if rule else None, "departures": count}
                for rule, count in self.by_rule.items()
            ],
            "departures": [each._asdict() for each in self.departures],
            "results": [
                {
                    "conversation": each.conversation,
                    "events": each.events,
                    "answer": each.answer,
                    "follows": each.follows,
                    "left": each.left,
                    "assumed": list(each.assumed),
                }
                for each in self
            ],
            "supplied": dict(self.supplied),
            "notes": [str(each) for each in self.notes],
            "bad": [each._asdict() for each in self.bad],
            "bad_lines": self.bad_lines,
            "rows": dict(self.rows),
        }
