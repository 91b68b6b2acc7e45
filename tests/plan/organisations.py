"""Organisations to plan for: random people of every kind that there may be."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random
from typing import Any

import numpy as np

from fsm.plan import Contacts, Crowd, Wave, Waves
from fsm.plan.waves import granted
from fsm.spec.editions import EDITIONS
from fsm.spec.parties import FLAGS, Client, Homing, Mode, Participant

BASE = EDITIONS["base"]


def everybody() -> Iterator[Participant]:
    """Everybody who can exist, once each."""
    every: Iterator[tuple[Any, ...]] = product(Mode, Client, Homing, *[(True, False)] * len(FLAGS))
    for mode, client, homing, *flags in every:
        try:
            facts: dict[str, Any] = dict(zip(FLAGS, flags, strict=True))
            yield Participant("x", mode, client=client, homing=homing, **facts)
        except ValueError:
            continue


KINDS = tuple(everybody())


def people(chance: Random, size: int, kinds: int = 40) -> dict[str, Participant]:
    """So many people, of so many kinds."""
    some = chance.sample(KINDS, kinds)
    return {(name := f"p{n}@contoso.com"): chance.choice(some).called(name) for n in range(size)}


def crowds(chance: Random) -> list[Crowd]:
    """People of partners, one of which federates with nobody."""
    return [
        Crowd("fabrikam.com", chance.choice(KINDS), 7),
        Crowd("fabrikam.com", chance.choice(KINDS), 1, address="mona@fabrikam.com"),
        Crowd("adatum.com", chance.choice(KINDS), 3, federates=False),
    ]


def moving(chance: Random, users: dict[str, Participant], count: int = 3) -> Waves:
    """Waves in which some of them move, a few of them twice, and some get another client or policy."""
    now, waves = dict(users), []
    for n in range(count):
        becomes = {}
        for address in chance.sample(list(users), len(users) // 3):
            said: dict[str, Any] = chance.choice(
                [{"mode": Mode.TEAMS_ONLY}, {"mode": chance.choice(tuple(Mode))}, {"allow_user_chat": False}]
            )
            try:
                after = granted(now[address], said, BASE)
            except ValueError:
                continue
            if after != now[address]:
                becomes[address] = now[address] = after
        waves.append(Wave(str(n + 1), 1.0 + n, becomes))
    return Waves(tuple(waves))


def talking(chance: Random, size: int, count: int) -> Contacts:
    """So many contacts of so many people."""
    pairs = [chance.sample(range(size), 2) for _ in range(count)]
    first, second = (np.array([each[n] for each in pairs], dtype=np.int32) for n in (0, 1))
    return Contacts(first, second, np.array([float(chance.randrange(60)) for _ in pairs]))
