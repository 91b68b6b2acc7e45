"""What an organisation allows, from what its admins export: policies, modes, federation.

``Get-CsTeams{Meeting,Messaging,Calling}Policy | ConvertTo-Json``, and beside them, where they are given, what
``Get-CsTeamsUpgradePolicy``, ``Get-CsTenant`` and ``Get-CsTenantFederationConfiguration`` answer. Which of them a
record is, its properties tell (`fsm.readers.answers` has the shapes it may come in).

An empty policy of a user, and ``Global``, is the organisation's Global policy. Where no file of that kind of policy is
given, Global allows everything, as Microsoft's defaults do; any other name is then not known.

The configurations of guests have the same properties as policies, and are told from them: they are Global, and have
nothing of what only policies have.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from fsm.notation.echo import echo, plain
from fsm.readers.answers import Answer, TenantError, answers, folded, told, true_or_false
from fsm.readers.federation import Federation, federation
from fsm.readers.notes import Note, Noted
from fsm.spec.parties import Mode

Source: TypeAlias = str | os.PathLike[str]


class Kind(NamedTuple):
    """A kind of policy.

    Args:
        column: what names it in the export of users, and in the name of its cmdlet.
        flag: the field that counts.
        fact: what it is to a Participant.
        guests: the cmdlet for guests whose answer has that field too.
        only: fields that are in a policy and in no configuration of guests.
    """

    column: str
    flag: str
    fact: str
    guests: str = ""
    only: tuple[str, ...] = ()


KINDS = (
    Kind("TeamsMeetingPolicy", "AllowPrivateMeetNow", "allow_private_meet_now"),
    Kind(
        "TeamsMessagingPolicy",
        "AllowUserChat",
        "allow_user_chat",
        "Get-CsTeamsGuestMessagingConfiguration",
        (
            "Description", "AllowUrlPreviews", "AllowOwnerDeleteMessage", "AllowRemoveUser", "AllowPriorityMessages",
            "AllowUserTranslation", "ReadReceiptsEnabledType", "ChannelsInChatListEnabledType",
            "AudioMessageEnabledType", "ChatPermissionRole", "AllowSmartReply", "AllowSmartCompose",
            "AllowPasteInternetImage", "AllowVideoMessages",
        ),
    ),
    Kind(
        "TeamsCallingPolicy",
        "AllowPrivateCalling",
        "allow_private_calling",
        "Get-CsTeamsGuestCallingConfiguration",
        (
            "Description", "AllowWebPSTNCalling", "AllowSIPDevicesCalling", "AllowVoicemail", "AllowCallGroups",
            "AllowDelegation", "AllowCallForwardingToUser", "AllowCallForwardingToPhone", "PreventTollBypass",
            "BusyOnBusyEnabledType", "MusicOnHoldEnabledType", "AllowCloudRecordingForCalls",
        ),
    ),
)  # fmt: skip
POLICY_COLUMNS = {kind.column: (kind.flag, kind.fact) for kind in KINDS}
"""Column that names a policy: the field of the policy that counts, and what it is to a Participant (POL-1 to 3)."""
UPGRADE = "TeamsUpgradePolicy"
MODES = {
    "Islands": Mode.ISLANDS,
    "IslandsWithNotify": Mode.ISLANDS,
    "SfBOnly": Mode.SFB_ONLY,
    "SfBOnlyWithNotify": Mode.SFB_ONLY,
    "SfBWithTeamsCollab": Mode.SFB_WITH_TEAMS_COLLAB,
    "SfBWithTeamsCollabWithNotify": Mode.SFB_WITH_TEAMS_COLLAB,
    "SfBWithTeamsCollabAndMeetings": Mode.SFB_WITH_TEAMS_COLLAB_AND_MEETINGS,
    "SfBWithTeamsCollabAndMeetingsWithNotify": Mode.SFB_WITH_TEAMS_COLLAB_AND_MEETINGS,
    "UpgradeToTeams": Mode.TEAMS_ONLY,
    "TeamsOnly": Mode.TEAMS_ONLY,
}
"""Modes by their own names and by those of the policies that give them, which come with Teams."""
MODE = folded(MODES)
OTHERS = {
    "users": ("UserPrincipalName", "SipAddress", "InterpretedUserType"),
    "federation": ("AllowFederatedUsers",),
    UPGRADE: ("Mode", "NotifySfbUsers"),
    "tenant": ("TeamsUpgradeEffectiveMode",),
}
"""What else a record may be, by what it then has one of."""
GIVE = "give what ConvertTo-Json writes for Teams policies"
MOST_BYTES = 1 << 24
"""Bytes that a file of policies may have: it is read whole. A policy takes some two thousand."""
MOST_NAMED = 20
"""Names that a message has of those accepted."""
POLICY_PREFIX = re.compile(r"^(?:Tag|Host|Tenant):", re.IGNORECASE)
POLICY_TYPE = re.compile(r"(?:Microsoft|System)(?:\.\w+)+(?:\[\])?")
"""What a policy is where an export has not written it out but named its type."""
UNREAD = "?"
"""What ``assigned`` makes of assignments that are not there in full."""


class Policy(NamedTuple):
    """A policy: its name as written, whether it allows what counts, and the file it is in."""

    name: str
    allows: bool
    path: str


@dataclass(frozen=True, slots=True)
class Policies:
    """What an organisation allows.

    Args:
        kinds: policies by kind (see POLICY_COLUMNS) and case-folded name. A kind of which no file was given is absent.
        modes: modes by the case-folded name of the policy that gives them; those of Teams itself are always there.
        mode: the organisation's mode, which holds where nothing else is said; None if it is not known.
        federation: with whom the organisation federates; None if it is not known.
        notes: what the files have that was not read.
    """

    kinds: Mapping[str, Mapping[str, Policy]] = field(default_factory=dict)
    modes: Mapping[str, Mode] = field(default_factory=lambda: MODE)
    mode: Mode | None = None
    federation: Federation | None = None
    notes: tuple[Note, ...] = ()

    def find(self, column: str, cell: str) -> Policy | None:
        """The policy that a user's cell in this column means; None if it is not known."""
        name = policy_name(cell).casefold() or "global"
        default = {"global": Policy("Global", True, "")}
        return self.kinds.get(column, default).get(name)

    def accepted(self, column: str) -> str:
        """What a user's cell in this column may be, as messages say it."""
        if column not in self.kinds:
            return f"use Global, or give what Get-Cs{column} | ConvertTo-Json writes"
        return one_of(policy.name for policy in self.kinds[column].values())

    def open(self, column: str) -> bool:
        """Whether it makes a difference which policy of a kind somebody has, as far as is known."""
        return column not in self.kinds or len({policy.allows for policy in self.kinds[column].values()}) > 1


def policy_name(cell: str) -> str:
    """The name in a policy cell or identity: ``Name``, ``Tag:Name``, or an object as ``@{…; Name=Name}`` or in JSON."""
    cell = cell.strip()
    return POLICY_PREFIX.sub("", (_of_object(cell, "Name", cell) if cell.startswith(("@{", "{")) else cell).strip())


def _of_object(cell: str, name: str, default: str) -> str:
    """A property of an object, as PowerShell writes one or as JSON has it. A ``;`` in it does not end it."""
    if cell.startswith("@{"):
        found = re.search(rf"(?:^@\{{|;)\s*{name}=(.*?)(?=;\s*\w+=|\}}$)", cell, re.IGNORECASE | re.DOTALL)
        return found[1] if found else default
    try:
        value = json.loads(cell)
    except (ValueError, RecursionError):
        return default
    return _property(value, name) or ("" if _has(value, name) else default)


def _property(value: Any, name: str) -> str:
    """Text that an object has under a name, whatever the case; empty where it has none."""
    found = folded(value).get(name.casefold()) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def _has(value: Any, name: str) -> bool:
    return isinstance(value, dict) and name.casefold() in folded(value)


def assigned(cell: str) -> str:
    """The policies in EffectivePolicyAssignments that count, as JSON by column; UNREAD if they are not there in full.

    Each is ``{"PolicyType": ..., "PolicyAssignment": {"DisplayName": ...}}``; the inner object may be in the text that
    PowerShell makes of one.
    """
    if not cell:
        return ""
    try:
        root = json.loads(cell)
    except (ValueError, RecursionError):
        return UNREAD
    found = {}
    for each in root if isinstance(root, list) else [root]:
        kind = _property(each, "PolicyType")
        inner = folded(each).get("policyassignment") if isinstance(each, dict) else None
        name = _of_object(inner, "DisplayName", "") if isinstance(inner, str) else _property(inner, "DisplayName")
        if not kind or not name:
            return UNREAD
        found[kind.casefold()] = name
    return json.dumps({column: found[column.casefold()] for column in EFFECTIVE if column.casefold() in found})


EFFECTIVE = (*POLICY_COLUMNS, UPGRADE)


def one_of(accepted: Iterable[str]) -> str:
    """What is accepted, as messages say it; of many the first."""
    names = list(accepted)
    shown = [told(name) for name in names[:MOST_NAMED]]
    more = f" and {len(names) - len(shown):,} more" if len(names) > len(shown) else ""
    return f"use one of {', '.join(shown)}{more}"


def read_policies(*paths: Source) -> Policies:
    """The policies in what ``Get-CsTeams{Meeting,Messaging,Calling}Policy | ConvertTo-Json`` wrote, and the answers of
    ``Get-CsTeamsUpgradePolicy``, ``Get-CsTenant`` and ``Get-CsTenantFederationConfiguration``.

    Each file holds one answer, or several by name; of those by name that are none of these it is noted that they are
    set aside.

    Raises:
        TenantError: a file cannot be read, or a policy is not in order, given twice, or the configuration of guests;
            the message names the file, the policy, the field, the value and what is accepted.
    """
    reading = _Reading()
    for source in paths:
        reading.file(os.fspath(source))
    return reading.policies()


class _Reading:
    """Policies while they are read."""

    def __init__(self) -> None:
        self.kinds: dict[str, dict[str, Policy]] = {}
        self.mode_of: dict[str, Mode] = {}
        self.tenant: tuple[Mode, str] | None = None
        self.federation: tuple[Federation, str] | None = None
        self.notes: list[Note] = []

    def policies(self) -> Policies:
        """What was read."""
        mode = self.tenant[0] if self.tenant else self.mode_of.get("global")
        told = self.federation[0] if self.federation else None
        return Policies(self.kinds, MODE | self.mode_of, mode, told, tuple(self.notes))

    def file(self, path: str) -> None:
        """Read one more."""
        number, read, aside = 0, 0, Noted(path, "answer")
        refused = ""
        for answer in answers(path, MOST_BYTES, GIVE):
            unread, selected = "", _selected(answer)
            for _, raw in answer.records:
                number += 1
                where = f"{plain(path)}: policy {number} ({echo(raw.get('Identity'))})"
                if why := self.record(where, path, raw, selected):
                    unread, refused = unread or why, refused or f"{where}: {why}"
                    if not answer.name:
                        raise TenantError(refused)
                else:
                    read += 1
            if unread:
                aside.add(f"not read: {unread}", answer.name)
        if not read:
            raise TenantError(refused or f"{plain(path)}: policy 1 (None): {_none()}")
        self.notes += aside

    def record(self, where: str, path: str, raw: Mapping[str, Any], selected: set[str]) -> str:
        """Take a record; why it is none of what is read here, or empty.

        Raises:
            TenantError: it is one, and not in order.
        """
        there = [kind for kind in KINDS if kind.flag in raw]
        if len(there) > 1:
            every = ", ".join(flag for flag, _ in POLICY_COLUMNS.values())
            flags = " and ".join(kind.flag for kind in there)
            raise TenantError(f"{where}: has {flags} of {every}; give it the one of its kind")
        try:
            if there:
                return self.policy(path, raw, there[0], selected)
            what = next((what for what, names in OTHERS.items() if any(name in raw for name in names)), "")
            if what == "users":
                return "it is of users; give the file as users"
            if what == "federation":
                _once(self.federation)
                self.federation = federation(raw), path
            elif what == UPGRADE:
                return self.upgrade(raw)
            elif what == "tenant":
                _once(self.tenant)
                self.tenant = _mode("TeamsUpgradeEffectiveMode", raw["TeamsUpgradeEffectiveMode"]), path
            else:
                return _none()
        except ValueError as error:
            raise TenantError(f"{where}: {error}") from None
        return ""

    def policy(self, path: str, raw: Mapping[str, Any], kind: Kind, selected: set[str]) -> str:
        """Take a policy; why it is none, or empty."""
        if not isinstance(identity := raw.get("Identity"), str):
            from fsm.readers.jsontext import written

            raise ValueError(f"Identity: {written(identity)} is not accepted; use Global or Tag:Name")
        policy = Policy(policy_name(identity), true_or_false(kind.flag, raw[kind.flag]), path)
        if _of_guests(raw, kind, selected):
            return (
                f"so reads {kind.guests}, which is of guests and not of the organisation's users; give what "
                f"Get-Cs{kind.column} | ConvertTo-Json writes, with all its properties"
            )
        known = self.kinds.setdefault(kind.column, {}).setdefault(policy.name.casefold(), policy)
        if known is not policy:
            raise ValueError(f"Identity: {echo(policy.name)} is in {plain(known.path)} already; give it once")
        return ""

    def upgrade(self, raw: Mapping[str, Any]) -> str:
        """Take the mode that a policy gives; why it gives none, or empty."""
        if not isinstance(raw.get("Mode"), str) or not isinstance(raw.get("Identity"), str):
            return "it has no Mode, as on the servers of SfB; give what Get-CsTeamsUpgradePolicy writes in the cloud"
        name = policy_name(raw["Identity"]).casefold()
        mode = _mode("Mode", raw["Mode"])
        if self.mode_of.setdefault(name, mode) is not mode:
            raise ValueError(f"Mode: {mode} is said, and {self.mode_of[name]} before; give it once")
        return ""


def _once(before: tuple[Any, str] | None) -> None:
    """See that there is no other."""
    if before:
        raise ValueError(f"there is one in {plain(before[1])} already; give it once")


def _none() -> str:
    every = ", ".join(flag for flag, _ in POLICY_COLUMNS.values())
    return f"has none of {every}; give it the one of its kind"


def _mode(name: str, value: Any) -> Mode:
    mode = MODE.get(value.strip().casefold()) if isinstance(value, str) else None
    if not mode:
        from fsm.readers.jsontext import written

        raise ValueError(f"{name}: {written(value)} is not accepted; {one_of(Mode)}")
    return mode


def _selected(answer: Answer) -> set[str]:
    """The kinds of which an answer has only the field that counts: policies, as some have names of their own."""
    found = set()
    for kind in KINDS:
        there = [raw for _, raw in answer.records if kind.flag in raw]
        whole = any(name in raw for raw in there for name in kind.only)
        if not whole and any(not _is_global(raw) for raw in there):
            found.add(kind.column)
    return found


def _is_global(raw: Mapping[str, Any]) -> bool:
    name = raw.get("Identity")
    return isinstance(name, str) and policy_name(name).casefold() == "global"


def _of_guests(raw: Mapping[str, Any], kind: Kind, selected: set[str]) -> bool:
    """Whether it is Global, and has nothing of what only policies have."""
    return (
        bool(kind.guests)
        and kind.column not in selected
        and _is_global(raw)
        and not any(name in raw for name in kind.only)
    )
