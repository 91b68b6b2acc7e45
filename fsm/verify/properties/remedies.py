"""Properties of remedies: what a refusal says would help is applied to the pairing, and does help.

A refusal by a guard names the guard's remedy. If the guard then holds, in whatever way the remedy is read, the answer
is another one: the event is possible, or something else stands against it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain

from fsm.engine.profile import guards_of
from fsm.notation import PARTIES, Party, Remedy
from fsm.spec.parties import Pairing
from fsm.spec.routing import Route, cure, route, views
from fsm.verify.property import Broken, Property, of_every_pairing
from fsm.verify.space import Space


def applied(remedies: Iterable[Remedy], pairing: Pairing, party: Party = Party.ORIGINATOR) -> list[Pairing]:
    """Everything that a pairing may become by remedies, one after the other; nothing where one does not apply."""
    found = [pairing]
    for remedy in remedies:
        after = [list(remedy.apply(each, party)) if remedy.apply else [] for each in found]
        found = list(chain.from_iterable(after)) if all(after) else []
    return found


def _named(space: Space) -> dict[tuple[str, Party], int]:
    """The guards whose remedies refusals name, whom these are about, and the profiles to which they are named."""
    found: dict[tuple[str, Party], int] = defaultdict(int)
    for spread in space.refuses:
        assert spread.case.refusal is not None
        for reason in spread.case.refusal.reasons:
            if reason.remedy:
                found[reason.guard, Party(reason.about or PARTIES[0])] |= space.whom(spread, spread.places)
    return found


def _of_no_help(space: Space) -> Iterator[Broken]:
    guards = {guard.name: guard for guard in guards_of(space.composition) if guard.remedy.says}
    numbered = [(space.profiles.of(pairing), pairing) for pairing, _ in space.profiles.routed]
    named = _named(space)
    for (name, party), mask in named.items():
        guard, side = guards[name], PARTIES.index(party)
        for n, pairing in numbered:
            if mask >> n & 1:
                after = applied([guard.remedy], pairing, party)
                if not after or not all(guard.test(views(each)[side]) for each in after):
                    yield Broken(
                        f"{guard.remedy.says}: said where {name} fails, and it still does then",
                        None,
                        0,
                        None,
                        pairing,
                    )
    for name in guards:
        if name not in {each for each, _ in named}:
            yield Broken(f"{guards[name].remedy.says}: the remedy of {name} is never named")


def _cured(pairing: Pairing, at: Route) -> bool:
    if at.refusal is None:
        return True
    first, then = cure(pairing)
    ways = [applied((*first, each), pairing) for each in then]
    return bool(ways) and all(after and not any(route(each).refusal for each in after) for after in ways)


REMEDIES = (
    Property(
        "every-remedy-helps",
        "what a refusal says would help, once done, makes the guard hold that failed, so that the answer is another",
        "",
        _of_no_help,
    ),
    of_every_pairing(
        "every-impossible-route-has-a-cure",
        "an impossible conversation is made possible by everything that its refusal says would help",
        "",
        _cured,
    ),
)
