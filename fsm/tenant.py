"""An organisation from what its admins export: see ``load``, and ``fsm.readers``."""

from fsm.readers.policies import POLICY_COLUMNS, Policies, Policy, TenantError, read_policies
from fsm.readers.tenant import (
    COLUMNS,
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
    "POLICY_COLUMNS",
    "REQUIRED",
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
