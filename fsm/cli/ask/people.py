"""Naming users: by an address in an export, by a mode, and either with changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeAlias

from fsm.cli.ending import InputError
from fsm.notation.echo import echo, plain
from fsm.readers.csvfile import Progress
from fsm.readers.policies import MODE
from fsm.readers.tenant import Tenant, UnknownUser, contoso, fabrikam, load
from fsm.spec.editions import Edition
from fsm.spec.facts import Facts, facts, merged, read
from fsm.spec.parties import PERSONAL, Mode, Participant

Loading: TypeAlias = Callable[[], AbstractContextManager[Progress]]

EXAMPLE = "TeamsOnly,client=teams-mac"


class Directory:
    """Where addresses are looked up: the export given, or else the bundled ones.

    Args:
        users: what Get-CsOnlineUser | Export-Csv wrote.
        policies: what Get-CsTeams{Meeting,Messaging,Calling}Policy | ConvertTo-Json wrote.
        loading: what to read ``users`` within; gives what is told how much of it has been read.
        how: how to read ``users`` besides: what else ``load`` takes.
        edition: the edition in which users have to exist, and that fills in what is not said of them. Without one,
            exports are read as of the newest, and a described user is as the base takes them.
    """

    def __init__(
        self,
        users: Path | None,
        policies: Sequence[Path],
        loading: Loading,
        edition: Edition | None = None,
        how: Mapping[str, Any] | None = None,
    ) -> None:
        if policies and not users:
            raise InputError("--policies: says what the users of an export may do; give the export with --users")
        self._how = {name: each for name, each in (how or {}).items() if each is not None}
        if self._how and not users:
            options = " and ".join(f"--{name.replace('_', '-')}" for name in self._how)
            raise InputError(f"{options}: says how to read an export; give the export with --users")
        self._files = users, policies, loading
        self._edition = edition
        self._tenants: tuple[Tenant, ...] = ()

    @property
    def tenants(self) -> tuple[Tenant, ...]:
        """The exports, read when first asked for.

        Raises:
            TenantError: a file is of no use.
        """
        if not self._tenants:
            users, policies, loading = self._files
            if users:
                with loading() as progress:
                    self._tenants = (load(users, policies, edition=self._edition, progress=progress, **self._how),)
            else:
                self._tenants = (contoso(self._edition), fabrikam(self._edition))
        return self._tenants

    def find(self, text: str, label: str) -> tuple[Participant, Tenant | None]:
        """The user that ``text`` describes, and the export they are in, if any.

        Args:
            text: an address or a mode, and then any number of ``,key=value``.
            label: the address of a user described without one.

        Raises:
            InputError: it describes nobody, or nobody who exists in the edition; the message says what is accepted.
        """
        first, values = described(text, label)
        base = home = None
        if "@" in first:
            home = next((tenant for tenant in self.tenants if first in tenant), None)
            if home:
                base = home[first]
                values["address"] = base.address
            elif "mode" not in values:
                where = "" if self._files[0] else " (the bundled examples; give your own with --users)"
                why = UnknownUser(first, self.tenants[0])
                raise InputError(f"{why}{where}; or describe the user, as in {plain(first)},mode=TeamsOnly")
        make = self._edition.participant if self._edition and not base else Participant
        try:
            who = make(**merged(facts(base) if base else {}, values))
        except ValueError as error:
            raise InputError(f"{echo(text)}: {error}") from None
        if self._edition and (problems := self._edition.problems(who)):
            raise InputError(f"{echo(text)}: {'; '.join(map(str, problems))}")
        return who, home


def described(text: str, label: str) -> tuple[str, Facts]:
    """The first word of a description, and every value that it gives.

    Raises:
        InputError: the first word is neither an address nor a mode, or another is not a fact of a user.
    """
    first, *rest = (word.strip() for word in text.split(","))
    mode = MODE.get(first.casefold())
    if not mode and "@" not in first:
        raise InputError(
            f"{echo(text)}: {echo(first)} is neither an address nor a mode; give an address from an export, "
            f"or one of {', '.join(Mode)}, as in {EXAMPLE}"
        )
    values: Facts = {"address": label, "mode": mode} if mode else {"address": first}
    said = {"mode"} if mode else {"address"}
    for word in rest:
        key, equals, value = (part.strip() for part in word.partition("="))
        if not equals:
            raise InputError(f"{echo(text)}: {echo(word)} is not accepted; use key=value, as in {EXAMPLE}")
        if key in said:
            raise InputError(f"{echo(text)}: {key} is said twice; say it once")
        said.add(key)
        try:
            values[key] = read(key, value, PERSONAL)
        except ValueError as error:
            raise InputError(f"{echo(text)}: {error}") from None
    return first, values
