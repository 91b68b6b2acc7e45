"""With which domains an organisation federates (RTE-9)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from fsm.readers.federation import Federation, federation
from fsm.spec.parties import Topology
from fsm.tenant import TenantError, read_policies

OPEN: dict[str, Any] = {"Identity": "Global", "AllowFederatedUsers": True}


@pytest.mark.parametrize(
    ("value", "domains"),
    [
        ("AllowAllKnownDomains", None),
        ({}, None),
        (None, None),
        ({"AllowAllKnownDomains": {}}, None),
        ("Domain=a.com", {"a.com"}),
        ("Domain=a.com,Domain=B.com", {"a.com", "b.com"}),
        ({"AllowedDomain": "Domain=a.com"}, {"a.com"}),
        ({"AllowedDomain": "Domain=a.com Domain=b.com"}, {"a.com", "b.com"}),
        ({"AllowedDomain": ["Domain=a.com"]}, {"a.com"}),
        ({"AllowedDomain": [{"Domain": "a.com"}, {"Domain": "b.com"}]}, {"a.com", "b.com"}),
        ([{"AllowedDomain": ["Domain=a.com"]}], {"a.com"}),
        (["a.com"], {"a.com"}),
        ("{a.com, b.com}", {"a.com", "b.com"}),
        ([], set()),
        ({"AllowedDomain": []}, set()),
    ],
)
def test_the_domains_that_are_allowed(value: Any, domains: set[str] | None) -> None:
    assert federation(OPEN | {"AllowedDomains": value}).domains == domains


@pytest.mark.parametrize(
    ("configuration", "address", "allows"),
    [
        (Federation(True), "ann@fabrikam.com", True),
        (Federation(False), "ann@fabrikam.com", False),
        (Federation(True, frozenset({"fabrikam.com"})), "sip:ann@FABRIKAM.com", True),
        (Federation(True, frozenset({"fabrikam.com"})), "ann@contoso.com", False),
        (Federation(True, frozenset()), "ann@contoso.com", False),
        (Federation(True, blocked=frozenset({"fabrikam.com"})), "fabrikam.com", False),
        (Federation(True, blocked=frozenset({"fabrikam.com"})), "ann@x.fabrikam.com", True),
        (Federation(True, blocked=frozenset({"fabrikam.com"}), subdomains=True), "ann@x.fabrikam.com", False),
        (Federation(True, blocked=frozenset({"fabrikam.com"}), subdomains=True), "ann@xfabrikam.com", True),
    ],
)
def test_an_address_is_allowed_by_its_domain(configuration: Federation, address: str, allows: bool) -> None:
    assert configuration.allows(address) is allows


@pytest.mark.parametrize(
    ("said", "shared", "topology"),
    [
        ({"SharedSipAddressSpace": True}, True, Topology.HYBRID),
        ({"SharedSipAddressSpace": "False"}, False, None),
        ({"SharedSipAddressSpace": None}, None, None),
        ({}, None, None),
    ],
)
def test_shared_addresses_are_a_hybrid(said: dict[str, Any], shared: bool | None, topology: Topology | None) -> None:
    found = federation(OPEN | said)
    assert (found.shared, found.topology) == (shared, topology)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"AllowFederatedUsers": "perhaps"}, 'AllowFederatedUsers: "perhaps" is not accepted; use true or false'),
        ({"BlockAllSubdomains": 1}, "BlockAllSubdomains: 1 is not accepted; use true or false"),
        ({"AllowedDomains": "Domain=a.com, Domain=b.com..."}, "is not there in full; export it with | ConvertTo-Json"),
        ({"AllowedDomains": "Domain=fabri\nkam.com"}, "is not there in full"),
        ({"BlockedDomains": 7}, "BlockedDomains: 7 is not there in full"),
        ({"AllowedDomains": "Microsoft.Rtc.Management.AllowList"}, '"Microsoft.Rtc.Management.AllowList" is no domain'),
        ({"BlockedDomains": ["x"]}, 'BlockedDomains: "x" is no domain; export it with | ConvertTo-Json -Depth 5'),
    ],
)
def test_what_is_not_there_in_full_is_no_configuration(tmp_path: Path, said: dict[str, Any], says: str) -> None:
    path = tmp_path / "federation.json"
    path.write_text(json.dumps(OPEN | said))
    with pytest.raises(TenantError, match=rf"federation.json: policy 1 \('Global'\): .*{re.escape(says)}"):
        read_policies(path)


def test_an_organisation_has_one(tmp_path: Path) -> None:
    path = tmp_path / "federation.json"
    path.write_text(json.dumps(OPEN))
    with pytest.raises(TenantError, match=r"there is one in .*federation\.json already; give it once"):
        read_policies(path, path)
