"""What admins export: users, and policies of each kind."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from fsm.tenant import Tenant, TenantError, read_policies, read_users
from tests.fuzz.doors import Door

EXPORT = files("fsm") / "data" / "contoso"
CASES = Path(__file__).parents[2] / "readers" / "cases"
POLICIES = ("meeting-policies.json", "messaging-policies.json", "calling-policies.json")


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory()


def _file(data: bytes, name: str) -> str:
    path = os.path.join(_folder().name, name)
    with open(path, "wb") as file:
        file.write(data)
    return path


def _users(data: bytes) -> None:
    tenant = read_users(_file(data, "users\x1b[2J\n.csv"))
    for told in (*tenant.problems, *tenant.skipped, *tenant.notes):
        _shown(str(told))
    _looked_up(tenant)


def _looked_up(tenant: Tenant) -> None:
    for address in [*tenant, *(each.address for each in tenant.problems[:3]), "nobody@\u202econtoso.com"]:
        try:
            _shown(str(tenant[address]))
        except KeyError as error:
            _shown(str(error))


def _shown(text: str) -> None:
    assert text.isprintable(), text
    assert len(text) < 4000, text


def _policies(data: bytes) -> None:
    policies = read_policies(_file(data, "policies.json"))
    for kind in policies.kinds:
        _shown(policies.accepted(kind))
    for note in policies.notes:
        _shown(str(note))
    if policies.federation:
        assert policies.federation.allows("ann@fabrikam.com") in (True, False)


def _exports() -> Sequence[bytes]:
    """As Export-Csv writes it: in each encoding, with each separator, with the line of the type and without."""
    found = [(EXPORT / name).read_bytes() for name in ("users.csv", "fabrikam-users.csv")]
    text = found[0].decode("utf-8-sig")
    plain = text.split("\n", 1)[1]
    few = "".join(plain.splitlines(keepends=True)[:4])
    more = few.replace('"UsageLocation"', '"AccountType"').replace('"US"', '"Guest"').replace('"IN"', '"User"')
    objects = few.replace("SRV:", "").replace(",,,", ',"@{Authority=Host; Name=Global}",,')
    texts = (few, few.replace(",", ";"), few.replace(",", "\t"), more, objects)
    return [
        *found,
        *(each.encode() for each in texts),
        few.encode("utf-16"),
        few.encode("utf-8-sig"),
        *(path.read_bytes() for path in sorted((CASES / "tenant").iterdir())),
        *(_in_shapes(few)),
    ]


def _in_shapes(text: str) -> Sequence[bytes]:
    """The same as JSON and as a list of properties."""
    rows = list(csv.DictReader(io.StringIO(text)))
    paragraphs = ("\n".join(f"{name:30} : {value}" for name, value in row.items()) for row in rows)
    assigned = [{"PolicyType": "TeamsMeetingPolicy", "PolicyAssignment": {"DisplayName": "Global"}}]
    wholes = [row | {"EffectivePolicyAssignments": assigned} for row in rows]
    by_name = {"users": rows, "apps": [{"Identity": "Global"}]}
    return ["\n\n".join(paragraphs).encode(), *(json.dumps(each).encode() for each in (rows, wholes, by_name))]


def _kinds() -> Sequence[bytes]:
    found = [(EXPORT / name).read_bytes() for name in POLICIES]
    one = found[0].decode()
    cases = (path.read_bytes() for path in sorted((CASES / "policies").iterdir()))
    modes = b'[{"Identity": "Global", "Mode": "Islands", "NotifySfbUsers": false}]'
    return [*found, one.encode("utf-16"), one[one.index("{") : one.index("}") + 1].encode(), b"[]", modes, *cases]


DOORS = (
    Door("tenant.users", _users, (TenantError,), _exports),
    Door("tenant.policies", _policies, (TenantError,), _kinds),
)
