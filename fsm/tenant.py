"""An organisation from what its admins export: see ``load``, and ``fsm.readers``."""

from fsm.readers.answers import TenantError
from fsm.readers.federation import Federation
from fsm.readers.notes import Note
from fsm.readers.policies import POLICY_COLUMNS, Policies, Policy, read_policies
from fsm.readers.tenant import (
    COLUMNS,
    IMPLIED,
    REQUIRED,
    Problem,
    Skipped,
    Tenant,
    UnknownUser,
    contoso,
    fabrikam,
    load,
    read_users,
)

__all__ = [
    "COLUMNS",
    "IMPLIED",
    "POLICY_COLUMNS",
    "REQUIRED",
    "Federation",
    "Note",
    "Policies",
    "Policy",
    "Problem",
    "Skipped",
    "Tenant",
    "TenantError",
    "UnknownUser",
    "contoso",
    "fabrikam",
    "load",
    "read_policies",
    "read_users",
]
