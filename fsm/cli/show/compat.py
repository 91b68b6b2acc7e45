"""Showing how two specifications compare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from rich.console import RenderableType

from fsm.cli.show.screen import Screen
from fsm.engine.program import Config
from fsm.notation import Composition, stands
from fsm.verify.compat import ASPECTS, Comparison, Telling


class Named(NamedTuple):
    """The two by their behaviour, and the releases that the first is of, where they are known."""

    earlier: str
    later: str
    releases: str


class State(NamedTuple):
    """A state of the earlier specification: what becomes of it, and for how many of the pairings at its places the
    future is the same.
    """

    name: str
    becomes: tuple[str, ...]
    pairings: int
    same: int


def place(earlier: Composition, text: str) -> Config:
    """The place that a text names.

    Raises:
        ValueError: it names none.
    """
    standing = earlier.standing(text)
    return tuple(standing.get(name, each.initial) for name, each in earlier.lifecycles.items())


def chosen(found: Comparison, at: Config | None, first: int) -> list[Telling]:
    """The first traces of a place; or of all, one for each event that tells and what it differs in.

    Raises:
        ValueError: nobody comes to the place.
    """
    if at is not None:
        if at not in found.places:
            raise ValueError(f"--in: {stands(zip(found.space.names, at, strict=True))} is a place that nobody comes to")
        return [each for each, _ in zip(found.tellings(at), range(first), strict=False)]
    known: dict[object, Telling] = {}
    many = min(first, len({(each.event, each.differs) for each in found.tells()}))
    for config in found.places:
        for each in found.tellings(config) if len(known) < many else ():
            if len(known) < many:
                known.setdefault((each.moves[-1].event if each.moves else "timers", each.differs), each)
    return list(known.values())


def _events(found: Comparison) -> list[tuple[str, tuple[str, ...], int]]:
    """What tells at once: events, what they differ in, and at how many places; the most first."""
    differs: dict[str, set[str]] = defaultdict(set)
    places: dict[str, set[Config]] = defaultdict(set)
    for each in found.tells():
        differs[each.event].update(each.differs)
        places[each.event].add(each.config)
    rows = [(event, tuple(a for a in ASPECTS if a in differs[event]), len(at)) for event, at in places.items()]
    return sorted(rows, key=lambda row: (-row[2], row[0]))


def _states(found: Comparison) -> list[State]:
    becomes: dict[str, dict[str, None]] = defaultdict(dict)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for config, future in found.places.items():
        for n, at in enumerate(config):
            name = f"{found.space.names[n]}.{at.state}"
            becomes[name].update(dict.fromkeys(to[n].state for to, _ in future.becomes))
            counts[name][0] += found.pairings(future.who)
            counts[name][1] += found.pairings(future.same)
    order = [f"{name}.{state}" for name, each in found.space.composition.lifecycles.items() for state in each.states]
    return [State(name, tuple(becomes[name]), *counts[name]) for name in order if name in counts]


def data(named: Named, found: Comparison | None, told: Sequence[Telling]) -> dict[str, Any]:
    """How they compare, as data; ``compared`` is null where what they do is the same by its stamp already."""
    return {
        "earlier": {"behaviour": named.earlier, "releases": named.releases.split(" and ") if named.releases else []},
        "later": {"behaviour": named.later},
        "same": found is None or found.same,
        "compared": _compared(found, told) if found else None,
    }


def _compared(found: Comparison, told: Sequence[Telling]) -> dict[str, Any]:
    names, facts = found.space.names, found.profiles.whose.facts_of

    def text(config: Config) -> str:
        return stands(zip(names, config, strict=True))

    return {
        "pairings": found.profiles.pairings,
        "states": [each._asdict() for each in _states(found)],
        "tells": [{"event": event, "differs": differs, "places": many} for event, differs, many in _events(found)],
        "places": [
            {
                "place": text(config),
                "becomes": [{"place": text(to), "pairings": found.pairings(who)} for to, who in future.becomes],
                "pairings": found.pairings(future.who),
                "same": found.pairings(future.same),
            }
            for config, future in found.places.items()
        ],
        "traces": [
            {
                **each._asdict(),
                "who": found.pairings(each.who),
                "pairing": facts(each.pairing),
                "moves": [
                    {**move._asdict(), "pairing": facts(move.pairing) if move.pairing is not None else None}
                    for move in each.moves
                ],
            }
            for each in told
        ],
    }


def summary(
    screen: Screen, named: Named, found: Comparison | None, told: Sequence[Telling]
) -> Iterator[RenderableType]:
    """How they compare: in figures, state by state, by what tells, and the traces."""
    releases = f", of {named.releases}" if named.releases else ""
    both = ("earlier", f"{named.earlier}{releases}"), ("later", named.later)
    if found is None:
        yield screen.facts(*both, ("future", "the same everywhere: they do the same"), indent=0)
        return
    futures = found.places.values()
    everybody, covered, same = (
        sum(found.pairings(who) for who in each)
        for each in zip(*((future.who, future.covered, future.same) for future in futures), strict=True)
    )
    yield screen.facts(
        *both,
        ("pairings", f"{found.profiles.pairings:,}"),
        ("places", f"{len(found.places):,}"),
        ("future", f"the same for {_share(same, everybody)} of the pairings at places"),
        ("successor", f"none for {_share(everybody - covered, everybody)}" if covered < everybody else ""),
        indent=0,
    )
    if found.same:
        return
    table = screen.table("state", "becomes", "same future")
    for each in _states(found):
        becomes = ", ".join(each.becomes) or "nothing"
        kept = each.name.partition(".")[2] == becomes
        if each.same < each.pairings or not kept:
            table.add_row(each.name, "" if kept else becomes, _share(each.same, each.pairings))
    yield screen.heading("What becomes of states")
    yield table
    table = screen.table("event", "differs in", "places")
    for event, differs, many in _events(found):
        table.add_row(event, ", ".join(differs), f"{many:,}")
    yield screen.heading("What tells at once")
    yield table
    for trace in told:
        yield screen.heading(trace.place)
        if trace.becomes != trace.place:
            yield screen.note(f"becomes {trace.becomes}")
        yield screen.note(f"told by {', '.join(trace.differs)}, for {found.pairings(trace.who):,} pairings such as")
        yield screen.note(found.profiles.whose.describe(trace.pairing))
        for n, move in enumerate(trace.moves, 1):
            yield screen.note(f"{n:2} {move}")
        yield screen.facts(("earlier", trace.was), ("later", trace.now))


def _share(some: int, of: int) -> str:
    """A share in percent, which is all or none of them only where it says so."""
    if some in (0, of):
        return "all" if some else "none"
    return f"{min(max(100 * some / of, 0.01), 99.99):.2f} %"
