"""Properties of remedies: what a refusal says would help is applied to the pairing, and does help.

A refusal by a guard names the guard's remedy. If the guard then holds, in whatever way the remedy is read, the answer
is another one: the event is possible, or something else stands against it. Of a specification of one's own, a remedy
may be words alone, of which nothing is claimed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from fsm.notation import PARTIES, Party, guards_of, of_the_space
from fsm.space.reachable import Space
from fsm.spec.remedies import applied
from fsm.spec.users import USERS
from fsm.verify.broken import Broken


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
    whose = space.profiles.whose
    views = whose.views
    said = (guard for guard in guards_of(space.composition) if guard.remedy.says)
    guards = {guard.name: guard for guard in said if guard.remedy.apply or whose is USERS}
    numbered = [(space.profiles.of(pairing), pairing) for pairing, _ in space.profiles.routed]
    named = _named(space)
    for (name, party), mask in ((each, mask) for each, mask in named.items() if each[0] in guards):
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


REMEDIES = (
    of_the_space(
        "every-remedy-helps",
        "what a refusal says would help, once done, makes the guard hold that failed, so that the answer is another",
        "",
        _of_no_help,
    ),
)
