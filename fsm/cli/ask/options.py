"""Options that commands have in common, and how a command takes them, answers and fails."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from fsm.cli.ask.people import Directory
from fsm.cli.ending import InputError, tell
from fsm.cli.show.screen import Screen, loading
from fsm.cli.statuses import NO
from fsm.spec.editions import EDITIONS, NEWEST, Edition, named
from fsm.spec.parties import IslandsInterop, Mode, Pairing, Scope, Topology
from fsm.tenant import Tenant

PROBLEMS_SHOWN = 5
Name = StrEnum("Name", {name: name for name in EDITIONS})  # type: ignore[misc]  # its members are the editions


@dataclass(frozen=True)
class Output:
    """How to answer."""

    json: Annotated[bool, typer.Option("--json", help="Answer in JSON, and in nothing else.")] = False

    @property
    def screen(self) -> Screen:
        """Where the answer goes."""
        return Screen(self.json)


@dataclass(frozen=True)
class Surroundings:
    """What surrounds two users."""

    scope: Annotated[
        Scope | None, typer.Option(help="One organisation or two. Default: two if the users' exports are.")
    ] = None
    topology: Annotated[Topology, typer.Option(help="The organisation's SfB deployment.")] = Topology.HYBRID
    federation: Annotated[bool, typer.Option(help="Whether both organisations allow federation (RTE-9).")] = True
    same_cloud: Annotated[
        bool, typer.Option("--same-cloud/--other-cloud", help="Whether both are in one cloud (RTE-10).")
    ] = True
    islands: Annotated[IslandsInterop, typer.Option(help="The reading of interop for Islands users (ISL-1).")] = (
        IslandsInterop.NEVER
    )
    edition: Annotated[
        Name | None,
        typer.Option(
            help="The product at a date: who exists, and what is taken where nothing is said. "
            f"Default: exports are read as of {NEWEST}, and a mode is that of anybody, as in base.",
        ),
    ] = None

    @property
    def asked(self) -> Edition | None:
        """The edition asked for, if any."""
        return named(self.edition) if self.edition else None

    def keywords(self, default: Scope = Scope.IN_TENANT) -> dict[str, Any]:
        """What a Pairing takes besides its users."""
        return {
            "scope": self.scope or default,
            "topology": self.topology,
            "federation_allowed": self.federation,
            "same_cloud": self.same_cloud,
            "islands_interop": self.islands,
        }


@dataclass(frozen=True)
class Users(Surroundings):
    """Where users are looked up, and what surrounds them."""

    users: Annotated[
        Path | None,
        typer.Option(help="What Get-CsOnlineUser | Export-Csv wrote. Default: the bundled examples.", metavar="CSV"),
    ] = None
    on_premises: Annotated[
        Path | None,
        typer.Option(help="What Get-CsUser | Export-Csv wrote, to be joined to the users by address.", metavar="CSV"),
    ] = None
    default_mode: Annotated[
        Mode | None, typer.Option(metavar="MODE", help="The mode of users of whom no export says one.")
    ] = None
    policies: Annotated[
        list[Path] | None,
        typer.Option(help="What Get-CsTeams...Policy | ConvertTo-Json wrote. May be repeated.", metavar="JSON"),
    ] = None

    def directory(self) -> Directory:
        """Where addresses are looked up.

        Raises:
            InputError: there are policies, or how to read users is said, and no users.
        """
        how = {"on_premises": self.on_premises, "default_mode": self.default_mode}
        return Directory(self.users, self.policies or (), loading, self.asked, how)

    def pair(self, first: str, second: str) -> Pairing:
        """The two users that are described, in a conversation that the first one starts.

        Raises:
            InputError: a description, or the two together, are not accepted.
            TenantError: an export is of no use.
        """
        directory = self.directory()
        if self.users:
            warn(directory.tenants[0])
        (one, here), (two, there) = directory.find(first, "a"), directory.find(second, "b")
        apart = here is not None and there is not None and here is not there
        around = self.keywords(Scope.FEDERATED if apart else Scope.IN_TENANT)
        for home, other in ((here, two), (there, one)):
            if home and "@" in other.address:  # of who is described by a mode alone no domain is known
                around["federation_allowed"] &= home.federates(other.address) is not False
        try:
            return Pairing(one, two, **around)
        except ValueError as error:
            raise InputError(str(error)) from None


def warn(tenant: Tenant) -> None:
    """Tell what is wrong with an export, and what is assumed of it."""
    tell(f"Warning: {problem}" for problem in tenant.problems[:PROBLEMS_SHOWN])
    more = len(tenant.problems) + tenant.more_problems - PROBLEMS_SHOWN
    if more > 0:
        tell([f"Warning: and {more} problem{'s' * (more > 1)} more; rows with problems are left out"])
    tell(f"Note: {note}" for note in tenant.notes)


def command(function: Callable[..., bool | None]) -> Callable[..., None]:
    """A command for typer: the fields of its dataclass parameters become options.

    It exits with 1 where the function returns False.
    """
    grouped: dict[str, type[Any]] = {
        n: kind for n, kind in get_type_hints(function).items() if isinstance(kind, type) and is_dataclass(kind)
    }
    hints = get_type_hints(function, include_extras=True)
    parameters = []
    for name, parameter in inspect.signature(function).parameters.items():
        if name not in grouped:
            parameters.append(parameter.replace(kind=parameter.KEYWORD_ONLY, annotation=hints[name]))
            continue
        inner = get_type_hints(grouped[name], include_extras=True)
        parameters += [
            parameter.replace(
                name=field.name, kind=parameter.KEYWORD_ONLY, default=field.default, annotation=inner[field.name]
            )
            for field in fields(grouped[name])
        ]

    @functools.wraps(function)
    def run(**given: Any) -> None:
        groups = {
            name: kind(**{field.name: given.pop(field.name) for field in fields(kind)})
            for name, kind in grouped.items()
        }
        if function(**given, **groups) is False:
            raise typer.Exit(NO)

    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run
