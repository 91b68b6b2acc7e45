"""Random participants, pairings and walks."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from fsm import CONVERSATION, Client, Homing, IslandsInterop, Mode, Pairing, Participant, Party, Scope, Topology

FLAGS = ("allow_private_meet_now", "allow_user_chat", "allow_private_calling")


@st.composite
def participants(draw: st.DrawFn, address: str) -> Participant:
    """Anyone who is consistent."""
    mode = draw(st.sampled_from(Mode))
    home = mode.platform
    facts: dict[str, Any] = {
        "client": draw(st.sampled_from([each for each in Client if home in (None, each.platform)])),
        "homing": Homing.ONLINE if mode is Mode.TEAMS_ONLY else draw(st.sampled_from(Homing)),
        **{flag: draw(st.booleans()) for flag in FLAGS},
        "has_teams_account": mode not in (Mode.SFB_ONLY, Mode.SFB_WITH_TEAMS_COLLAB) or draw(st.booleans()),
        "has_sfb_client": mode is not Mode.TEAMS_ONLY or draw(st.booleans()),
    }
    return Participant(address, mode, **facts)


@st.composite
def pairings(draw: st.DrawFn, first: str = "ann@contoso.com", second: str = "bob@contoso.com") -> Pairing:
    """Any two, in any surroundings that fit them."""
    a, b = draw(participants(first)), draw(participants(second))
    scope = draw(st.sampled_from(Scope))
    fits = [t for t in Topology if t is not Topology.ONLINE or Homing.ON_PREM not in (a.homing, b.homing)]
    return Pairing(
        a,
        b,
        scope=scope,
        topology=draw(st.sampled_from(fits)),
        federation_allowed=draw(st.booleans()),
        same_cloud=scope is Scope.IN_TENANT or draw(st.booleans()),
        islands_interop=draw(st.sampled_from(IslandsInterop)),
    )


moves = st.one_of(
    st.tuples(st.just("step"), st.integers(0, 1000)),
    st.tuples(st.just("try"), st.tuples(st.sampled_from(CONVERSATION.events), st.sampled_from(Party))),
    st.tuples(st.just("change"), pairings()),
)
"""One move: take the n-th event that is possible, try any event, or change the pairing."""

walks = st.lists(moves, max_size=40)
