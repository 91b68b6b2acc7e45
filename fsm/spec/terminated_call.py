"""What became of a call after it ended, which is what call records and billing ask.

Nobody fires an event at it: it hears from the call how it ended, and from the meeting whether the peer ever joined.

    none --> ended | missed | taken_by_service | failed
    none --> superseded --> continued | abandoned        the call gave way to a meeting
    any of these --> called_back | none                  another call is placed (DEC-28)

The owner of a state is whoever the record is about: who ended it, who had called, who wanted the meeting.
"""

from __future__ import annotations

from fsm.notation import ACTOR, OWNER, PEER, SERVICE, Lifecycle, on_signal, state
from fsm.spec.rules import RULES

ENDS = (
    on_signal("call_ended", to="ended", owner=ACTOR, cites="NAT-2 DEC-27"),
    on_signal("call_missed", to="missed", owner=ACTOR, cites="DEC-27"),
    on_signal("call_taken", to="taken_by_service", owner=ACTOR, cites="SFB-3 DEC-27"),
    on_signal("call_failed", by=SERVICE, to="failed", cites="NAT-2 DEC-25"),
    on_signal("call_superseded", to="superseded", owner=ACTOR, cites="TMS-6 DEC-2"),
)
ANEW = on_signal("call_placed", to="none", cites="DEC-28")
CALLED_BACK = on_signal("call_placed", to="called_back", cites="DEC-28")
LATE = "peer_joined meeting_abandoned"

TERMINATED_CALL = Lifecycle(
    "terminated_call",
    "Terminated call",
    state(
        "none",
        "No call has ended, or the latest has not",
        *ENDS,
        initial=True,
        group="nothing yet",
        ignores=f"call_placed {LATE}",
    ),
    state("ended", "Ended by a party", ANEW, owner="who ended it", final=True, group="over", ignores=LATE),
    *(
        state(
            name,
            label,
            on_signal("call_placed", by=PEER, to="called_back", cites="DEC-28"),
            on_signal("call_placed", by=OWNER, to="none", cites="DEC-28"),
            owner="caller",
            final=True,
            group="over",
            ignores=LATE,
        )
        for name, label in (
            ("missed", "Rang and was not answered"),
            ("taken_by_service", "Was taken by voicemail or another cloud voice service"),
        )
    ),
    state("failed", "Broke off for a technical reason", CALLED_BACK, final=True, group="over", ignores=LATE),
    state(
        "superseded",
        "Ended for a meeting, which waits for the peer",
        on_signal("peer_joined", to="continued", cites="ESC-1 ESC-4"),
        on_signal("meeting_abandoned", to="abandoned", cites="DEC-16 DEC-19"),
        owner="initiator",
        group="escalating",
    ),
    state("continued", "Went on in the meeting", ANEW, final=True, group="over", ignores=LATE),
    state(
        "abandoned", "Ended for a meeting the peer never joined", CALLED_BACK, final=True, group="over", ignores=LATE
    ),
    state("called_back", "Followed by a call back", *ENDS, final=True, group="over"),
    rules=RULES,
)
