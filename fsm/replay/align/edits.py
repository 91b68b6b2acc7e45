"""What has to be edited of a conversation for the tables to accept it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple


class Kind(StrEnum):
    """What is wrong with an event.

    - WRONG_PARTY: somebody else should have fired it.
    - SEEN: the event is there, and what was seen of it is otherwise: refused, by another rule, in another state, with
      other effects.
    - MISSING: it is not in the log, and has to have happened.
    - EXTRA: it is in the log, and cannot have happened.
    """

    WRONG_PARTY = "wrong party"
    SEEN = "seen otherwise"
    MISSING = "missing"
    EXTRA = "extra"


SAYS = {
    Kind.WRONG_PARTY: "it happened, and somebody else fired it",
    Kind.SEEN: "it happened, and came to something else than the log says of it",
    Kind.MISSING: "the log has no such event, and it has to have happened",
    Kind.EXTRA: "the log has the event, and it cannot have happened there",
}
"""Each kind in words."""


class Edit(NamedTuple):
    """One edit.

    Args:
        kind: what is wrong.
        event: of which event; ``change`` for a change of the pairing.
        by: who fires it: as the log says, or, of one that is missing, who has to have.
        instead: of one by the wrong party, by whom; of one that was seen otherwise, what the tables say.
        observed: of one that was seen otherwise, what the log says.
        rule: the rule that refuses the event of the log as it is; of one that is missing, that refuses what comes next
            without it; None where no rule decides.
    """

    kind: Kind
    event: str
    by: str
    instead: str = ""
    observed: str = ""
    rule: str | None = None

    def __str__(self) -> str:
        match self.kind:
            case Kind.WRONG_PARTY:
                told = f"by the wrong party: {self.event} by {self.by}, not {self.instead}"
            case Kind.SEEN:
                told = f"seen otherwise: {self.event} by {self.by}: {self.observed}, and by the tables {self.instead}"
            case _:
                told = f"{self.kind}: {self.event} by {self.by}"
        return told

    def as_dict(self) -> dict[str, Any]:
        """The edit as JSON-able data."""
        return {**self._asdict(), "kind": self.kind.value}
