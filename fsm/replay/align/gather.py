"""The conversations of a log as words, while they are followed: those that are alike are one variant."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from fsm.readers.columns import ACCEPTED, CHANGE
from fsm.readers.events import ConversationId
from fsm.readers.mapping import Values
from fsm.readers.unsure import ways
from fsm.replay.align.letters import Alphabet, Letter
from fsm.replay.follow import Followed, Follower
from fsm.replay.pairings import Pairings, Under
from fsm.replay.readings import Said


class Trail:
    """A conversation: the pairing that it begins under and the one that it is under, its letters and their lines."""

    __slots__ = ("begins", "letters", "lines", "now")

    def __init__(self, begins: Under) -> None:
        self.begins = self.now = begins
        self.letters = array("I")
        self.lines = array("q")


class Variant(NamedTuple):
    """Conversations that are alike: between pairings that are, with the same events.

    Args:
        first: the one that began first.
        trail: that one's.
        times: how many there are.
    """

    first: ConversationId
    trail: Trail
    times: int


class Gatherer(Follower):
    """Follows the conversations of a log, and keeps what each line of them says, as far as they can be read.

    Events that may have come in any order are kept in the order of the log.

    Args:
        pairings: who the two of a conversation are.
        alphabet: takes the letters.
        held: conversations to put in order of time before they are followed.
    """

    def __init__(self, pairings: Pairings, alphabet: Alphabet, held: Iterable[ConversationId] = ()) -> None:
        super().__init__(pairings, held)
        self.sources: dict[int, str] = {}
        """Where a line comes from, for those that say so."""
        self._alphabet = alphabet
        self._trails: dict[int, Trail] = {}

    def variants(self) -> Iterator[Variant]:
        """What conversations there are, the profiles one after the other."""
        alike: dict[tuple[int, bytes], list[tuple[ConversationId, Trail]]] = {}
        for name, talk in self.conversations.items():
            trail = self._trails.get(id(talk))
            if trail is not None:
                alike.setdefault((id(trail.begins), trail.letters.tobytes()), []).append((name, trail))
        by_pairing: dict[int, list[Variant]] = {}
        for (pairing, _), some in alike.items():
            by_pairing.setdefault(pairing, []).append(Variant(*some[0], len(some)))
        for variants in by_pairing.values():
            yield from variants

    def trail(self, name: ConversationId) -> Trail:
        """What is kept of a conversation."""
        return self._trails[id(self.conversations[name])]

    def _follow(self, line: int, name: ConversationId, talk: Followed, values: Values) -> None:
        trail = self._trails.get(id(talk))
        known = trail and len(trail.letters)
        event, by = values.get("event"), values.get("by")
        super()._follow(line, name, talk, values)
        if trail is not None and len(trail.letters) == known and talk.unread is None:
            # one look was enough, and nothing was said of it but an event that is possible and by whom
            self._keep(trail, line, Letter(ways(event, by, talk.addresses)))

    def _said(self, line: int, talk: Followed, values: Values) -> Said:
        said = super()._said(line, talk, values)
        if talk.unread is None:
            trail = self._trails.get(id(talk))
            if trail is None:
                trail = self._trails[id(talk)] = Trail(talk.known)
            before = trail.now
            if said.facts:
                trail.now = self._pairings.changed(before, talk.addresses, said.facts)
            if said.source:
                self.sources[line] = said.source
            plain = trail.now is before and said.observed is ACCEPTED and said.ways[0][0] != CHANGE
            seen = () if plain else (said.observed, before, trail.now)
            self._keep(trail, line, Letter(said.ways, *seen))
        return said

    def _keep(self, trail: Trail, line: int, letter: Letter) -> None:
        trail.letters.append(self._alphabet.number(letter))
        trail.lines.append(line)
