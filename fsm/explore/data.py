"""What the explorer knows, out of the tables: nothing of it is written for the page alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import product
from typing import Any

import fsm
from fsm.draw import lifecycle, render
from fsm.engine.fingerprint import reduced
from fsm.explore import shape
from fsm.explore.facts import told
from fsm.explore.stories import STORIES, Story, two
from fsm.export.json.write import document, table_of, test
from fsm.notation import PARTIES
from fsm.notation.pairings import plain
from fsm.readers.tenant import contoso, fabrikam
from fsm.spec.conversation import CONVERSATION, LIFECYCLES
from fsm.spec.editions import EDITIONS, Edition
from fsm.spec.parties import (
    AROUND,
    DEFAULT_CLIENT,
    LONGEST_ADDRESS,
    PERSONAL,
    Homing,
    Mode,
    Pairing,
    Participant,
    Platform,
    every,
)
from fsm.spec.routing import LANDING_FACTS, Landing, cure, decide, landing
from fsm.spec.words import SENTENCES

OF_A_USER = {name: every(kind) for name, kind in PERSONAL.items() if kind is not str}
OF_TWO = {name: every(kind) for name, kind in AROUND.items()}
LOOKED_AT = ("mode", "client", "homing", "has_teams_account", "has_sfb_client")
"""What contradicts of a user is among these."""
ANN, BOB = "ann@contoso.com", "bob@contoso.com"


@cache
def page() -> shape.Page:
    """All that the explorer knows."""
    return shape.Page(
        version=fsm.__version__,
        specification=document(CONVERSATION),
        sentences={str(event): says for event, says in SENTENCES.items()},
        people=_people(),
        editions=[_edition(each) for each in EDITIONS.values()],
        cures=list(_cures()),
        known=[told(who) for home in (contoso(), fabrikam()) for who in home.values()],
        stories=[_story(each) for each in STORIES],
        pictures=[
            shape.Picture(name=name, title=each.label, svg=render(lifecycle(each, detail="brief"), "svg").decode())
            for name, each in LIFECYCLES.items()
        ],
    )


def _people() -> shape.People:
    return shape.People(
        user={name: list(map(plain, values)) for name, values in OF_A_USER.items()},
        around={name: list(map(plain, _usual_first(name, values))) for name, values in OF_TWO.items()},
        clients={mode: DEFAULT_CLIENT[mode.platform or Platform.TEAMS] for mode in Mode},
        odd=list(_said(_odd, {name: OF_A_USER[name] for name in LOOKED_AT})),
        apart=list(_said(_apart, _TWO_APART)),
        same=_refused(lambda: Pairing(*[Participant("{address}", Mode.TEAMS_ONLY)] * 2)),
        longest=LONGEST_ADDRESS,
    )


def _usual_first(name: str, values: Iterable[Any]) -> list[Any]:
    usual = getattr(Pairing(Participant(ANN, Mode.TEAMS_ONLY), Participant(BOB, Mode.TEAMS_ONLY)), name)
    return [usual, *(each for each in values if each != usual)]


def _refused(make: Callable[[], object]) -> str:
    try:
        make()
    except ValueError as error:
        return str(error)
    return ""


def _odd(given: Mapping[str, Any]) -> str:
    return _refused(lambda: Participant(ANN, **given))


_TWO_APART = {
    **{f"{party}.homing": tuple(Homing) for party in PARTIES},
    **{name: OF_TWO[name] for name in ("scope", "topology", "same_cloud")},
}


def _apart(given: Mapping[str, Any]) -> str:
    two = [
        Participant(who, Mode.SFB_ONLY, homing=given[f"{party}.homing"])
        for who, party in zip((ANN, BOB), PARTIES, strict=True)
    ]
    return _refused(lambda: Pairing(*two, **{name: given[name] for name in ("scope", "topology", "same_cloud")}))


def _said(says: Callable[[Mapping[str, Any]], str], domain: Mapping[str, tuple[Any, ...]]) -> Iterable[shape.Said]:
    """What is said of facts, each with when it is."""
    every_one = [dict(zip(domain, values, strict=True)) for values in product(*domain.values())]
    found = {tuple(each.values()): says(each) for each in every_one}
    for words in dict.fromkeys(filter(None, found.values())):
        table = {values: said == words for values, said in found.items()}
        yield shape.Said(says=words, test=table_of(reduced([f"0.{name}" for name in domain], table), {"": domain}))


def _look(of: Any, name: str) -> Any:
    for part in name.split("."):
        of = getattr(of, part)
    return of


def _edition(each: Edition) -> shape.Edition:
    return shape.Edition(
        name=each.name,
        since=each.since,
        says=each.says,
        taken={mode: {name: plain(value) for name, value in each.taken(mode)._asdict().items()} for mode in Mode},
        nobody=[
            shape.Said(
                says=f"{row.field}: does not fit edition {each.name}, in which {row.says} ({row.rule}); {row.remedy}",
                test=test(row.when, {"": OF_A_USER}),
            )
            for row in each.nobody
        ],
    )


def _cures() -> Iterable[shape.Said]:
    """What helps where there is no route, by what routing looks at; where the recipient is met follows."""
    found = {_key(at): str(cure(pairing)) for at, pairing in _landings().items() if decide(at).refused}
    domain = {name: values for name, values in LANDING_FACTS.items() if name != "recipient.on"}
    return _said(lambda given: found.get(tuple(given.values()), ""), domain)


def _key(at: Landing) -> tuple[Any, ...]:
    return tuple(_look(at, name) for name in LANDING_FACTS if name != "recipient.on")


def _landings() -> Mapping[Landing, Pairing]:
    found: dict[Landing, Pairing] = {}
    around = [dict(zip(OF_TWO, values, strict=True)) for values in product(*OF_TWO.values())]
    for mode, on, homing, other, home in product(Mode, Platform, Homing, Mode, Homing):
        if mode.platform in (None, on) and (mode, homing) not in ODD and (other, home) not in ODD:
            first = Participant(ANN, mode, client=DEFAULT_CLIENT[on], homing=homing)
            second = Participant(BOB, other, homing=home)
            for each in around:
                try:
                    pairing = Pairing(first, second, **each)
                except ValueError:
                    continue
                found.setdefault(landing(pairing), pairing)
    return found


ODD = ((Mode.TEAMS_ONLY, Homing.ON_PREM),)


def _story(each: Story) -> shape.Story:
    return shape.Story(
        title=each.title,
        people=told(two(each)),
        scenes=[shape.Scene(event=one.event, by=one.by, changes=dict(one.changes)) for one in each.scenes],
    )
