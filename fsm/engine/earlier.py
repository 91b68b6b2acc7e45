"""Where conversations of earlier releases stand in this one, and what may come to something else from there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from typing import Any, NamedTuple

from fsm.notation import PARTIES, At, Composition, Lifecycle, stands
from fsm.spec.earlier import EARLIER, Earlier

Became = Mapping[str, Mapping[str, tuple[str, ...]]]
"""By lifecycle, a state of an earlier specification to the states that may succeed it, the likeliest first. One that is
not named succeeds itself.
"""
Differs = Mapping[str, Mapping[str, tuple[str, ...]]]
"""By lifecycle and state of an earlier specification: the events that may come to something else there, ``timers``
where other timers may run, and ``change`` where a change of the pairing may come to something else.
"""


class Carried(NamedTuple):
    """How a conversation of an earlier release goes on.

    Args:
        releases: those that had the specification that it was by.
        was: where its lifecycles stood by that.
        now: where they stand.
        differs: the events that may come to something else than they would have, whoever fires them; ``change`` among
            them for a change of the pairing, and ``timers`` where other timers run now. Whatever else happens next
            comes to the same.
    """

    releases: tuple[str, ...]
    was: str
    now: str
    differs: tuple[str, ...]

    def __str__(self) -> str:
        moved = [
            f"{before} is {after} now"
            for before, after in zip(self.was.split(), self.now.split(), strict=True)
            if before != after
        ]
        differs = f"these may come to something else: {', '.join(self.differs)}" if self.differs else ""
        told = "; ".join(filter(None, (*moved, differs))) or "whatever happens next comes to the same"
        return f"a conversation of release {' or '.join(self.releases)}: {told}"


class EarlierSnapshot(UserWarning):
    """Told by ``Conversation.restore`` of a snapshot that an earlier release took, by other tables than today's.

    ``carried`` says what differs.
    """

    def __init__(self, carried: Carried) -> None:
        super().__init__(carried)
        self.carried = carried


def successors(lifecycle: Lifecycle, at: At, became: Became) -> tuple[At, ...]:
    """The places of a lifecycle that may succeed a place of an earlier one, the likeliest first; none if none can.

    Whom the state remembered is remembered still, if its successor remembers anybody. Where it did not say who opened
    what goes on there, and its successor does, that may be either of the two, first the originator, who began the
    conversation.
    """
    found = []
    for name in became.get(lifecycle.name, {}).get(at.state, (at.state,)):
        state = lifecycle.states.get(name)
        if state is not None:
            owner = at.owner if state.owner or name == at.state else None
            openers = PARTIES if state.opener and not at.opener else (at.opener,)
            found += [place for each in openers if (place := At(name, owner, each)) in lifecycle.places]
    return tuple(found)


def succeeding(composition: Composition, places: Mapping[str, At], became: Became) -> Iterator[dict[str, At]]:
    """Where the lifecycles may stand together that stood so in an earlier specification, the likeliest first."""
    each = (successors(one, places[name], became) for name, one in composition.lifecycles.items())
    return (dict(zip(composition.lifecycles, chosen, strict=True)) for chosen in product(*each))


def known(stamp: object) -> Earlier | None:
    """The earlier specification with this stamp, if there was one."""
    return next((each for each in EARLIER if each.stamp == stamp), None)


def carried(earlier: Earlier, was: Mapping[str, At], now: Mapping[str, At]) -> Carried:
    """What becomes of a conversation that stood at ``was``, and stands at ``now``."""
    differs = shipped()[earlier.stamp]
    events = dict.fromkeys(event for name, at in was.items() for event in differs[name].get(at.state, ()))
    return Carried(earlier.releases, stands(was.items()), stands(now.items()), tuple(sorted(events)))


@cache
def shipped() -> Mapping[str, Differs]:
    """What may come to something else, by the stamp of the earlier specification, from the file."""
    import json
    from importlib.resources import files

    read: Any = json.loads(files("fsm").joinpath("data", "earlier.json").read_text(encoding="utf-8"))
    return {
        stamp: {name: {state: tuple(text.split()) for state, text in states.items()} for name, states in each.items()}
        for stamp, each in read["earlier"].items()
    }
