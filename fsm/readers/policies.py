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

from fsm.notation.echo import LONGEST, echo, plain
from fsm.readers.csvfile import cause, encoding, opened

Source: TypeAlias = str | os.PathLike[str]
POLICY_COLUMNS = {
    "TeamsMeetingPolicy": ("AllowPrivateMeetNow", "allow_private_meet_now"),
    "TeamsMessagingPolicy": ("AllowUserChat", "allow_user_chat"),
    "TeamsCallingPolicy": ("AllowPrivateCalling", "allow_private_calling"),
}
"""Column that names a policy: the field of the policy that counts, and what it is to a Participant (POL-1 to 3)."""
GIVE = "give what ConvertTo-Json writes for Teams policies"
MOST_BYTES = 1 << 24
"""Bytes that a file of policies may have: it is read whole. A policy takes some two thousand."""
MOST_NAMED = 20
"""Names that a message has of those accepted."""
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
    """What is accepted, as messages say it; of many the first."""
    names = list(accepted)
    told = [plain(name) if len(name) <= LONGEST else echo(name) for name in names[:MOST_NAMED]]
    more = f" and {len(names) - len(told):,} more" if len(names) > len(told) else ""
    return f"use one of {', '.join(told)}{more}"


def read_policies(*paths: Source) -> Policies:
    """The policies in what ``Get-CsTeams{Meeting,Messaging,Calling}Policy | ConvertTo-Json`` wrote.

    Raises:
        TenantError: a file cannot be read, or a policy is not in order or given twice; the message names the file,
            the policy, the field, the value and what is accepted.
    """
    from fsm.readers.jsontext import written

    kinds: dict[str, dict[str, Policy]] = {}
    for source in paths:
        path = os.fspath(source)
        for number, raw in enumerate(_objects(path), 1):
            where = f"{plain(path)}: policy {number} ({echo(raw.get('Identity'))})"
            there = [(column, flag) for column, (flag, _) in POLICY_COLUMNS.items() if flag in raw]
            if len(there) != 1:
                found, every = [flag for _, flag in there], ", ".join(flag for flag, _ in POLICY_COLUMNS.values())
                raise TenantError(
                    f"{where}: has {' and '.join(found) or 'none'} of {every}; give it the one of its kind"
                )
            ((column, flag),) = there
            for name, kind, accepted in (("Identity", str, "Global or Tag:Name"), (flag, bool, "true or false")):
                if not isinstance(raw.get(name), kind):
                    raise TenantError(f"{where}: {name}: {written(raw.get(name))} is not accepted; use {accepted}")
            policy = Policy(policy_name(raw["Identity"]), raw[flag], path)
            known = kinds.setdefault(column, {}).setdefault(policy.name.casefold(), policy)
            if known is not policy:
                raise TenantError(
                    f"{where}: Identity: {echo(policy.name)} is in {plain(known.path)} already; give it once"
                )
    return Policies(kinds)


def _objects(path: str) -> list[dict[str, Any]]:
    """The policies in a file, as JSON has them."""
    import msgspec

    from fsm.readers.jsontext import once

    try:
        with opened(path) as binary:
            kind_of_text = encoding(binary)
            content = binary.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise ValueError(f"has more than {MOST_BYTES:,} bytes")
        text = content.decode(kind_of_text)
        root = msgspec.json.decode(text, type=dict[str, Any] | list[dict[str, Any]])
        once(text, root)
    except (OSError, ValueError, msgspec.DecodeError, RecursionError) as error:
        raise TenantError(f"{plain(path)}: {cause(error, GIVE)}") from None
    return [root] if isinstance(root, dict) else root or [{}]
