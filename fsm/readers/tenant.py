"""Participants from what admins export: ``Get-CsOnlineUser | Export-Csv``.

A bad row is reported with its line, column and accepted values, and the rest is still read; nothing is guessed in
silence. A row of somebody who cannot converse is set aside with the reason. A file of no use at all is an error.

**Where a user is homed** is what HostingProvider says, or OnPremHostingProvider where that is empty, together with
the location in InterpretedUserType. If they contradict each other, or all keep silent, the row is a problem.

**Which accounts a user has** is what the kind of user in InterpretedUserType says:

===================================================== ============= ==========================
Kind                                                  Teams account SfB account and client
===================================================== ============= ==========================
TeamsOnlyUser                                         yes           no
TeamsUser, EnabledUserWithTeamsLicense                yes           only if homed on-premises
SfBUserWithTeamsLicense, …WithSfBAndTeamsLicense      yes           yes
SfBUser                                               no            yes
===================================================== ============= ==========================

A mode that needs an account which the kind rules out is a problem, and so is TeamsOnly on-premises (MODE-1, MODE-2).
In an edition in which TeamsOnly users have no SfB account, they have none whatever the kind says, for it tells what
they were licensed for (ED-3).

**Which edition** the export is of: the newest, unless another is named. A user who does not exist in it is a problem:
today, whoever is homed online and not TeamsOnly was misread, or a move of theirs failed (ED-2). The export does not
tell which, so nothing is guessed: the row is left out, like every row with a problem, and looking the user up says
why. An export from before August 2021 is read with ``edition="base"``.

Users who are disabled, deleted, without licence or service, guests, and applications are the ones who cannot converse.
A policy that is not known is a problem (`fsm.readers.policies`).
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any, TypeAlias, TypeVar

from fsm.notation.echo import LONGEST, echo, plain
from fsm.readers.csvfile import PROGRESS_EVERY, Line, Progress, cause, encoding, header, opened, rows
from fsm.readers.policies import POLICY_COLUMNS, Policies, Source, TenantError, one_of, read_policies
from fsm.spec.editions import EDITIONS, Edition, named
from fsm.spec.parties import Homing, Mode, Participant, bare

T = TypeVar("T")
Complaint: TypeAlias = tuple[str, str, str]
"""Column, value, and what is accepted instead."""
Verdict: TypeAlias = Participant | str | tuple[Complaint, ...]
"""What facts make of a user: somebody who can converse, the reason why they cannot, or what is wrong."""
COLUMN_OF = {"mode": "TeamsUpgradeEffectiveMode", "homing": "HostingProvider"}
"""The column of a fact for which an edition does not admit a user; InterpretedUserType tells the others."""

GIVE = "give what Get-CsOnlineUser | Export-Csv writes"
MOST_PROBLEMS = 1000
"""Problems of an export that are told; of those after them it is told how many there are."""
LONGEST_CELL = 4096
"""Characters that a cell may have where it counts."""
DECIDED = 1024
"""Different rows, addresses aside, of which it is kept what they come to."""

IDENTITY = ("UserPrincipalName", "SipAddress")
REQUIRED = (*IDENTITY, "TeamsUpgradeEffectiveMode", "InterpretedUserType", "HostingProvider", *POLICY_COLUMNS)
OPTIONAL = ("OnPremHostingProvider", "AccountType", "SoftDeletionTimestamp")
COLUMNS = (*REQUIRED, *OPTIONAL)
FACTS = COLUMNS[len(IDENTITY) :]

PROVIDERS = {
    "sipfed.online.lync.com": Homing.ONLINE,
    "sipfed.online.gov.skypeforbusiness.us": Homing.ONLINE,
    "sipfed.online.dod.skypeforbusiness.us": Homing.ONLINE,
    "sipfed.online.partner.lync.cn": Homing.ONLINE,
    "SRV:": Homing.ON_PREM,
}
LOCATIONS = {"online": Homing.ONLINE, "onprem": Homing.ON_PREM}
UNLICENSED, APPLICATION, LEAVING = "not licensed for the service", "an application", "being deleted"
ACCOUNT_TYPES = {"guest": "a guest", "resourceaccount": APPLICATION, "ineligibleuser": UNLICENSED}
KINDS: dict[str, tuple[bool, bool | None] | str] = {
    "TeamsOnlyUser": (True, False),
    "TeamsUser": (True, None),
    "EnabledUserWithTeamsLicense": (True, None),
    "SfBUserWithTeamsLicense": (True, True),
    "EnabledUserWithSfBAndTeamsLicense": (True, True),
    "SfBUser": (False, True),
    "UserNotLicensedForService": UNLICENSED,
    "EnabledUserWithNoService": "without service",
    "NoService": "without service",
    "ActiveDirectoryDisabledUser": "disabled in Active Directory",
    "DisabledUser": "disabled",
    "AppEndpoint": APPLICATION,
    "ApplicationInstance": APPLICATION,
}
"""Kind of user: has a Teams account, has SfB (None: if homed on-premises); or why they cannot converse."""
STATES = {
    "NotLicensedForService": UNLICENSED,
    "WithDeletedLicenses": "licences removed",
    "PendingDeletionFromAD": LEAVING,
    "PendingAttributeRemovalFromAD": LEAVING,
    "(?:WithMCOValidationError|NeedsProvisioning(?:ToAD)?|PendingXForestMove|(?:Not)?InPDL)": None,
}
"""States after the kind: why such a user cannot converse, or None if they can, as with whatever starts with Failed."""
USER_TYPE = re.compile(
    rf"(?:Pure|Hybrid|(?:DirSync|AADConnect)(?:Enabled|Disabled)?)?(?P<location>{'|'.join(LOCATIONS)})?"
    rf"(?P<kind>{'|'.join(KINDS)})(?P<states>(?:{'|'.join(STATES)})*(?:Failed\w*)?)",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"[^\s@\ufffd]+@[^\s@\ufffd]+")


def folded(table: Mapping[str, T]) -> dict[str, T]:
    """A table to look up as PowerShell compares: whatever the case."""
    return {key.casefold(): value for key, value in table.items()}


MODE, PROVIDER, KIND, STATE = folded({mode: mode for mode in Mode}), folded(PROVIDERS), folded(KINDS), folded(STATES)


class UnknownUser(KeyError):
    """No user has this address. The message says why if the row was left out, and else which addresses come close."""

    def __init__(self, address: str, tenant: Tenant) -> None:
        super().__init__(address)
        self._address, self._tenant = address, tenant

    def __str__(self) -> str:
        from difflib import get_close_matches  # searched here, because a miss that nobody prints has to stay cheap

        wanted = bare(self._address)
        left_out: tuple[Skipped | Problem, ...] = (*self._tenant.skipped, *self._tenant.problems)
        for row in left_out:
            if bare(row.address) == wanted:
                return str(row)
        close = get_close_matches(wanted, self._tenant.index, cutoff=0.8) if len(wanted) <= LONGEST else ()
        hint = f"; did you mean {' or '.join(close)}?" if close else ""
        return f"{echo(self._address)} is not the address of a user in this export{hint}"

    def __reduce__(self) -> tuple[Any, ...]:
        return _Told, (self._address, str(self))


class _Told(UnknownUser):
    """One out of a pickle, which has the message and not the export."""

    def __init__(self, address: str, said: str) -> None:
        KeyError.__init__(self, address)
        self._address, self._said = address, said

    def __str__(self) -> str:
        return self._said


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell or row that was not accepted: where it is, what it reads, what is accepted, and whose row it is."""

    path: str
    line: int
    column: str
    value: str
    accepted: str
    address: str = ""

    def __str__(self) -> str:
        return f"{plain(self.path)}:{self.line}: {self.column}: {echo(self.value)} is not accepted; {self.accepted}"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is in order, of somebody who cannot converse, and why."""

    path: str
    line: int
    address: str
    reason: str

    def __str__(self) -> str:
        return f"{plain(self.path)}:{self.line}: {echo(self.address)} is skipped: {self.reason}"


@dataclass(frozen=True, eq=False, repr=False)
class Tenant(Mapping[str, Participant]):
    """The people of an organisation who can converse, and what was not taken from its export.

    A mapping from UserPrincipalName as written. Looking up takes either address of a user, in any case, with or
    without ``sip:``; a miss raises UnknownUser, which is a KeyError. Of the problems it has the first MOST_PROBLEMS,
    and how many more there are.
    """

    users: Mapping[str, Participant]
    problems: tuple[Problem, ...]
    skipped: tuple[Skipped, ...]
    index: Mapping[str, Participant]
    more_problems: int = 0

    def __getitem__(self, address: str) -> Participant:
        try:
            return self.index[bare(address)]
        except KeyError:
            raise UnknownUser(address, self) from None

    def __contains__(self, address: object) -> bool:
        return isinstance(address, str) and bare(address) in self.index

    def __iter__(self) -> Iterator[str]:
        return iter(self.users)

    def __len__(self) -> int:
        return len(self.users)

    def __repr__(self) -> str:
        problems = len(self.problems) + self.more_problems
        return f"<Tenant: {len(self)} users, {len(self.skipped)} skipped, {problems} problems>"


def load(
    users_path: Source,
    policy_paths: Iterable[Source] = (),
    *,
    edition: Edition | str | None = None,
    progress: Progress | None = None,
) -> Tenant:
    """An organisation from its exports; see read_users and read_policies, also for what they raise."""
    return read_users(users_path, read_policies(*policy_paths), edition=edition, progress=progress)


def contoso(edition: Edition | str | None = None) -> Tenant:
    """The bundled example: contoso.com, a hybrid organisation on its way to Teams; they exist in every edition."""
    names = ("meeting-policies.json", "messaging-policies.json", "calling-policies.json")
    return _bundled("users.csv", *names, edition=edition)


def fabrikam(edition: Edition | str | None = None) -> Tenant:
    """The bundled example of an organisation that contoso.com federates with."""
    return _bundled("fabrikam-users.csv", edition=edition)


def read_users(
    path: Source,
    policies: Policies | None = None,
    *,
    edition: Edition | str | None = None,
    progress: Progress | None = None,
) -> Tenant:
    """The users in what ``Get-CsOnlineUser | Export-Csv`` wrote.

    Args:
        path: UTF-8, or UTF-16 with a byte order mark; separated by comma, semicolon or tab; with or without the
            ``#TYPE`` line. It has the REQUIRED columns, and the OPTIONAL ones if it likes; others do not matter.
        policies: what the policies that users name allow; see read_policies.
        edition: the edition that the export is of, or its name; default: the newest.
        progress: called with bytes done and bytes in all, every few thousand rows and at the end.

    Raises:
        TenantError: the file cannot be read, is empty, or lacks columns.
        ValueError: there is no such edition.
    """
    name = os.fspath(path)
    decide = lru_cache(maxsize=DECIDED)(partial(_decide, policies or Policies(), named(edition)))
    users: dict[str, Participant] = {}
    index: dict[str, Participant] = {}
    problems: list[Problem] = []
    more_problems = 0
    skipped: list[Skipped] = []

    def complain(line: int, complaints: Sequence[Complaint], address: str = "") -> None:
        nonlocal more_problems
        told = complaints[: MOST_PROBLEMS - len(problems)]
        problems.extend(Problem(name, line, *complaint, address) for complaint in told)
        more_problems += len(complaints) - len(told)

    try:
        with (
            opened(name) as binary,
            io.TextIOWrapper(binary, encoding(binary), "replace", newline="") as text,
        ):
            total = os.fstat(binary.fileno()).st_size
            width, columns, found = _table(name, text)
            for count, (line, row) in enumerate(found):
                if progress and not count % PROGRESS_EVERY:
                    progress(binary.tell(), total)
                if isinstance(row, str):
                    complain(line, [("row", row, f"give {width} fields, and close every quote")])
                    continue
                address, sip, *facts = cells = [row[column].strip() for column in columns]
                if sum(map(len, cells)) > LONGEST_CELL and (long := _long(cells)):
                    complain(line, long)
                    continue
                verdict = decide(tuple(facts))
                if isinstance(verdict, str):
                    skipped.append(Skipped(name, line, address, verdict))
                    continue
                complaints = [*_addresses(address, sip, index), *(verdict if isinstance(verdict, tuple) else ())]
                complain(line, complaints, address)
                if not complaints and isinstance(verdict, Participant):
                    person = replace(verdict, address=address)
                    users[address] = index[bare(address)] = index[bare(sip or address)] = person
        if progress:
            progress(total, total)
    except OSError as error:
        raise TenantError(f"{plain(name)}: {cause(error, GIVE)}") from None
    return Tenant(users, tuple(problems), tuple(skipped), index, more_problems)


def _bundled(*names: str, edition: Edition | str | None) -> Tenant:
    from contextlib import ExitStack
    from importlib.resources import as_file, files

    with ExitStack() as stack:
        data = files("fsm") / "data" / "contoso"
        users, *policies = [stack.enter_context(as_file(data / name)) for name in names]
        return load(users, policies, edition=edition)


def _table(path: str, text: io.TextIOWrapper) -> tuple[int, list[int], Iterator[Line]]:
    """How many fields a row has, at which of them each of COLUMNS is, and the rows."""
    path = plain(path)
    try:
        above = header(text)
    except csv.Error as error:
        raise TenantError(f"{path}: {error}; give the names of the columns there") from None
    if not above.line:
        raise TenantError(f"{path}: is empty; {GIVE}")
    try:
        found = [cell.strip() for cell in next(csv.reader([above.text], delimiter=above.delimiter, strict=True))]
    except csv.Error as error:
        raise TenantError(f"{path}:{above.line}: {plain(str(error))}; give the names of the columns here") from None
    names = [name.casefold() for name in found]
    times = {column: names.count(column.casefold()) for column in COLUMNS}
    if wrong := [column for column in COLUMNS if times[column] > 1 or (column in REQUIRED and not times[column])]:
        hint = "; NUL bytes hint at UTF-16 without its byte order mark" if "\0" in above.text else ""
        raise TenantError(
            f"{path}:{above.line}: give once each {', '.join(wrong)}; found {', '.join(found)[:1000]!r}{hint}"
        )
    columns = [names.index(column.casefold()) if times[column] else len(names) for column in COLUMNS]
    return len(names), columns, rows(text, above, len(names))


def _long(cells: Iterable[str]) -> list[Complaint]:
    return [
        (column, cell[:LONGEST_CELL], f"it has {len(cell):,} characters; give at most {LONGEST_CELL:,}")
        for column, cell in zip(COLUMNS, cells, strict=True)
        if len(cell) > LONGEST_CELL
    ]


def _addresses(address: str, sip: str, index: Mapping[str, Participant]) -> Iterator[Complaint]:
    both = (address, sip) if sip and bare(sip) != bare(address) else (address,)
    for column, value in zip(IDENTITY, both, strict=False):
        if not (ADDRESS.fullmatch(value) and value.isprintable()):
            yield column, value, "use name@domain"
        elif bare(value) in index:
            yield column, value, "an earlier row has this address, and is kept"


def _decide(policies: Policies, edition: Edition, facts: tuple[str, ...]) -> Verdict:
    cell = dict(zip(FACTS, facts, strict=True))
    user_type = USER_TYPE.fullmatch(cell["InterpretedUserType"])
    kind = KIND[user_type["kind"].casefold()] if user_type else ""
    states = user_type["states"].casefold() if user_type else ""
    reasons = (
        "deleted" if cell["SoftDeletionTimestamp"] else None,
        ACCOUNT_TYPES.get(cell["AccountType"].casefold()),
        kind if isinstance(kind, str) else None,
        *(why for state, why in STATE.items() if state in states),
    )
    if reason := next(filter(None, reasons), None):
        return reason
    complaints: list[Complaint] = []

    def complain(column: str, accepted: str) -> None:
        complaints.append((column, cell[column], accepted))

    if not user_type:
        complain("InterpretedUserType", f"use a source, Online or Onprem, a kind and states; the kind: {one_of(KINDS)}")
    mode = MODE.get(cell["TeamsUpgradeEffectiveMode"].casefold())
    if not mode:
        complain("TeamsUpgradeEffectiveMode", one_of(Mode))
    provider = "HostingProvider" if cell["HostingProvider"] else "OnPremHostingProvider"
    stated = PROVIDER.get(cell[provider].casefold())
    location = LOCATIONS.get((user_type["location"] or "").casefold()) if user_type else None
    homing = stated or location
    if not stated and (cell[provider] or not location):
        complain(provider if cell[provider] else "HostingProvider", one_of(PROVIDERS))
    elif location not in (None, homing):
        complain(
            provider, f"InterpretedUserType {echo(cell['InterpretedUserType'])} says {location}; make the two agree"
        )
    allows: dict[str, Any] = {}
    for column, (_, flag) in POLICY_COLUMNS.items():
        if policy := policies.find(column, cell[column]):
            allows[flag] = policy.allows
        else:
            complain(column, policies.accepted(column))
    if complaints or not (mode and homing and isinstance(kind, tuple)):
        return tuple(complaints)
    teams, sfb = kind[0], homing is Homing.ON_PREM if kind[1] is None else kind[1]
    sfb = sfb and edition.taken(mode).has_sfb_client
    try:
        who = Participant("?", mode, homing=homing, has_teams_account=teams, has_sfb_client=sfb, **allows)
    except ValueError as error:
        complain(provider if stated and str(error).startswith("homing") else "InterpretedUserType", str(error))
        return tuple(complaints)
    for problem in edition.problems(who):
        older = [str(each) for each in EDITIONS.values() if not each.problems(who)]
        complain(
            COLUMN_OF.get(problem.field, "InterpretedUserType"),
            f"in edition {edition} {problem.message} ({problem.rule}): {problem.remedy}, and export again; or, if the "
            f"export is older, read it as of edition {' or '.join(older)}",
        )
    return tuple(complaints) or who
