"""People of partner organisations, from a CSV: ``domain`` or ``address``, ``mode``, and how many ``people``."""

from __future__ import annotations

import re
from typing import NamedTuple

from fsm.plan.people import Crowd
from fsm.plan.table import facts_of, table
from fsm.readers.policies import POLICY_COLUMNS, Policies, Source, one_of
from fsm.readers.tenant import ADDRESS, Problem, Tenant
from fsm.spec.editions import NEWEST, Edition
from fsm.spec.parties import PERSONAL, Mode, bare

GIVE = "give a CSV with the columns domain and mode, and people where there is more than one"
MOST = 10_000_000
"""People that a row may stand for."""
DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")
PEOPLE = re.compile(r"[0-9]{1,8}")
APART = ("domain", "address", "people")


class Partners(NamedTuple):
    """What was read of partners.

    Args:
        crowds: people of theirs who have the same facts.
        problems: rows that are left out, and why.
        aside: columns that are not read.
    """

    crowds: tuple[Crowd, ...] = ()
    problems: tuple[Problem, ...] = ()
    aside: tuple[str, ...] = ()


def read_partners(path: Source, *, tenant: Tenant | None = None, edition: Edition = NEWEST) -> Partners:
    """Partners from a CSV. A row is of a person, by ``address``, or of so many ``people`` of a ``domain``; it says
    their ``mode``, and whatever else of a user, by the name of a Participant's field.

    Args:
        path: UTF-8 or UTF-16, separated by comma, semicolon or tab.
        tenant: the organisation, which may say with whom it federates; else it does with everybody (RTE-9).
        edition: the product then, which says what is taken of them where nothing is said.

    Raises:
        TenantError: the file cannot be read, or lacks a column.
    """
    problems: list[Problem] = []
    others = [name for name in PERSONAL if name != "address"]
    found, aside = table(str(path), APART, (*others, *POLICY_COLUMNS), ("mode",), GIVE, problems)
    crowds = []
    seen: set[str] = set()
    own = {bare(each).rpartition("@")[2] for each in tenant or ()}
    for line, (domain, address, people), cells in found:
        said = facts_of(cells, Policies())
        wrong = list(said) if isinstance(said, list) else []
        name = bare(address) or f"somebody@{domain}"
        if not (ADDRESS.fullmatch(name) and DOMAIN.fullmatch(name.rpartition("@")[2])):
            wrong.append(("address" if address else "domain", address or domain, "give a domain, or name@domain"))
        elif tenant is not None and (name in tenant or name.rpartition("@")[2] in own):
            wrong.append(("address" if address else "domain", address or domain, "it is this organisation's own"))
        elif address and domain:
            wrong.append(("domain", domain, "give a domain or an address"))
        elif address and people not in ("", "1"):
            wrong.append(("people", people, "an address is of one"))
        elif address and name in seen:
            wrong.append(("address", address, "an earlier row has this address, and is kept"))
        if people and not (PEOPLE.fullmatch(people) and 0 < int(people) <= MOST):
            wrong.append(("people", people, f"give a number from 1 to {MOST:,}"))
        if not isinstance(said, list) and not wrong:
            mode = said.get("mode")
            if mode is None:
                wrong.append(("mode", "", one_of(Mode)))
            else:
                try:
                    who = edition.participant(name, **said)
                    wrong += [
                        ("mode", str(mode), f"in edition {edition} {each.message} ({each.rule})")
                        for each in edition.problems(who)
                    ]
                except ValueError as error:
                    wrong.append(("mode", str(mode), str(error)))
        problems += (Problem(str(path), line, *complaint, name) for complaint in wrong)
        if not wrong:
            seen.add(name)
            federates = tenant is None or tenant.federates(name) is not False
            organisation = name.rpartition("@")[2]
            crowds.append(Crowd(organisation, who, int(people or 1), federates, address=name if address else ""))
    return Partners(tuple(crowds), tuple(problems), aside)
