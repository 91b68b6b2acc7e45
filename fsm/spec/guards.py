"""Named predicates on a party's view of the pairing, one line each.

A guard is about whoever acts unless a row says ``.of(...)``; those under "the pairing" are about both alike.
"""

from __future__ import annotations

from fsm.notation import OTHER, OWNER, PEER, Guard, guard
from fsm.spec.parties import Client, Mode, Platform
from fsm.spec.remedies import ASSIGN_CALLING, ASSIGN_CHAT, ASSIGN_MEET_NOW, SHARE_FROM, SHARING_CLIENTS, UPDATE_SFB
from fsm.spec.routing import KINDS_ACROSS, ROUTES, RouteKind

KINDS_ON_ONE_PLATFORM = (RouteKind.NATIVE, RouteKind.NATIVE_FEDERATED, RouteKind.SKYPE)

# The pairing

same_platform = guard(
    "same_platform",
    lambda view: view.kind in KINDS_ON_ONE_PLATFORM,
    "both are on one platform",
    "the conversation does not stay on one platform",
    "RTE-7",
    about=None,
)
interop = guard(
    "interop",
    lambda view: view.kind in KINDS_ACROSS,
    "the conversation is interop",
    "the conversation is not interop",
    "INT-1 INT-2",
    about=None,
)
native_federated = guard(
    "native_federated",
    lambda view: view.kind is RouteKind.NATIVE_FEDERATED,
    "both are TeamsOnly and federate natively",
    "the two do not federate natively",
    "THR-2",
    about=None,
)
interop_federated = guard(
    "interop_federated",
    lambda view: view.kind is RouteKind.INTEROP_FEDERATED,
    "the conversation is interop federated",
    "the conversation is not interop federated",
    "THR-2",
    about=None,
)
has_sfb_side = guard(
    "has_sfb_side",
    lambda view: Platform.SFB in (view.on, view.other_on),
    "one of the two is on SfB",
    "both are on Teams, where a thread does not expire",
    "THR-3 THR-5",
    about=None,
)
across_clouds = guard(
    "across_clouds",
    lambda view: view.kind in KINDS_ACROSS and view.mode is view.other_mode is Mode.TEAMS_ONLY,
    "both are TeamsOnly, in different clouds",
    "the two are not TeamsOnly in different clouds",
    "RTE-10",
    about=None,
)
same_cloud = guard(
    "same_cloud",
    lambda view: view.same_cloud,
    "both are in one cloud",
    "the two are in different clouds",
    "RTE-10 DEC-22",
    about=None,
)
unbarred = guard(
    "unbarred",
    lambda view: not view.barred,
    "nothing bars the two from each other across platforms",
    "the two are barred from each other across platforms",
    "THR-6 INT-3 INT-4 RTE-8 RTE-9",
    about=None,
)
lands_here = guard(
    "lands_here",
    lambda view: view.lands_here,
    "reaches the other where they are in this conversation",
    "reaches the other in their other client, which is another conversation",
    "DEC-35 RTE-4 RTE-5 THR-3",
)

_CLEARED = {
    "RTE-9": ("federation_allowed", "both organisations allow federation"),
    "INT-3": ("recipient_interoperates", "the recipient is not barred from interop by Islands mode"),
    "INT-4": ("originator_interoperates", "the originator is not barred from interop by Islands mode"),
    "RTE-8": ("tenant_interoperates", "the organisation is online or hybrid"),
    "RTE-6": ("homed_for_teams", "nobody on Teams has SfB homed on-premises"),
}


def _not_refused(rule: str, name: str, says: str) -> Guard:
    row = next(row for row in ROUTES if row.refused == rule)
    because = " and ".join(guard.says for guard in row.when)
    remedy = next(guard.remedy for guard in row.when if guard.remedy.says)
    return Guard(name, lambda view: view.refused != rule, says, because, row.cites, remedy, None)


REACHABLE = tuple(_not_refused(rule, *words) for rule, words in _CLEARED.items())
"""One guard for each way the routing table refuses: together, a conversation is possible."""
federation_allowed = REACHABLE[0]

# The client and its platform

on_teams = guard(
    "on_teams", lambda view: view.on is Platform.TEAMS, "is on Teams", "is not on Teams", "MODE-1 RTE-2 RTE-4"
)
on_sfb = guard("on_sfb", lambda view: view.on is Platform.SFB, "is on SfB", "is not on SfB", "MODE-1 RTE-3 RTE-5")
can_share_content = guard(
    "can_share_content",
    lambda view: view.client in SHARING_CLIENTS,
    "has a Teams client that can start sharing",
    "has a Teams client that cannot start sharing",
    "TMS-3",
    SHARE_FROM,
)
recent_client = guard(
    "recent_client",
    lambda view: view.client is Client.SFB_CURRENT,
    "has a recent SfB client",
    "has an SfB client from before July 2019",
    "SFB-1",
    UPDATE_SFB,
)

# Policies. They rule Teams only: on SfB each of these holds (MODE-3, POL-3).

may_chat = guard(
    "may_chat",
    lambda view: view.on is Platform.SFB or view.allow_user_chat,
    "may chat",
    "has no chat in Teams (AllowUserChat is false)",
    "POL-1 MODE-3",
    ASSIGN_CHAT,
)
may_call = guard(
    "may_call",
    lambda view: view.on is Platform.SFB or view.allow_private_calling,
    "may call",
    "has no calls in Teams (AllowPrivateCalling is false)",
    "POL-2 MODE-3",
    ASSIGN_CALLING,
)
may_meet_now = guard(
    "may_meet_now",
    lambda view: view.on is Platform.SFB or view.allow_private_meet_now,
    "may start a Meet Now meeting",
    "may not start a Teams meeting (AllowPrivateMeetNow is false)",
    "TMS-11 POL-3",
    ASSIGN_MEET_NOW,
)

# How somebody joins a meeting on the other's platform

has_teams_account = guard(
    "has_teams_account", lambda view: view.has_teams_account, "has a Teams account", "has no Teams account", "ESC-6"
)
has_sfb_client = guard(
    "has_sfb_client",
    lambda view: view.has_sfb_client,
    "has an SfB account and client",
    "has no SfB account and client",
    "ESC-7",
)
runs_teams = guard(
    "runs_teams",
    lambda view: view.has_teams_account and view.mode is not Mode.SFB_ONLY and view.other_on is Platform.TEAMS,
    "has the Teams client at hand",
    "does not have the Teams client at hand",
    "MTG-2 ESC-5",
)

# How each client learns that the conversation is interop

told_beforehand = guard(
    "told_beforehand",
    lambda view: view.client is Client.SFB_CURRENT and view.other_mode is Mode.TEAMS_ONLY and view.kind in KINDS_ACROSS,
    "is told by presence that the other is TeamsOnly",
    "is not told by presence",
    "SFB-4",
)
told_by_bar = guard(
    "told_by_bar",
    lambda view: view.client is Client.SFB_LEGACY,
    "has a client that infers it",
    "has a client that does not guess",
    "SFB-2",
)

CHATTING = (may_chat, may_chat.of(OTHER))
CALLING = (may_call, may_call.of(OTHER))
LINKABLE = (may_chat.of(OWNER), may_chat.of(PEER))
