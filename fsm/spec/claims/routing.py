"""Properties of where a conversation lands and whose presence is shown."""

from __future__ import annotations

from fsm.notation import in_every_place, of_a_change, of_every_pairing
from fsm.spec.facts import changed
from fsm.spec.guards import can_share_content, interop, on_sfb, on_teams, same_platform
from fsm.spec.parties import DEFAULT_CLIENT, Homing, IslandsInterop, Mode, Pairing, Platform, Scope, Topology
from fsm.spec.remedies import applied
from fsm.spec.routing import KINDS_ACROSS, Route, RouteKind, cure, presence, route, views

TEAMS, SFB = Platform.TEAMS, Platform.SFB
FEDERATED_KINDS = (RouteKind.NATIVE_FEDERATED, RouteKind.INTEROP_FEDERATED)
KINDS = {
    Scope.IN_TENANT: {RouteKind.NATIVE, RouteKind.INTEROP, RouteKind.SKYPE, RouteKind.IMPOSSIBLE},
    Scope.FEDERATED: {*FEDERATED_KINDS, RouteKind.SKYPE, RouteKind.IMPOSSIBLE},
}


def modes(pairing: Pairing) -> set[Mode]:
    """The modes of the two."""
    return {pairing.originator.mode, pairing.recipient.mode}


def platforms(at: Route) -> set[Platform | None]:
    """The platforms the two are on."""
    return {at.originator_on, at.recipient_on}


def other_reading(pairing: Pairing) -> Pairing:
    """The same two under the other reading of interop for Islands users."""
    other = next(each for each in IslandsInterop if each is not pairing.islands_interop)
    return changed(pairing, {"islands_interop": other})


def received_on(pairing: Pairing) -> Platform:
    """Where the recipient receives."""
    match pairing.recipient.mode:
        case Mode.TEAMS_ONLY:
            return TEAMS
        case Mode.ISLANDS:
            return pairing.originator.client.platform if pairing.scope is Scope.IN_TENANT else SFB
        case _:
            return SFB


def shows(pairing: Pairing, watcher_on: Platform) -> Platform:
    """The platform whose presence the originator shows to a watcher."""
    match pairing.originator.mode:
        case Mode.TEAMS_ONLY:
            return TEAMS
        case Mode.ISLANDS:
            return watcher_on if pairing.scope is Scope.IN_TENANT else SFB
        case _:
            return SFB


def other_client(pairing: Pairing) -> Pairing | None:
    """The same two once an originator in Islands mode has taken up their other client."""
    who = pairing.originator
    if who.mode is not Mode.ISLANDS:
        return None
    other = SFB if who.client.platform is TEAMS else TEAMS
    return changed(pairing, {"originator.client": DEFAULT_CLIENT[other]})


def _cured(pairing: Pairing, at: Route) -> bool:
    if at.refusal is None:
        return True
    first, then = cure(pairing)
    ways = [applied((*first, each), pairing) for each in then]
    return bool(ways) and all(after and not any(route(each).refusal for each in after) for after in ways)


ROUTING = (
    of_a_change(
        "another-client-is-another-route",
        "an Islands user who takes up their other client leaves the threads of the first",
        "DEC-33 MODE-1",
        other_client,
        lambda at, sent: at.kind is RouteKind.IMPOSSIBLE or any(event.startswith("rerouted_") for event in sent),
    ),
    of_every_pairing(
        "no-interop-in-islands",
        "under the default reading, nobody in Islands mode is in an interop conversation",
        "INT-3 INT-4 ISL-1",
        lambda pairing, at: (
            pairing.islands_interop is IslandsInterop.AS_ROUTED
            or Mode.ISLANDS not in modes(pairing)
            or at.kind not in KINDS_ACROSS
        ),
    ),
    of_every_pairing(
        "readings-differ-for-islands-only",
        "the two readings differ only where somebody is in Islands mode",
        "ISL-1",
        lambda pairing, at: Mode.ISLANDS in modes(pairing) or route(other_reading(pairing)) == at,
    ),
    of_every_pairing(
        "interop-is-across",
        "in one organisation, interop is one user on each platform, and nothing else is",
        "INT-1 RTE-7",
        lambda pairing, at: (
            pairing.scope is Scope.FEDERATED
            or at.kind is RouteKind.IMPOSSIBLE
            or (at.kind is RouteKind.INTEROP) == (platforms(at) == {TEAMS, SFB})
        ),
    ),
    of_every_pairing(
        "the-receiver-decides",
        "the recipient's mode says where they receive; in Islands mode, the scope and the originator's client do",
        "INT-2 RTE-2 RTE-3 RTE-4 RTE-5",
        lambda pairing, at: at.recipient_on in (None, received_on(pairing)),
    ),
    of_every_pairing(
        "the-originator-uses-their-client",
        "the originator is on their client's platform, which is their mode's unless they are in Islands mode",
        "MODE-1 MODE-3",
        lambda pairing, at: (
            at.originator_on is pairing.originator.client.platform
            and pairing.originator.mode.platform in (None, at.originator_on)
        ),
    ),
    of_every_pairing(
        "sfb-modes-use-sfb",
        "nobody in an SfB mode chats or calls in Teams",
        "MODE-3 RTE-3",
        lambda pairing, _: all(view.mode.platform is not SFB or view.on is SFB for view in views(pairing)),
    ),
    of_every_pairing(
        "teams-only-is-online",
        "nobody TeamsOnly is homed on-premises",
        "MODE-2",
        lambda pairing, _: all(
            who.mode is not Mode.TEAMS_ONLY or who.homing is Homing.ONLINE
            for who in (pairing.originator, pairing.recipient)
        ),
    ),
    of_every_pairing(
        "kinds-fit-the-scope",
        "each scope has its own kinds of conversation; an impossible one says by which rule",
        "RTE-7",
        lambda pairing, at: (
            at.kind in KINDS[pairing.scope]
            and (at.kind is RouteKind.IMPOSSIBLE) == (at.refusal is not None) == (at.recipient_on is None)
        ),
    ),
    of_every_pairing(
        "skype-is-both-on-sfb",
        "a skype conversation is two users on SfB",
        "RTE-7",
        lambda _, at: (at.kind is RouteKind.SKYPE) == (at.originator_on is at.recipient_on is SFB),
    ),
    of_every_pairing(
        "native-federated-is-both-teams-only",
        "two TeamsOnly users of organisations that federate are native in one cloud, and interop across clouds",
        "RTE-7 RTE-10",
        lambda pairing, at: (
            at.kind is RouteKind.IMPOSSIBLE
            or pairing.scope is Scope.IN_TENANT
            or (modes(pairing) != {Mode.TEAMS_ONLY} and at.kind is not RouteKind.NATIVE_FEDERATED)
            or (modes(pairing) == {Mode.TEAMS_ONLY} and at.kind is FEDERATED_KINDS[not pairing.same_cloud])
        ),
    ),
    of_every_pairing(
        "on-premises-users-stay-on-sfb",
        "nobody homed on-premises is on Teams in an interop or a federated conversation",
        "RTE-6",
        lambda pairing, at: (
            at.kind not in (*KINDS_ACROSS, RouteKind.NATIVE_FEDERATED)
            or not any(
                on is TEAMS and who.homing is Homing.ON_PREM
                for who, on in ((pairing.originator, at.originator_on), (pairing.recipient, at.recipient_on))
            )
        ),
    ),
    of_every_pairing(
        "teams-to-teams-is-always-possible",
        "in one organisation, two users on Teams can always talk",
        "RTE-6 RTE-4",
        lambda pairing, at: (
            pairing.scope is Scope.FEDERATED
            or not pairing.originator.client.platform is received_on(pairing) is TEAMS
            or at.kind is RouteKind.NATIVE
        ),
    ),
    of_every_pairing(
        "interop-takes-hybrid",
        "an organisation that is on-premises only has no interop inside",
        "RTE-8 NAT-8 NAT-4",
        lambda pairing, at: at.kind is not RouteKind.INTEROP or pairing.topology is not Topology.ON_PREM,
    ),
    of_every_pairing(
        "federation-takes-consent",
        "two organisations talk only if both allow it",
        "RTE-9",
        lambda pairing, at: (
            (at.refusal is not None and at.refusal.rule == "RTE-9")
            == (pairing.scope is Scope.FEDERATED and not pairing.federation_allowed)
        ),
    ),
    of_every_pairing(
        "presence-follows-the-mode",
        "a TeamsOnly user shows Teams presence, an SfB user SfB presence, and an Islands user that of the client a "
        "colleague watches from, or of SfB to others",
        "PRS-1 PRS-2 PRS-3",
        lambda pairing, _: all(
            presence(pairing.originator, watcher_on, pairing.scope) is shows(pairing, watcher_on)
            for watcher_on in Platform
        ),
    ),
    of_every_pairing(
        "presence-agrees-with-routing",
        "a user receives on the platform whose presence the originator sees",
        "PRS-4 RTE-2 RTE-3 RTE-4 RTE-5",
        lambda pairing, at: at.recipient_on in (None, presence(pairing.recipient, at.originator_on, pairing.scope)),
    ),
    in_every_place(
        "a-client-of-the-platform",
        "nobody has the powers of a client of the platform they are not on",
        "DEC-7",
        lambda here, who: not (here.holds(on_sfb, who) and here.holds(can_share_content, who)),
    ),
    of_every_pairing(
        "everyone-has-a-client",
        "everyone has a client of the platform they are on: their own if it is of that platform",
        "DEC-7 MODE-1",
        lambda pairing, _: all(
            view.client.platform is view.on
            and (view.kind not in KINDS_ACROSS or who.client.platform is not view.on or view.client is who.client)
            for view, who in zip(views(pairing), (pairing.originator, pairing.recipient), strict=True)
        ),
    ),
    in_every_place(
        "presence-stands-as-routed",
        "while a thread or a call shows people where it is routed, the route is possible and on platforms as shown",
        "PRS-4",
        lambda here, who: (
            not here.routed
            or here.holds(interop, who)
            or (here.holds(same_platform, who) and here.holds(on_teams, who) == here.holds(on_teams, who.other))
        ),
    ),
    of_every_pairing(
        "every-impossible-route-has-a-cure",
        "an impossible conversation is made possible by everything that its refusal says would help",
        "",
        _cured,
    ),
)
