"""Random snapshots, and what came next, by the code of an earlier release: run it with that release on the path.

git worktree add /tmp/release COMMIT
PYTHONPATH=/tmp/release python tests/earlier/take.py 250 | xz -9e > tests/earlier/0.2.0.jsonl.xz

A line is a snapshot, an event fired after it, and what that came to: the places, effects and timers, or how and by
which rule it was refused.
"""

import json
import random
import sys
from typing import Any

import fsm

STEPS = 30


def user(chance: random.Random, address: str) -> fsm.Participant:
    """Anybody."""
    flags = (
        "allow_private_meet_now",
        "allow_user_chat",
        "allow_private_calling",
        "has_teams_account",
        "has_sfb_client",
    )
    while True:
        facts = {name: chance.random() < 0.8 for name in flags}
        try:
            return fsm.Participant(
                address,
                chance.choice(list(fsm.Mode)),
                client=chance.choice(list(fsm.Client)),
                homing=chance.choice(list(fsm.Homing)),
                **facts,
            )
        except ValueError:
            continue


def two(chance: random.Random) -> fsm.Pairing:
    """Any two users."""
    while True:
        try:
            return fsm.Pairing(
                user(chance, "ann@contoso.com"),
                user(chance, "bob@contoso.com"),
                scope=chance.choice(list(fsm.Scope)),
                topology=chance.choice(list(fsm.Topology)),
                federation_allowed=chance.random() < 0.8,
                same_cloud=chance.random() < 0.7,
                islands_interop=chance.choice(list(fsm.IslandsInterop)),
            )
        except ValueError:
            continue


def line(chance: random.Random) -> dict[str, Any]:
    """A walk, the snapshot at its end, and one event more."""
    talk = fsm.Conversation(two(chance))
    for _ in range(chance.randrange(STEPS)):
        if chance.random() < 0.1:
            talk.change(two(chance))
        elif talk.available():
            event, by = chance.choice(list(talk.available()))
            talk.fire(event, by=by)
    taken = talk.snapshot()
    ways = list(talk.available())
    event, by = (
        chance.choice(ways) if ways and chance.random() < 0.7 else (chance.choice(EVENTS), chance.choice(PARTIES))
    )
    try:
        outcome = talk.fire(event, by=by)
    except fsm.Refused as refused:
        came: dict[str, Any] = {"rule": refused.refusal.rule, "kind": getattr(refused.refusal, "kind", None)}
    else:
        came = {
            "at": {name: str(at) for name, at in outcome.at},
            "effects": [[sent.name, sent.to] for sent in outcome.effects],
            "start": sorted([each.event, each.seconds] for each in outcome.timers.start),
            "cancel": sorted(outcome.timers.cancel),
        }
    return {"release": fsm.__version__, "snapshot": taken, "event": event, "by": by, "came": came}


EVENTS: list[Any] = list(dict.fromkeys(event for each in fsm.LIFECYCLES.values() for event in each.events))
PARTIES = list(fsm.Party)

if __name__ == "__main__":
    chances = random.Random(fsm.__version__)
    for _ in range(int(sys.argv[1])):
        print(json.dumps(line(chances), sort_keys=True))
