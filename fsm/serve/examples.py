"""What the description of the service shows: a short conversation, played by the engine when it is described."""

from __future__ import annotations

from functools import cache
from typing import Any

from fsm.engine.conversation import Conversation
from fsm.hosts.host import Done, pairing_json, refusal_json
from fsm.spec.editions import NEWEST
from fsm.spec.parties import Mode, Pairing
from fsm.spec.routing import route

NAME = "c1"
KEY = "req-42"
AT = 1_700_000_000.0
FINGERPRINT = "0123456789abcdef"
"""Not that of the tables, which would make whatever is generated stale whenever they change."""


@cache
def examples() -> dict[str, Any]:
    """An example of each model that is sent or answered, by its name."""
    today = NEWEST
    two = Pairing(
        today.participant("adele@contoso.com", Mode.TEAMS_ONLY), today.participant("grady@contoso.com", Mode.SFB_ONLY)
    )
    facts = pairing_json(two)
    talk = Conversation(two)
    done = Done.of(talk.fire("call_audio", "originator"), NAME, KEY, 1).to_json()
    refused = talk.why_not("share_desktop", "recipient")
    assert refused is not None
    refusal = refusal_json(refused)
    landed = route(two)
    return {
        "Participant": facts["originator"],
        "Pairing": facts,
        "Opened": {"conversation": NAME, "pairing": facts},
        "Fired": {"event": "call_audio", "by": "originator"},
        "PresenceAsked": {"publisher": facts["originator"], "watcher_on": "sfb", "scope": "in-tenant"},
        "Step": done,
        "WhyNot": {"possible": False, "refusal": refusal},
        "Talk": {"conversation": NAME, "pairing": facts, "state": talk.state, "owners": talk.owners, "openers": {}},
        "Available": {"ways": [{"event": way.event, "by": way.by} for way in talk.available()]},
        "AwaitedEvents": {"awaited": [{"event": "no_answer", "seq": 1, "due": AT + 30}]},
        "History": {
            "lines": [
                {
                    "seq": 1,
                    "key": KEY,
                    "event": "call_audio",
                    "by": "originator",
                    "accepted": True,
                    "answer": done,
                    "at": AT,
                    "specification": FINGERPRINT,
                    "of": None,
                    "pairing": None,
                }
            ],
            "next": None,
        },
        "Route": landed._asdict() | {"rules": list(landed.rules)},
        "Presence": {"platform": "teams"},
        "StuckEffects": {
            "stuck": [
                {
                    "conversation": NAME,
                    "seq": 1,
                    "effect": done["effects"][0],
                    "attempts": 12,
                    "error": "the receiver answered 500",
                }
            ]
        },
        "Refusal": refusal,
    }
