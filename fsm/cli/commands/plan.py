"""Moving people, planned: what changes for whom, wave by wave."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fsm.cli.ask.options import Output, Users, command, warn
from fsm.cli.commands.explore import see
from fsm.cli.ending import InputError, named, tell, writing_to
from fsm.cli.show import pages, pictures
from fsm.cli.show.pages import EXPLORER
from fsm.cli.show.screen import Screen, loading, working
from fsm.draw.picture import Picture
from fsm.notation.echo import echo
from fsm.notation.files import write
from fsm.readers.policies import Policies, read_policies
from fsm.readers.tenant import Tenant, UnknownUser, contoso, read_users
from fsm.spec.editions import Edition
from fsm.spec.editions import named as edition_of
from fsm.spec.parties import Mode
from fsm.tenant import TenantError

if TYPE_CHECKING:
    from fsm.plan import Plan, Read, Waves

DEPARTMENT = "Department"
READING = "reading who talks to whom"
EXAMPLE = files("fsm") / "data" / "contoso"
SAY = "say who moves when: give a CSV with address, wave and mode, or --move FILE, or --propose N"


@dataclass(frozen=True)
class Moving:
    """Who moves when, and who talks to whom."""

    move: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Move everybody whose address is in a file, at once.")
    ] = None
    to: Annotated[
        Mode | None,
        typer.Option(metavar="MODE", help="The mode to move to, with --move and --propose. Default: TeamsOnly."),
    ] = None
    contacts: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Who talks to whom: a, b, minutes as CSV or Parquet, or a log.")
    ] = None
    partners: Annotated[
        Path | None, typer.Option(metavar="CSV", help="People of partners: domain or address, mode, people.")
    ] = None
    by: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="Tell it by a column of the export. Default: Department.")
    ] = None


@dataclass(frozen=True)
class Proposing:
    """How waves are proposed."""

    propose: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Propose N waves that part as few as can be who talk.")
    ] = None
    cap: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="With --propose: at most so many people a wave.")
    ] = None
    whole: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="With --propose: who has the same in it moves together.")
    ] = None
    fixed: Annotated[
        list[str] | None,
        typer.Option(metavar="WHO=N", help="With --propose: the wave of an address, or of a value of --whole."),
    ] = None
    save: Annotated[
        Path | None, typer.Option(metavar="CSV", help="With --propose: write the waves there, to go on with.")
    ] = None


@dataclass(frozen=True)
class Showing:
    """What is shown of a plan, and where it is written."""

    letters: Annotated[bool, typer.Option("--letters", help="Messages to all who see the same change.")] = False
    first: Annotated[int, typer.Option(metavar="N", min=1, help="How many of each to tell.")] = 6
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a page, and the explorer beside it.")] = None
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a row for each person, as CSV.")] = None
    parquet: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the same as Parquet.")] = None
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw what changes between groups of people.")
    ] = None


@command
def plan(
    waves: Annotated[
        Path | None,
        typer.Argument(metavar="WAVES", help="A CSV: address, wave, mode, and what else of them changes."),
    ] = None,
    against: Annotated[
        Path | None, typer.Option(metavar="WAVES", help="Another plan of the same people, to compare with.")
    ] = None,
    why: Annotated[
        tuple[str, str] | None, typer.Option(metavar="A B", help="What changes between these two, and why.")
    ] = None,
    wave: Annotated[
        str | None, typer.Option(metavar="WAVE", help="With --why: in this wave. Default: from start to end.")
    ] = None,
    open_: Annotated[bool, typer.Option("--open", help="With --why: play it in the explorer.")] = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON schema of --json, and nothing else.")
    ] = False,
    *,
    moving: Moving,
    proposing: Proposing,
    showing: Showing,
    users: Users,
    output: Output,
) -> bool:
    """What changes for whom when people move from SfB to Teams.

    Every pair of people is compared before and after each wave, in both directions: what a conversation is, chat,
    files, calls, sharing, groups, presence; and what becomes of conversations that are open then. Given nothing, it
    plans the bundled example.

    What cannot be planned is told by line, and the rest is planned; the status is 1 then.
    """
    try:
        from fsm import plan as library
    except ImportError as error:
        raise InputError(str(error)) from None
    from fsm.cli.show import plan as show

    screen = output.screen
    if schema:
        screen.print_json(library.schema())
        return True
    _sane(waves, wave, why, open_, moving, proposing, users)
    _outputs(why, proposing, showing)
    tenant, policies = _tenant(users, [*(moving.by or [DEPARTMENT]), *([proposing.whole] if proposing.whole else [])])
    _columns(tenant, moving, proposing)
    if users.users:
        warn(tenant)
    edition = edition_of(users.edition)
    making = _Making(library, tenant, policies, edition, moving, users)
    try:
        proposal = making.proposed(proposing) if proposing.propose else None
        chosen = proposal.waves if proposal else making.waves(waves)
        made = making.plan(chosen)
        other = making.plan(making.waves(against)) if against else None
        if why:
            return _why(screen, show, made, why, wave, open_)
        return _shown(screen, show, library, made, other, proposal, proposing, showing, making)
    except (ValueError, UnknownUser) as error:
        if isinstance(error, InputError | TenantError):
            raise
        raise InputError(str(error)) from None


def _sane(
    waves: Path | None,
    wave: str | None,
    why: tuple[str, str] | None,
    open_: bool,
    moving: Moving,
    proposing: Proposing,
    users: Users,
) -> None:
    """See that what is given goes together.

    Raises:
        InputError: it does not.
    """
    given = sum(each is not None for each in (waves, moving.move, proposing.propose))
    if given > 1:
        raise InputError("WAVES, --move, --propose: each says who moves when; give one of them")
    if users.users and not given:
        raise InputError(f"WAVES: {SAY}")
    if moving.to and waves:
        raise InputError("--to: is the mode of --move and --propose; WAVES says a mode in every row")
    if users.scope:
        raise InputError("--scope: is known here: partners are of another organisation; leave it out")
    if not why and (open_ or wave is not None):
        raise InputError(f"--{'open' if open_ else 'wave'}: is about two people; give --why A B with it")
    if not proposing.propose:
        for name in ("cap", "whole", "fixed", "save"):
            if getattr(proposing, name) is not None:
                raise InputError(f"--{name}: is about waves that are proposed; give --propose N with it")


def _outputs(why: tuple[str, str] | None, proposing: Proposing, showing: Showing) -> None:
    """See that files can be told apart, and that there will be something to write.

    Raises:
        InputError: they cannot, or there will not.
    """
    taken: dict[Path, str] = {}
    for option in ("save", "csv", "parquet", "html", "picture"):
        path: Path | None = getattr(proposing if option == "save" else showing, option)
        if path is None:
            continue
        if why:
            raise InputError(f"--{option}: is of the whole plan, and --why of two people; give one of them")
        if str(path) == "-":
            raise InputError(f"--{option}: - is not accepted; give a file")
        for each in (path, *([path.with_name(EXPLORER)] if option == "html" else [])):
            if each.resolve() in taken:
                raise InputError(f"--{option}: {named(each)} is written by {taken[each.resolve()]} too; give another")
            taken[each.resolve()] = f"--{option}"
    if showing.picture:
        pictures.format_of(showing.picture, "--picture")


def _tenant(users: Users, keep: list[str]) -> tuple[Tenant, Policies]:
    """The organisation, and what its policies allow."""
    if not users.users:
        users.directory()  # which says what is given without an export
        return contoso(users.asked, keep=keep), Policies()
    policies = read_policies(*(users.policies or ()))
    with loading() as progress:
        tenant = read_users(
            users.users,
            policies,
            edition=users.asked,
            progress=progress,
            on_premises=users.on_premises,
            default_mode=users.default_mode,
            keep=keep,
        )
    return tenant, policies


def _columns(tenant: Tenant, moving: Moving, proposing: Proposing) -> None:
    """See that the columns are there that were asked for.

    Raises:
        InputError: one is not.
    """
    for option, name in (*(("by", each) for each in moving.by or ()), ("whole", proposing.whole)):
        if name is not None and name not in tenant.columns:
            raise InputError(f"--{option}: {echo(name)} is no column of the export of users; give one that is")


class _Making:
    """Makes plans of one organisation."""

    def __init__(
        self, library: Any, tenant: Tenant, policies: Policies, edition: Edition, moving: Moving, users: Users
    ) -> None:
        self.library, self.tenant, self.policies, self.edition, self.moving = library, tenant, policies, edition, moving
        self.around = users.keywords()
        self.example = not users.users
        partners = moving.partners or (EXAMPLE / "partners.csv" if self.example else None)
        read = library.read_partners
        found = read(partners, tenant=tenant, edition=edition) if partners else library.Partners()
        allowed = [each._replace(federates=each.federates and users.federation) for each in found.crowds]
        self.partners = found._replace(crowds=tuple(allowed))
        self.contacts = moving.contacts or (EXAMPLE / "contacts.csv" if self.example else None)

    @cached_property
    def talking(self) -> Read | None:
        """Who talks to whom, if somebody said so."""
        if self.contacts is None:
            return None
        people = self.library.People(self.tenant, self.partners.crowds)
        with working(READING) as progress:
            found: Read = self.library.read_contacts(
                self.contacts, people, progress=lambda done, total: progress(done, total, READING)
            )
        return found

    @cached_property
    def columns(self) -> Mapping[str, list[str]]:
        """What columns say of everybody, in order."""
        return {name: [of.get(each, "") for each in self.tenant] for name, of in self.tenant.columns.items()}

    def waves(self, given: Path | None) -> Waves:
        """The waves of a file, or of the example."""
        if self.moving.move and given is None:
            made: Waves = self.library.move(
                self.moving.move, self.tenant, self.moving.to or Mode.TEAMS_ONLY, edition=self.edition
            )
            return made
        path = given or EXAMPLE / "waves.csv"
        read: Waves = self.library.read_waves(path, self.tenant, policies=self.policies, edition=self.edition)
        return read

    def plan(self, waves: Waves) -> Plan:
        """A plan of some waves."""
        made: Plan = self.library.Plan(
            self.tenant,
            waves,
            crowds=self.partners.crowds,
            columns=self.columns,
            contacts=self.talking,
            edition=self.edition,
            **self.around,
        )
        return made

    def proposed(self, proposing: Proposing) -> Any:
        """Waves that part as few as can be who talk.

        Raises:
            InputError: what has to be kept to cannot be, or nobody said who talks to whom.
        """
        from fsm.plan.propose import propose

        count = proposing.propose or 0
        try:
            talking = self.talking
            if talking is None:
                raise InputError("goes by who talks to whom; give --contacts FILE")
            with working("proposing waves") as progress:
                return propose(
                    self.tenant,
                    talking.contacts,
                    count,
                    to=self.moving.to or Mode.TEAMS_ONLY,
                    columns=self.columns,
                    whole=proposing.whole,
                    cap=proposing.cap,
                    fixed=_all_fixed(proposing.fixed or ()),
                    crowds=self.partners.crowds,
                    edition=self.edition,
                    progress=lambda done, total: progress(done, total, "proposing waves"),
                    **self.around,
                )
        except (ValueError, ImportError) as error:
            raise InputError(f"--propose: {error}") from None


def _all_fixed(texts: list[str] | tuple[()]) -> dict[str, int]:
    found: dict[str, int] = {}
    for who, wave in map(_fixed, texts):
        if found.setdefault(who, wave) != wave:
            raise InputError(f"--fixed: {echo(who)} is given two waves; give one")
    return found


def _fixed(text: str) -> tuple[str, int]:
    who, equals, wave = text.rpartition("=")
    if not equals or not who or not (wave.isascii() and wave.isdecimal()):
        raise InputError(f"--fixed: {echo(text)} is not accepted; give who and the number of the wave, as in Sales=2")
    return who, int(wave)


def _why(screen: Screen, show: Any, made: Plan, two: tuple[str, str], wave: str | None, open_: bool) -> bool:
    try:
        found = made.why(*two, wave)
    except ValueError as error:
        raise InputError(f"--why: {error}") from None
    screen.answer(show.why_data(found), *show.why(screen, found))
    if open_:
        see(found.story)
    return True


def _shown(
    screen: Screen,
    show: Any,
    library: Any,
    made: Plan,
    other: Plan | None,
    proposal: Any,
    proposing: Proposing,
    showing: Showing,
    making: _Making,
) -> bool:
    problems = [str(each) for each in (*made.waves.problems, *making.partners.problems)]
    more = max(0, len(problems) - showing.first) + made.waves.more
    problems = problems[: showing.first]
    if unread := (made.read and made.read.bad):
        problems.append(f"{making.contacts}: {unread:,} contacts cannot be read, and are left out")
    if not made.waves.waves:
        problems.append("nobody moves: no row of the waves is planned")
    with working("comparing") as progress:
        report = library.report(made, progress=lambda done, total: progress(done, total, "comparing"))
    written = []
    tasks: tuple[tuple[str, Path | None, Callable[[Path], object]], ...] = (
        ("--save", proposing.save, lambda path: write(path, library.waves_csv(made.waves).encode())),
        ("--csv", showing.csv, lambda path: library.write_csv(made, path)),
        ("--parquet", showing.parquet, lambda path: library.write_parquet(made, path)),
        ("--html", showing.html, lambda path: pages.put("--html", path, library.page(made, report))),
        ("--picture", showing.picture, lambda path: _draw(show.picture(made), path)),
    )
    for option, path, task in tasks:
        if path is not None:
            with writing_to(option, path):
                task(path)
            written.append(str(path))
            if option == "--html":
                written.append(str(path.with_name(EXPLORER)))
    data = {**report.as_dict(), "partner_problems": [str(each) for each in making.partners.problems]}
    data |= {"written": written, "against": show.against_data(made, other), "proposal": show.proposal_data(proposal)}
    tell(f"Warning: {each}" for each in problems)
    if more:
        tell([f"Warning: and {more:,} more rows are not used; --first or --json tells them"])
    screen.answer(data, *show.shown(screen, report, showing.first, showing.letters, other, made, proposal, written))
    return not problems


def _draw(picture: Picture, path: Path) -> None:
    pictures.put(picture, path, None, "auto", "pure", "--picture")
