"""The escalated meeting: a Meet Now meeting on its initiator's platform, from the request until it is over.

How it begins. The chat or the call asks for it by a signal, in the name of the initiator, who owns it from then on. The
meeting service makes it or fails to, within 60 seconds (DEC-19). Then the initiator is put in, the sharing tray opens
before them (TMS-8), the call gives way, and the chat is told to carry the link (ESC-4).

    none --> creating --> open --> sent --> invited --> together
                           the link: not sent, on its way, with the peer

How they come together. While the initiator is alone they may share already: each of the three states of the link has a
twin in which they do. The peer joins by the link, once it has reached them: signed in or as a guest, in a client, a
browser or the Meetings App, by what they have (ESC-5 to ESC-7, MTG). Together, one at a time shares.

    together <--> initiator_shares | peer_shares

How it ends. When the peer leaves it waits for them again; when the initiator leaves, ends it, is moved to the other
platform, or has waited 10 minutes in vain, it is over (DEC-11, DEC-16, DEC-19), and whatever was open for anybody is
closed. A new one can begin then.

Rows that states share are in ``rows/meetings.py``; what is proven of them in ``claims/meeting.py``.
"""

from __future__ import annotations

from fsm.notation import (
    OWNER,
    PEER,
    SERVICE,
    Lifecycle,
    on,
    on_signal,
    signal,
    state,
    timer,
)
from fsm.spec import effects as do
from fsm.spec.rows.meetings import NOT_MADE, START, STAYS, alone, together
from fsm.spec.rules import RULES

MEETING = Lifecycle(
    "meeting",
    "Escalated meeting",
    state("none", "No meeting", *START, initial=True, group="nothing yet", ignores="moved"),
    state(
        "creating",
        "The meeting service makes the meeting",
        on(
            "meeting_created",
            by=SERVICE,
            to="open",
            effects=[
                do.put_in_meeting(OWNER),
                do.offer_sharing_tray(OWNER),
                signal("call.meeting_ready", OWNER),
                signal("chat.carry_link", OWNER),
            ],
            cites="TMS-8 DEC-2 ESC-1 ESC-4",
        ),
        on("meeting_failed", by=SERVICE, to="ended", effects=NOT_MADE, cites="DEC-2 DEC-19"),
        on_signal("moved", by=OWNER, to="ended", effects=NOT_MADE, cites="DEC-11"),
        STAYS,
        owner="initiator",
        group="escalating",
        timers=[timer("meeting_failed", 60, "DEC-19")],
    ),
    *alone("", "is alone in the meeting"),
    *alone("_sharing", "shares, alone in the meeting"),
    together(
        "together",
        "Both are in the meeting; nobody shares",
        on(
            "start_sharing",
            by=OWNER,
            to="initiator_shares",
            effects=[do.start_showing(PEER)],
            cites="TMS-8 ESC-8",
        ),
        on("start_sharing", by=PEER, to="peer_shares", effects=[do.start_showing(OWNER)], cites="ESC-8"),
        left="invited",
    ),
    together(
        "initiator_shares",
        "Both are in the meeting; the initiator shares",
        on("stop_sharing", by=OWNER, to="together", effects=[do.stop_showing(PEER)], cites="ESC-8"),
        on("start_sharing", refused="DEC-17", instead="stop_sharing"),
        left="invited_sharing",
        stopped=(do.stop_showing(PEER),),
    ),
    together(
        "peer_shares",
        "Both are in the meeting; the peer shares",
        on("stop_sharing", by=PEER, to="together", effects=[do.stop_showing(OWNER)], cites="ESC-8"),
        on("start_sharing", refused="DEC-17", instead="stop_sharing"),
        left="invited",
        stopped=(do.stop_showing(OWNER),),
    ),
    state("ended", "The meeting is over", *START, final=True, group="over", ignores="moved"),
    rules=RULES,
)
