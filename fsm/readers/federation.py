"""With which domains an organisation federates: what ``Get-CsTenantFederationConfiguration`` answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fsm.readers.answers import true_or_false
from fsm.spec.parties import Topology

EVERY = "AllowAllKnownDomains"
DOMAIN = re.compile(r"(?:Domain=)?([\w*](?:[\w.*-]*[\w*])?)", re.IGNORECASE)
_SPLIT = re.compile(r"[\s,;{}]+")
WHOLE = "export it with | ConvertTo-Json -Depth 5, which writes lists in full"


@dataclass(frozen=True, slots=True)
class Federation:
    """The configuration of an organisation.

    It is one for both directions: what it bars, nobody of the organisation sends and nobody receives.
    AllowTeamsConsumer and AllowTeamsConsumerInbound, which have a direction, are of people without an organisation, and
    decide nothing here.

    Args:
        allowed: whether the organisation federates at all (AllowFederatedUsers).
        domains: the only domains it federates with (AllowedDomains); None: with all that are not blocked.
        blocked: domains it does not federate with (BlockedDomains).
        subdomains: whether what is below a blocked domain is blocked as well (BlockAllSubdomains).
        shared: whether addresses are shared with servers of its own (SharedSipAddressSpace); None if it is not said.
    """

    allowed: bool
    domains: frozenset[str] | None = None
    blocked: frozenset[str] = frozenset()
    subdomains: bool = False
    shared: bool | None = None

    def allows(self, address: str) -> bool:
        """Whether the organisation federates with an address, or a domain."""
        domain = address.strip().rpartition("@")[2].casefold()
        below = self.subdomains and any(domain.endswith(f".{each}") for each in self.blocked)
        listed = self.domains is None or domain in self.domains
        return self.allowed and listed and domain not in self.blocked and not below

    @property
    def topology(self) -> Topology | None:
        """Hybrid where addresses are shared; None where that is not so, which leaves open what there is (RTE-8)."""
        return Topology.HYBRID if self.shared else None


def federation(raw: Mapping[str, Any]) -> Federation:
    """What a record of ``Get-CsTenantFederationConfiguration`` says.

    Raises:
        ValueError: a value is not one, or a list is not there in full.
    """
    only = raw.get("AllowedDomains")
    return Federation(
        true_or_false("AllowFederatedUsers", raw["AllowFederatedUsers"]),
        None if _every(only) else frozenset(_domains("AllowedDomains", only)),
        frozenset(_domains("BlockedDomains", raw.get("BlockedDomains"))),
        _said("BlockAllSubdomains", raw) or False,
        _said("SharedSipAddressSpace", raw),
    )


def _said(name: str, raw: Mapping[str, Any]) -> bool | None:
    return None if raw.get(name) in (None, "") else true_or_false(name, raw[name])


def _every(value: Any) -> bool:
    """An object without properties is AllowAllKnownDomains as JSON has it; a list is a list, though it be empty."""
    return value in (None, "", {}, EVERY) or (isinstance(value, Mapping) and EVERY in value)


def _domains(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _domains(name, each)
        return
    if value in (None, ""):
        return
    if not isinstance(value, str) or "\n" in value or "..." in value or "\u2026" in value:
        raise ValueError(f"{name}: {_shown(value)} is not there in full; {WHOLE}")
    for word in filter(None, _SPLIT.split(value)):
        found = DOMAIN.fullmatch(word)
        if not found or "." not in found[1] or word.startswith(("Microsoft.", "System.")):
            raise ValueError(f"{name}: {_shown(word)} is no domain; {WHOLE}")
        yield found[1].casefold()


def _shown(value: Any) -> str:
    from fsm.readers.jsontext import written

    return written(value)
