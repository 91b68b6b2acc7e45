"""Policies from what admins export: ``Get-CsTeams{Meeting,Messaging,Calling}Policy | ConvertTo-Json``.

An empty policy of a user, and ``Global``, is the organisation's Global policy. Where no file of that kind of policy is
given, Global allows everything, as Microsoft's defaults do; any other name is then not known.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from fsm.readers.csvfile import encoding

Source: TypeAlias = str | os.PathLike[str]
POLICY_COLUMNS = {
    "TeamsMeetingPolicy": ("AllowPrivateMeetNow", "allow_private_meet_now"),
    "TeamsMessagingPolicy": ("AllowUserChat", "allow_user_chat"),
    "TeamsCallingPolicy": ("AllowPrivateCalling", "allow_private_calling"),
}
"""Column that names a policy: the field of the policy that counts, and what it is to a Participant (POL-1 to 3)."""
POLICY_OBJECT = re.compile(r"\bName\"?\s*[=:]\s*\"?([^;}\"]*)", re.IGNORECASE)
POLICY_PREFIX = re.compile(r"^(?:Tag|Host|Tenant):", re.IGNORECASE)


class TenantError(ValueError):
    """A file as a whole is of no use. The message names the file, what is wrong with it, and what is accepted."""


class Policy(NamedTuple):
    """A policy: its name as written, whether it allows what counts, and the file it is in."""

    name: str
    allows: bool
    path: str


@dataclass(frozen=True, slots=True)
class Policies:
    """Policies by kind (see POLICY_COLUMNS) and case-folded name. A kind of which no file was given is absent."""

    kinds: Mapping[str, Mapping[str, Policy]] = field(default_factory=dict)

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


def policy_name(cell: str) -> str:
    """The name in a policy cell or identity: ``Name``, ``Tag:Name``, or an object as ``@{…; Name=Name}`` or in JSON."""
    cell = cell.strip()
    written = POLICY_OBJECT.search(cell) if cell.startswith(("@{", "{")) else None
    return POLICY_PREFIX.sub("", (written[1] if written else cell).strip())


def one_of(accepted: Iterable[str]) -> str:
    """What is accepted, as messages say it."""
    return f"use one of {', '.join(accepted)}"


def read_policies(*paths: Source) -> Policies:
    """The policies in what ``Get-CsTeams{Meeting,Messaging,Calling}Policy | ConvertTo-Json`` wrote.

    Raises:
        TenantError: a file cannot be read, or a policy is not in order or given twice; the message names the file,
            the policy, the field, the value and what is accepted.
    """
    import msgspec

    kinds: dict[str, dict[str, Policy]] = {}
    for source in paths:
        path = os.fspath(source)
        try:
            with open(path, "rb") as binary:
                kind_of_text = encoding(binary)
                text = binary.read().decode(kind_of_text)
            root = msgspec.json.decode(text, type=dict[str, Any] | list[dict[str, Any]])
        except (OSError, UnicodeError, msgspec.DecodeError, RecursionError) as error:
            raise TenantError(f"{path}: {cause(error)}; give what ConvertTo-Json writes for Teams policies") from None
        for number, raw in enumerate([root] if isinstance(root, dict) else root or [{}], 1):
            where = f"{path}: policy {number} ({raw.get('Identity')!r})"
            there = [(column, flag) for column, (flag, _) in POLICY_COLUMNS.items() if flag in raw]
            if len(there) != 1:
                found, every = [flag for _, flag in there], ", ".join(flag for flag, _ in POLICY_COLUMNS.values())
                raise TenantError(
                    f"{where}: has {' and '.join(found) or 'none'} of {every}; give it the one of its kind"
                )
            ((column, flag),) = there
            for name, kind, accepted in (("Identity", str, "Global or Tag:Name"), (flag, bool, "true or false")):
                try:
                    msgspec.convert(raw.get(name), kind)
                except msgspec.ValidationError:
                    value = msgspec.json.encode(raw.get(name)).decode()
                    raise TenantError(f"{where}: {name}: {value} is not accepted; use {accepted}") from None
            policy = Policy(policy_name(raw["Identity"]), raw[flag], path)
            known = kinds.setdefault(column, {}).setdefault(policy.name.casefold(), policy)
            if known is not policy:
                raise TenantError(f"{where}: Identity: {policy.name!r} is in {known.path} already; give it once")
    return Policies(kinds)


def cause(error: Exception) -> object:
    """What went wrong with a file, without its name."""
    return getattr(error, "strerror", None) or error
