"""What admins export: users, and policies of each kind."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from fsm.tenant import Tenant, TenantError, read_policies, read_users
from tests.fuzz.doors import Door

EXPORT = files("fsm") / "data" / "contoso"
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
    for told in (*tenant.problems, *tenant.skipped):
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


def _exports() -> Sequence[bytes]:
    """As Export-Csv writes it: in each encoding, with each separator, with the line of the type and without."""
    found = [(EXPORT / name).read_bytes() for name in ("users.csv", "fabrikam-users.csv")]
    text = found[0].decode("utf-8-sig")
    plain = text.split("\n", 1)[1]
    few = "".join(plain.splitlines(keepends=True)[:4])
    more = few.replace('"UsageLocation"', '"AccountType"').replace('"US"', '"Guest"').replace('"IN"', '"User"')
    objects = few.replace("SRV:", "").replace(",,,", ',"@{Authority=Host; Name=Global}",,')
    texts = (few, few.replace(",", ";"), few.replace(",", "\t"), more, objects)
    return [*found, *(each.encode() for each in texts), few.encode("utf-16"), few.encode("utf-8-sig")]


def _kinds() -> Sequence[bytes]:
    found = [(EXPORT / name).read_bytes() for name in POLICIES]
    one = found[0].decode()
    return [*found, one.encode("utf-16"), one[one.index("{") : one.index("}") + 1].encode(), b"[]"]


DOORS = (
    Door("tenant.users", _users, (TenantError,), _exports),
    Door("tenant.policies", _policies, (TenantError,), _kinds),
)
