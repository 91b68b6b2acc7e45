"""What shows that a rule is kept: where it is enforced, the claims proven of it, and the tests that exercise it."""

from __future__ import annotations

from typing import NamedTuple

from fsm.spec.rules import RULES


class Evidence(NamedTuple):
    """What keeps a rule, the names of the claims that are proven of it, and the tests that exercise it."""

    kept_by: tuple[str, ...]
    proven_by: tuple[str, ...]
    tested_by: tuple[str, ...]

    @property
    def untested(self) -> str:
        """That no test exercises it; or that an installed package does not say, for it has no tests."""
        from fsm.spec.enforcement import EVIDENCE

        return "none" if EVIDENCE.is_file() else "listed in a clone of the repository only"


def of_rules() -> dict[str, Evidence]:
    """The evidence for each rule. An invariant is a claim: it is not listed among what keeps the rule."""
    from fsm.spec.enforcement import enforced_by, tested_by
    from fsm.verify import kept_by

    kept, proven, tested = enforced_by(), kept_by(), tested_by()
    return {
        rule: Evidence(
            tuple(where for where in kept[rule] if not where.startswith("invariant ")), proven[rule], tested[rule]
        )
        for rule in RULES
    }


def claims() -> dict[str, str]:
    """What each claim says, by its name."""
    from fsm.verify import PROPERTIES

    return {each.name: each.says for each in PROPERTIES}
