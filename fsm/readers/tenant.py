"""Participants from what admins export: ``Get-CsOnlineUser``, and ``Get-CsUser`` of servers of one's own.

A bad row is reported with its line, column and accepted values, and the rest is still read; nothing is guessed in
silence. A row of somebody who cannot converse is set aside with the reason. A file of no use at all is an error. What
is assumed of somebody is a note: once, of how many, of whom, with what would tell.

**Where a user is homed** is what HostingProvider says, or OnPremHostingProvider where that is empty, together with
the location in InterpretedUserType. If they contradict each other, or all keep silent, the row is a problem.

**Which mode** TeamsUpgradeEffectiveMode says, or else TeamsUpgradePolicy, a kind of user that is TeamsOnly by name, the
organisation's mode, or the one that is named for those of whom nothing else tells. Modes go by their policies' names
too.

**Which accounts a user has** is what the kind of user in InterpretedUserType says (`fsm.readers.usertypes`):

===================================================== ============= ==========================
Kind                                                  Teams account SfB account and client
===================================================== ============= ==========================
TeamsOnlyUser                                         yes           no
TeamsUser, FreemiumUser, EnabledUserWithTeamsLicense  yes           only if homed on-premises
SfBUserWithTeamsLicense, …WithSfBAndTeamsLicense      yes           yes
SfBUser                                               no            yes
===================================================== ============= ==========================

A mode that needs an account which the kind rules out is a problem, and so is TeamsOnly on-premises (MODE-1, MODE-2).
Exports from before kinds had licences in their names say nothing by leaving them out: where no row of a file names one,
whoever needs an account for their mode is taken to have it, which is noted.
In an edition in which TeamsOnly users have no SfB account, they have none whatever the kind says, for it tells what
they were licensed for (ED-3).

**Which edition** the export is of: the newest, unless another is named. A user who does not exist in it is a problem:
today, whoever is homed online and not TeamsOnly was misread, or a move of theirs failed (ED-2). The export does not
tell which, so nothing is guessed: the row is left out, like every row with a problem, and looking the user up says
why. An export from before August 2021 is read with ``edition="base"``.

**Which policies** EffectivePolicyAssignments says, where it is there in full, which knows those of groups; else the
columns of policies, of which an empty one is Global, and it is noted that a group may have another. A policy that is
not known is a problem (`fsm.readers.policies`).

Users who are disabled, deleted, without licence or service, guests, and applications are the ones who cannot converse.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias, cast

from fsm.notation.echo import LONGEST, echo, plain
from fsm.readers.answers import TenantError, answers, folded, shape
from fsm.readers.csvfile import PROGRESS_EVERY, Line, Progress, cause, encoding, header, opened, rows
from fsm.readers.federation import Federation
from fsm.readers.notes import Note, Noted
from fsm.readers.policies import (
    MODE,
    MODES,
    OTHERS,
    POLICY_COLUMNS,
    POLICY_TYPE,
    UNREAD,
    UPGRADE,
    Policies,
    Source,
    assigned,
    one_of,
    policy_name,
    read_policies,
)
from fsm.readers.usertypes import APPLICATION, KINDS, UNLICENSED, Part, UserType, user_type
from fsm.spec.editions import EDITIONS, Edition, named
from fsm.spec.parties import Homing, Mode, Participant, Platform, Topology, bare, choose

Complaint: TypeAlias = tuple[str, str, str]
"""Column, value, and what is accepted instead."""


class Verdict(NamedTuple):
    """What facts make of a user: somebody who can converse, the reason why they cannot, or what is wrong; and what is
    assumed of them, and whether that there are no licences in kinds is."""

    user: Participant | str | tuple[Complaint, ...]
    assumed: tuple[str, ...] = ()
    old: bool = False


COLUMN_OF = {"mode": "TeamsUpgradeEffectiveMode", "homing": "HostingProvider"}
"""The column of a fact for which an edition does not admit a user; InterpretedUserType tells the others."""

GIVE = "give what Get-CsOnlineUser | Export-Csv writes"
MOST_PROBLEMS = 1000
"""Problems of an export that are told; of those after them it is told how many there are."""
LONGEST_CELL = 4096
"""Characters that a cell may have where it counts."""
DECIDED = 1024
"""Different rows, addresses aside, of which it is kept what they come to."""
MOST_BYTES = 1 << 26
"""Bytes that an export of users may have in JSON or as a list, which are read whole; as CSV it may have any number."""
PEEKED = 4096
"""Bytes by which the shape of an export is told."""

IDENTITY = ("UserPrincipalName", "SipAddress")
NAMES = ("Identity", "ObjectId", "Guid")
"""What else names a user: an object id, as Graph has it, or a distinguished name."""
REQUIRED = (*IDENTITY, "TeamsUpgradeEffectiveMode", "InterpretedUserType", "HostingProvider", *POLICY_COLUMNS)
ENABLED = {
    "AccountEnabled": "cannot sign in",
    "IsSipEnabled": "without SIP service",
    "Enabled": "without SIP service",
}
"""Columns that are False for somebody who cannot converse, and why; Enabled is the former name of IsSipEnabled."""
EFFECTIVE = "EffectivePolicyAssignments"
OPTIONAL = (
    "OnPremHostingProvider",
    "AccountType",
    "SoftDeletionTimestamp",
    *ENABLED,
    UPGRADE,
    EFFECTIVE,
    *NAMES,
)
COLUMNS = (*REQUIRED, *OPTIONAL)
IMPLIED = {
    "UserPrincipalName": ("SipAddress",),
    "SipAddress": ("UserPrincipalName",),
    "TeamsUpgradeEffectiveMode": (UPGRADE,),
    "HostingProvider": ("OnPremHostingProvider", "InterpretedUserType"),
    **dict.fromkeys(POLICY_COLUMNS, (EFFECTIVE,)),
}
"""Columns that may be left out, and those of which one has to be there then."""
AT = {column: at for at, column in enumerate(COLUMNS)}
"""Where each of COLUMNS is among the cells of a row."""
SERVER, ALONE = "HostingProvider of Get-CsUser", "in Get-CsUser alone"
OF_A_ROW = tuple(column for column in COLUMNS if column not in (*IDENTITY, *NAMES))
FACTS = (*OF_A_ROW, SERVER, ALONE)
"""What decides about a user: the columns that are no names, and what a row of Get-CsUser adds."""
_OF_A_ROW, _NAMES = (itemgetter(*(AT[column] for column in columns)) for columns in (OF_A_ROW, NAMES))
OF_SERVERS = ("RegistrarPool", "SamAccountName")
"""Columns of Get-CsUser; an export with one of them, and with none of those that it lacks, is of it."""
LACKED = ("TeamsUpgradeEffectiveMode", "InterpretedUserType", *POLICY_COLUMNS)

PROVIDERS = {
    "sipfed.online.lync.com": Homing.ONLINE,
    "sipfed.online.gov.skypeforbusiness.us": Homing.ONLINE,
    "sipfed.online.dod.skypeforbusiness.us": Homing.ONLINE,
    "sipfed.online.partner.lync.cn": Homing.ONLINE,
    "SRV:": Homing.ON_PREM,
}
ACCOUNT_TYPES = {
    "User": Part("a user in the cloud"),
    "SfBOnPremUser": Part("a user of a server of the organisation's own", homing=Homing.ON_PREM),
    "Guest": Part("of another organisation", cannot="a guest"),
    "ResourceAccount": Part("of a room or an application", cannot=APPLICATION),
    "IneligibleUser": Part("without a licence", cannot=UNLICENSED),
    "Unknown": Part("the former name of IneligibleUser", cannot=UNLICENSED),
}
ADDRESS = re.compile(r"[^\s@\ufffd]+@[^\s@\ufffd]+")
PROVIDER, ACCOUNT_TYPE = folded(PROVIDERS), folded(ACCOUNT_TYPES)

WRITTEN_OUT = "export users with | ConvertTo-Json -Depth 5"
EMPTY = (
    "a policy that is empty is taken for Global, and is another where a group that they are in has one; export "
    f"EffectivePolicyAssignments too ({WRITTEN_OUT})"
)
NO_POLICIES = "Get-CsUser has no policies of Teams, and Global is taken of each; give what Get-CsOnlineUser writes too"
NO_FILE = "Global of {columns} is taken to allow everything, as Microsoft's does; give what their cmdlets write"
NOT_IN_FULL = f"EffectivePolicyAssignments is not there in full, and the columns of policies are read; {WRITTEN_OUT}"
A_TYPE = f"a policy is not there, but the name of its type; {WRITTEN_OUT}"
OF_ORGANISATION = "nothing says their mode; that of the organisation, {mode}, is taken"
OF_DEFAULT = "nothing says their mode; {mode} is taken, as asked for"
OF_PLACE = "nothing says their mode; {mode} is taken, as nobody homed {homing} has another in edition {edition}"
OLD_KIND = (
    "their kind of user names no licence, and no kind in this export does; an account that their mode needs is taken "
    "to be there; export users with the module of today, or make the mode one that they have the account for"
)
NO_KIND = "nothing says which accounts they have; those that their mode needs are taken to be there"
MOVE = "; finish the move to the cloud (Move-CsUser), or grant them another mode, and export again"
ALL_OF_SERVERS = (
    'is of Get-CsUser, which has no modes; name one for all, as in default_mode="SfBOnly" (--default-mode), or give '
    "what Get-CsOnlineUser writes, and this as on_premises (--on-premises), which joins the two by address"
)
NO_USERS = "holds no users; give the file as policies too"


class UnknownUser(KeyError):
    """No user has this address. The message says why if the row was left out, and else which addresses come close."""

    def __init__(self, address: str, tenant: Tenant) -> None:
        super().__init__(address)
        self._address, self._tenant = address, tenant

    def __str__(self) -> str:
        from difflib import get_close_matches  # searched here, because a miss that nobody prints has to stay cheap

        wanted = bare(self._address)
        if row := self._tenant.left_out.get(wanted):
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

    A mapping from UserPrincipalName as written. Looking up takes either address of a user, their Identity or object
    id, in any case, with or without ``sip:``; a miss raises UnknownUser, which is a KeyError. Of the problems it has
    the first MOST_PROBLEMS, and how many more there are. What is assumed of users, and what was not read of the files,
    are notes. With whom the organisation federates is there where a configuration of it was given.
    """

    users: Mapping[str, Participant]
    problems: tuple[Problem, ...]
    skipped: tuple[Skipped, ...]
    index: Mapping[str, Participant]
    more_problems: int = 0
    notes: tuple[Note, ...] = ()
    federation: Federation | None = None
    left_out: Mapping[str, Skipped | Problem] = field(default_factory=dict)
    """Of whom there is a row that is skipped or has a problem, by each of their names: the first that tells why."""
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What other columns say of users, such as Department, by column and UserPrincipalName as written."""

    @property
    def reasons(self) -> Mapping[str, int]:
        """Why rows are skipped, and how many for each reason."""
        return Counter(row.reason for row in self.skipped)

    @property
    def topology(self) -> Topology | None:
        """The organisation's SfB deployment, as far as its federation tells (RTE-8); None where it does not."""
        return self.federation.topology if self.federation else None

    def federates(self, address: str) -> bool | None:
        """Whether this organisation federates with an address, or a domain; None where that is not known (RTE-9).

        A Pairing's ``federation_allowed`` needs it of both organisations, and has no direction: what is barred one way
        is barred.
        """
        return self.federation.allows(address) if self.federation else None

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
    on_premises: Source | None = None,
    default_mode: Mode | str | None = None,
    keep: Iterable[str] = (),
) -> Tenant:
    """An organisation from its exports; see read_users and read_policies, also for what they raise."""
    policies = read_policies(*policy_paths)
    return read_users(
        users_path,
        policies,
        edition=edition,
        progress=progress,
        on_premises=on_premises,
        default_mode=default_mode,
        keep=keep,
    )


def contoso(edition: Edition | str | None = None, *, keep: Iterable[str] = ()) -> Tenant:
    """The bundled example: contoso.com, a hybrid organisation of 400 on its way to Teams; they exist in every edition.

    ``examples/contoso/make.py`` makes all but the first sixteen.
    """
    names = ("meeting-policies.json", "messaging-policies.json", "calling-policies.json")
    return _bundled("users.csv", *names, edition=edition, keep=keep)


def fabrikam(edition: Edition | str | None = None) -> Tenant:
    """The bundled example of an organisation that contoso.com federates with."""
    return _bundled("fabrikam-users.csv", edition=edition)


def read_users(
    path: Source,
    policies: Policies | None = None,
    *,
    edition: Edition | str | None = None,
    progress: Progress | None = None,
    on_premises: Source | None = None,
    default_mode: Mode | str | None = None,
    keep: Iterable[str] = (),
) -> Tenant:
    """The users in what ``Get-CsOnlineUser | Export-Csv`` wrote, or ``Get-CsUser`` on servers of one's own.

    Args:
        path: UTF-8, or UTF-16 with a byte order mark; separated by comma, semicolon or tab; with or without the
            ``#TYPE`` line; or what ConvertTo-Json or Format-List wrote. It has the REQUIRED columns, but for those that
            IMPLIED ones make up for, and the OPTIONAL ones if it likes; others do not matter.
        policies: what the policies that users name allow; see read_policies.
        edition: the edition that the export is of, or its name; default: the newest.
        progress: called with bytes done and bytes in all, every few thousand rows and at the end.
        on_premises: what ``Get-CsUser | Export-Csv`` wrote, to be joined by address: it says where users are homed, and
            who else there is, whose mode is then the organisation's or ``default_mode``.
        default_mode: the mode of those of whom no file says it. An export of ``Get-CsUser`` alone says it of nobody.
        keep: other columns that are kept as they are, such as Department; one that is not there is not kept.

    Raises:
        TenantError: the file cannot be read, is empty, lacks columns, or says no modes and none is named.
        ValueError: there is no such edition or mode.
    """
    at = named(edition)
    default = None if default_mode is None else _named_mode(default_mode)
    reading = _Reading(policies or Policies(), at, default, keep)
    if on_premises is not None:
        reading.servers(os.fspath(on_premises))
    reading.users_of(os.fspath(path), progress)
    return reading.tenant()


def _named_mode(mode: Mode | str) -> Mode:
    found = MODE.get(mode.casefold()) if isinstance(mode, str) else None
    return found or choose(Mode, mode, "default_mode")  # which says what is accepted


def _bundled(*names: str, edition: Edition | str | None, keep: Iterable[str] = ()) -> Tenant:
    from contextlib import ExitStack
    from importlib.resources import as_file, files

    with ExitStack() as stack:
        data = files("fsm") / "data" / "contoso"
        users, *policies = [stack.enter_context(as_file(data / name)) for name in names]
        return load(users, policies, edition=edition, keep=keep)


class _Table(NamedTuple):
    """The names of a row's fields, at which of them each of COLUMNS is, what takes these out of a row, whether it is of
    Get-CsUser, and the rows."""

    names: list[str]
    columns: list[int]
    pick: Callable[[Sequence[str]], tuple[str, ...]]
    of_servers: bool
    rows: Iterator[Line]

    @property
    def width(self) -> int:
        """How many fields a row has."""
        return len(self.names)


class _Server(NamedTuple):
    """A row of Get-CsUser: its line and its cells."""

    line: int
    cells: list[str]


class _Reading:
    """An organisation while it is read."""

    def __init__(self, policies: Policies, edition: Edition, default: Mode | None, keep: Iterable[str] = ()) -> None:
        self.policies, self.default = policies, default
        self.columns: dict[str, dict[str, str]] = {name: {} for name in keep}
        decide = partial(_decide, policies, edition, default)
        self.decide = lru_cache(maxsize=DECIDED)(decide)
        self.strictly = partial(decide, licensed=True)
        self.users: dict[str, Participant] = {}
        self.index: dict[str, Participant] = {}
        self.problems: list[Problem] = []
        self.more_problems = 0
        self.skipped: list[Skipped] = []
        self.left_out: dict[str, Skipped | Problem] = {}
        self.notes: list[Note] = []
        self.server: dict[str, _Server] = {}
        self.server_path = ""
        self.old: list[tuple[int, list[str], tuple[str, ...]]] = []
        self.licensed = False

    def tenant(self) -> Tenant:
        """What was read."""
        return Tenant(
            self.users,
            tuple(self.problems),
            tuple(self.skipped),
            self.index,
            self.more_problems,
            (*self.policies.notes, *self.notes),
            self.policies.federation,
            self.left_out,
            self.columns,
        )

    def complain(
        self, path: str, line: int, complaints: Sequence[Complaint], address: str = "", names: Iterable[str] = ()
    ) -> None:
        """Keep what is wrong with a row, as long as there is not too much."""
        told = complaints[: MOST_PROBLEMS - len(self.problems)]
        problems = [Problem(path, line, *complaint, address) for complaint in told]
        self.problems += problems
        self.more_problems += len(complaints) - len(told)
        if problems:
            self.leave_out(problems[0], names)

    def leave_out(self, row: Skipped | Problem, names: Iterable[str]) -> None:
        """Keep why somebody is not there, by each of their names."""
        for name in filter(None, map(bare, names)):
            self.left_out.setdefault(name, row)

    def servers(self, path: str) -> None:
        """Read what is to be joined.

        Raises:
            TenantError: it is of no use, or not of Get-CsUser.
        """
        self.server_path = path
        with _opened(path) as (binary, text):
            table = _table(path, binary, text, False, self.notes)
            if not table.of_servers:
                raise TenantError(
                    f"{plain(path)}: is no export of Get-CsUser; give what Get-CsUser | Export-Csv writes"
                )
            for line, row in table.rows:
                if isinstance(row, str):
                    self.complain(path, line, [("row", row, f"give {table.width} fields, and close every quote")])
                    continue
                server = _Server(line, _cells(row, table))
                for each in filter(None, map(bare, server.cells[:2])):
                    self.server.setdefault(each, server)

    def users_of(self, path: str, progress: Progress | None) -> None:
        """Read an export, and then who is in that of Get-CsUser alone.

        Raises:
            TenantError: it is of no use.
        """
        noted = Noted(path, "user")
        with _opened(path) as (binary, text):
            total = os.fstat(binary.fileno()).st_size
            some = bool(self.default or self.policies.mode)
            table = _table(path, binary, text, some, self.notes)
            kept = self.keeping(table)
            if table.of_servers and not some:
                raise TenantError(f"{plain(path)}: {ALL_OF_SERVERS}")
            for count, (line, row) in enumerate(table.rows):
                if progress and not count % PROGRESS_EVERY:
                    progress(binary.tell(), total)
                if isinstance(row, str):
                    self.complain(path, line, [("row", row, f"give {table.width} fields, and close every quote")])
                    continue
                self.row(path, line, _cells(row, table), table.of_servers, noted, [row[n].strip() for n in kept])
        if progress:
            progress(total, total)
        if self.old and self.licensed:
            self.as_licensed(path)
        else:
            for _, cells, _ in self.old:
                noted.add(OLD_KIND, cells[0])
        self.notes += noted
        self.of_servers_alone()

    def joined(self, *addresses: str) -> _Server | None:
        """The row of Get-CsUser of somebody, which is taken out."""
        servers = [self.server.pop(bare(name), None) for name in addresses]
        server = next(filter(None, servers), None)
        if server:
            for each in map(bare, server.cells[:2]):
                self.server.pop(each, None)
        return server

    def keeping(self, table: _Table) -> list[int]:
        """Where in a row the columns are that are kept as they are; those that are not there are not kept."""
        names = [name.casefold() for name in table.names]
        found = {name: names.index(name.casefold()) for name in self.columns if name.casefold() in names}
        self.columns = {name: {} for name in found}
        return list(found.values())

    def row(self, path: str, line: int, cells: list[str], alone: bool, noted: Noted, kept: Sequence[str] = ()) -> None:
        """Read a row; ``alone`` where it is of Get-CsUser, ``kept`` what is in columns that are kept as they are."""
        if sum(map(len, cells)) > LONGEST_CELL and (long := _long(cells)):
            self.complain(path, line, long)
            return
        address, sip = cells[:2]
        names = [address, sip, *_NAMES(cells)]
        server = self.joined(address, sip) if self.server else None
        provider = server.cells[AT["HostingProvider"]] if server else ""
        facts = (*_OF_A_ROW(cells), provider, ALONE if alone else "")
        self.licensed = self.licensed or "teamslicense" in cells[AT["InterpretedUserType"]].casefold()
        verdict = self.decide(facts)
        user = verdict.user
        if isinstance(user, str):
            skipped = Skipped(path, line, address, user)
            self.skipped.append(skipped)
            self.leave_out(skipped, names)
            return
        called = [bare(name) if name else "" for name in names]
        complaints = [*_addresses(names, called, self.index), *(user if isinstance(user, tuple) else ())]
        if complaints:
            self.complain(path, line, complaints, address, names)
        else:
            person = cast("Participant", user).called(address)
            self.users[address] = person
            for name in filter(None, called):
                self.index[name] = person
            for values, cell in zip(self.columns.values(), kept, strict=True):
                values[address] = cell
            if verdict.old:
                self.old.append((line, names, facts))
        if not complaints or A_TYPE in verdict.assumed:
            for says in verdict.assumed:
                noted.add(says, address)

    def as_licensed(self, path: str) -> None:
        """Take back what was assumed of kinds without licence, as other rows name one."""
        for line, names, facts in self.old:
            user = self.strictly(facts).user
            del self.users[names[0]]
            for name in filter(None, map(bare, names)):
                self.index.pop(name, None)  # two names of theirs may be one
            self.complain(path, line, user if isinstance(user, tuple) else (), names[0], names)
        self.problems.sort(key=lambda problem: problem.line)

    def of_servers_alone(self) -> None:
        """Read who is in the export of Get-CsUser alone."""
        noted = Noted(self.server_path, "user")
        rows = sorted({id(each): each for each in self.server.values()}.values())
        self.server = {}
        for line, cells in rows:
            self.row(self.server_path, line, cells, True, noted)
        self.notes += noted


@contextmanager
def _opened(path: str) -> Iterator[tuple[io.BufferedReader, io.TextIOWrapper]]:
    """A file, and its text; what goes wrong with it while it is read is a TenantError."""
    try:
        with opened(path) as binary, io.TextIOWrapper(binary, encoding(binary), "replace", newline="") as text:
            yield binary, text
    except OSError as error:
        raise TenantError(f"{plain(path)}: {cause(error, GIVE)}") from None


def _cells(row: Sequence[str], table: _Table) -> list[str]:
    """The cells of a row in the order of COLUMNS; an address that has no column is the other one."""
    cells = [*map(str.strip, table.pick(row))]
    if table.columns[0] == table.width:
        cells[0] = cells[1][4:] if cells[1][:4].casefold() == "sip:" else cells[1]
    if cells[AT[EFFECTIVE]]:
        cells[AT[EFFECTIVE]] = assigned(cells[AT[EFFECTIVE]])
    return cells


def _table(path: str, binary: io.BufferedReader, text: io.TextIOWrapper, some: bool, notes: list[Note]) -> _Table:
    """The rows of an export, whatever its shape.

    Args:
        path: the file.
        binary: the same, open.
        text: and its text.
        some: whether there is a mode for those of whom the export says none.
        notes: takes what is not read.
    """
    if shape(binary.peek(PEEKED)[:PEEKED].decode(text.encoding, "replace")) in ("json", "list"):
        return _whole(path, some, notes)
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
    hint = "; NUL bytes hint at UTF-16 without its byte order mark" if "\0" in above.text else ""
    return _columns(f"{path}:{above.line}", found, some, hint, rows(text, above, len(found)))


def _whole(path: str, some: bool, notes: list[Note]) -> _Table:
    """The same of what is read whole: JSON, and lists of properties."""
    users = frozenset(map(str.casefold, OTHERS["users"]))
    found = answers(path, MOST_BYTES, GIVE)
    having = [each for each in found if any(users & set(map(str.casefold, raw)) for _, raw in each.records)]
    if len(having) > 1:
        twice = " and ".join(echo(each.name) for each in having)
        raise TenantError(f"{plain(path)}: has users under {twice}; give one of them, or each in a file of its own")
    taken = having[0] if having else found[0]
    aside = Noted(path, "answer")
    for each in found:
        if each is not taken:
            aside.add(NO_USERS, each.name)
    notes.extend(aside)
    names = list(dict.fromkeys(name for _, raw in taken.records for name in raw))
    lines: Iterator[Line] = ((line, [*(_cell(raw.get(name)) for name in names), ""]) for line, raw in taken.records)
    first = taken.records[0][0] if taken.records else 1
    return _columns(f"{plain(path)}:{first}", names, some, "", lines)


def _cell(value: Any) -> str:
    """A value as a cell has it."""
    if value is None or isinstance(value, str):
        return value or ""
    return str(value) if isinstance(value, bool | int) else json.dumps(value)


def _columns(where: str, found: list[str], some: bool, hint: str, lines: Iterator[Line]) -> _Table:
    """A table, if it has the columns that it takes."""
    names = [name.casefold() for name in found]
    times = {column: names.count(column.casefold()) for column in COLUMNS}
    there = {column for column, count in times.items() if count}
    of_servers = any(name.casefold() in names for name in OF_SERVERS) and not there.intersection(LACKED)
    lacked: tuple[str, ...] = LACKED if of_servers else ()
    if some:
        lacked += ("TeamsUpgradeEffectiveMode",)
    missing = {
        column
        for column in REQUIRED
        if column not in there and column not in lacked and not there.intersection(IMPLIED.get(column, ()))
    }
    if wrong := [column for column in COLUMNS if times[column] > 1 or column in missing]:
        raise TenantError(f"{where}: give once each {', '.join(wrong)}; found {', '.join(found)[:1000]!r}{hint}")
    columns = [names.index(column.casefold()) if times[column] else len(names) for column in COLUMNS]
    return _Table(found, columns, itemgetter(*columns), of_servers, lines)


def _long(cells: Iterable[str]) -> list[Complaint]:
    return [
        (column, cell[:LONGEST_CELL], f"it has {len(cell):,} characters; give at most {LONGEST_CELL:,}")
        for column, cell in zip(COLUMNS, cells, strict=True)
        if len(cell) > LONGEST_CELL
    ]


def _addresses(names: Sequence[str], called: Sequence[str], index: Mapping[str, Participant]) -> Iterator[Complaint]:
    """What is wrong with somebody's names, as written and as they are compared: two addresses, and then others."""
    both = called[:2] if called[1] and called[1] != called[0] else called[:1]
    for column, value, key in zip(IDENTITY, names, both, strict=False):
        if not (ADDRESS.fullmatch(value) and value.isprintable()):
            yield column, value, "use name@domain"
        elif key in index:
            yield column, value, "an earlier row has this address, and is kept"
    for column, value, key in zip(NAMES, names[2:], called[2:], strict=True):
        if key and key not in both and key in index:
            yield column, value, "an earlier row has this name, and is kept"


def _decide(
    policies: Policies, edition: Edition, default: Mode | None, facts: tuple[str, ...], licensed: bool = False
) -> Verdict:
    """What facts make of a user; ``licensed`` where the export names licences in kinds of users."""
    cell = dict(zip(FACTS, facts, strict=True))
    kind = user_type(cell["InterpretedUserType"])
    account = ACCOUNT_TYPE.get((cell["AccountType"] or "User").casefold())
    reasons = (
        "deleted" if cell["SoftDeletionTimestamp"] else "",
        account.cannot if account else "",
        kind.part.cannot if kind else "",
        *(why for column, why in ENABLED.items() if cell[column].casefold() == "false"),
    )
    if reason := next(filter(None, reasons), None):
        return Verdict(reason)
    case = _Case(cell, kind, account or ACCOUNT_TYPES["User"], policies, edition, default)
    if not kind and not cell[ALONE]:
        case.complain(
            "InterpretedUserType", f"use a source, Online or Onprem, a kind and states; the kind: {one_of(KINDS)}"
        )
    if not account:
        case.complain("AccountType", one_of(ACCOUNT_TYPES))
    for column in ENABLED:
        if cell[column] and cell[column].casefold() != "true":
            case.complain(column, "use True or False")
    homing = case.homing()
    mode = case.mode(homing)
    allows = case.allows()
    if case.complaints or not (mode and homing):
        return case.verdict()
    return case.user(mode, homing, allows, licensed)


class _Case:
    """A user while it is decided what becomes of them."""

    def __init__(
        self,
        cell: Mapping[str, str],
        kind: UserType | None,
        account: Part,
        policies: Policies,
        edition: Edition,
        default: Mode | None,
    ) -> None:
        self.cell, self.kind, self.account = cell, kind, account
        self.policies, self.edition, self.default = policies, edition, default
        self.provider = "HostingProvider" if cell["HostingProvider"] else "OnPremHostingProvider"
        self.stated = PROVIDER.get(cell[self.provider].casefold())
        self.complaints: list[Complaint] = []
        self.assumed: list[str] = []
        whole = cell[EFFECTIVE] not in ("", UNREAD)
        self.effective: Mapping[str, str] | None = json.loads(cell[EFFECTIVE]) if whole else None
        if cell[EFFECTIVE] == UNREAD:
            self.assumed.append(NOT_IN_FULL)

    def complain(self, column: str, accepted: str, value: str | None = None) -> None:
        """Say what is wrong with a cell."""
        self.complaints.append((column, self.cell[column] if value is None else value, accepted))

    def verdict(self, old: bool = False) -> Verdict:
        """What is wrong."""
        return Verdict(tuple(self.complaints), tuple(self.assumed), old)

    def homing(self) -> Homing | None:
        """Where the user is homed, if what says it agrees."""
        cell, stated = self.cell, self.stated
        place = self.kind.part.homing if self.kind else None
        server = PROVIDER.get(cell[SERVER].casefold())
        homing = stated or place or self.account.homing or server
        if not stated and (cell[self.provider] or not homing):
            self.complain(self.provider if cell[self.provider] else "HostingProvider", one_of(PROVIDERS))
        elif place not in (None, homing):
            said = echo(cell["InterpretedUserType"])
            self.complain(self.provider, f"InterpretedUserType {said} says {place}; make the two agree")
        elif self.account.homing not in (None, homing):
            self.complain("AccountType", f"a user homed {homing} has another; make the two agree")
        if cell[SERVER] and not server:
            self.complain(SERVER, one_of(PROVIDERS))
        elif server not in (None, homing):
            self.complain(SERVER, f"what Get-CsOnlineUser writes says {homing}; make the two agree")
        return homing

    def mode(self, homing: Homing | None) -> Mode | None:
        """The mode, as the first says that says anything."""
        stated = self.cell["TeamsUpgradeEffectiveMode"]
        if stated:
            mode = MODE.get(policy_name(stated).casefold())
            if not mode:
                self.complain("TeamsUpgradeEffectiveMode", one_of(Mode))
            return mode
        upgrade = (self.effective or {}).get(UPGRADE) or ("" if self.cell[ALONE] else self.cell[UPGRADE])
        name = policy_name(upgrade).casefold()
        if name not in ("", "global"):
            mode = self.policies.modes.get(name)
            if not mode:
                self.complain(UPGRADE, one_of(MODES), upgrade)
            return mode
        if self.kind and self.kind.part.mode:
            return self.kind.part.mode
        mode = self.policies.mode or self.default
        if not mode:
            self.complain("TeamsUpgradeEffectiveMode", one_of(Mode))
            return None
        there = [each for each in Mode if self.exists(each, homing)] if homing else []
        if len(there) == 1 and there != [mode]:
            self.assumed.append(OF_PLACE.format(mode=there[0], homing=homing, edition=self.edition))
            return there[0]
        self.assumed.append((OF_ORGANISATION if self.policies.mode else OF_DEFAULT).format(mode=mode))
        return mode

    def exists(self, mode: Mode, homing: Homing) -> bool:
        """Whether anybody of a mode is homed there."""
        try:
            return not self.edition.problems(self.edition.participant("?", mode, homing=homing))
        except ValueError:
            return False

    def allows(self) -> dict[str, Any]:
        """What the policies allow."""
        allows: dict[str, Any] = {}
        empty, without = False, []
        for column, (_, fact) in POLICY_COLUMNS.items():
            name = self.cell[column]
            if self.effective is not None:
                there = self.effective.get(column, "")
                if policy_name(name).casefold() not in ("", (policy_name(there) or "global").casefold()):
                    self.complain(column, f"{EFFECTIVE} says {echo(there or 'Global')}; make the two agree")
                name = there
            policy = self.policies.find(column, name)
            if not policy:
                self.complain(column, self.policies.accepted(column), name)
                if POLICY_TYPE.fullmatch(name):
                    self.assumed.append(A_TYPE)
                continue
            allows[fact] = policy.allows
            if self.effective is None and not policy_name(name) and self.policies.open(column):
                empty = True
            if self.policies.kinds and not policy.path:
                without.append(column)
        if without:
            self.assumed.append(NO_FILE.format(columns=", ".join(without)))
        if self.cell[ALONE]:
            self.assumed.append(NO_POLICIES)
        elif empty:
            self.assumed.append(EMPTY)
        return allows

    def user(self, mode: Mode, homing: Homing, allows: dict[str, Any], licensed: bool) -> Verdict:
        """Somebody of this mode, homed there; or why there is nobody like that."""
        teams, sfb = mode.platform is not Platform.SFB, mode.platform is not Platform.TEAMS
        old = False
        if self.kind:
            part = self.kind.part
            has_teams, has_sfb = bool(part.teams), homing is Homing.ON_PREM if part.sfb is None else part.sfb
            lacks = (teams and not has_teams) or (sfb and not has_sfb)
            old = lacks and not (licensed or self.kind.licensed or self.kind.whole)
            teams, sfb = has_teams or (old and teams), has_sfb or (old and sfb)
        else:
            self.assumed.append(NO_KIND)
        sfb = sfb and self.edition.taken(mode).has_sfb_client
        try:
            who = Participant("?", mode, homing=homing, has_teams_account=teams, has_sfb_client=sfb, **allows)
        except ValueError as error:
            homed = str(error).startswith("homing")
            remedy = MOVE if homed else ""
            self.complain(self.provider if self.stated and homed else "InterpretedUserType", f"{error}{remedy}")
            return self.verdict()
        for problem in self.edition.problems(who):
            older = [str(each) for each in EDITIONS.values() if not each.problems(who)]
            self.complain(
                COLUMN_OF.get(problem.field, "InterpretedUserType"),
                f"in edition {self.edition} {problem.message} ({problem.rule}): {problem.remedy}, and export again; "
                f"or, if the export is older, read it as of edition {' or '.join(older)}",
            )
        if self.complaints:
            return self.verdict()
        return Verdict(who, tuple(self.assumed), old)
