"""What the claims of ways out are about, which the verifier makes of these."""

from __future__ import annotations

from types import MappingProxyType

NO_WAY_OUT = "LIM-7"
"""The limit that has none: Persistent Chat."""
TO_A_MEETING = frozenset({"share_desktop", "add_participant", "meet_now", "accept_meeting", "resend_link"})
"""The ways out that lead to a meeting."""
OTHERWISE = MappingProxyType({"interop": "same_platform", "on_sfb": "on_teams"})
"""Guards that may say in words what is left when an earlier row asked the guard they are mapped to."""


def is_limit(rule: str) -> bool:
    """Whether a rule is a limit that has a way out (LIM-8)."""
    return rule.startswith("LIM-") and rule != NO_WAY_OUT
