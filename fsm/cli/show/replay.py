"""Showing what following a log came to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from fsm.cli.ending import named, writing_to
from fsm.cli.show import pages, pictures
from fsm.cli.show.screen import Screen
from fsm.notation.echo import plain
from fsm.notation.files import ready
from fsm.replay import Departure, Report
from fsm.spec.conversation import CONVERSATION, LIFECYCLES
from fsm.spec.rules import RULES

if TYPE_CHECKING:
    from fsm.draw import Edited
    from fsm.replay.align import Group
    from fsm.replay.align import Report as Alignments
    from fsm.replay.bulk import Report as Bulk

NO_RULE = "none"
"""What stands for a rule where an event does not apply, or is not theirs to fire."""


def shown(
    screen: Screen, report: Report, first: int, drawn: list[Path], explained: bool = False
) -> Iterator[RenderableType]:
    """How many follow, how many depart by which rule, and the first departures in words; not where all is explained."""
    yield screen.facts(
        ("conversations", f"{len(report):,}"),
        ("events", f"{report.events:,}"),
        ("follow", f"{report.follow:,}{_names(report) if report.follow <= first else ''}"),
        ("may follow", f"{report.may_follow:,}" if report.may_follow else ""),
        ("depart", f"{len(report.departures):,}"),
        ("unread", f"{report.unread:,}, with a line that cannot be read" if report.unread else ""),
        ("left", f"{report.left:,} events, after a departure or a line that cannot be read" if report.left else ""),
        ("supplied", _supplied(report)),
        ("rows used", f"{len(report.rows):,} of {len(CONVERSATION.rows):,}"),
        ("drawn", "\n".join(map(named, drawn))),
        indent=0,
    )
    if report.departures and not explained:
        table = screen.table("rule", "says", "departures")
        table.columns[0].no_wrap = True
        table.columns[2].justify = "right"
        for rule, count in report.by_rule.items():
            says = RULES[rule].says if rule else "the event does not apply there, or is not theirs to fire"
            table.add_row(rule or NO_RULE, says, f"{count:,}")
        yield screen.note("")
        yield table
    if report.may_follow:
        yield from _may_follow(screen, report, first)
    departures = () if explained else report.departures
    for each in departures[:first]:
        yield from _departure(screen, report, each)
    more = len(departures) - first
    if more > 0:
        yield screen.heading(f"and {more:,} departure{'s' * (more > 1)} more; --first or --json tells them")
    if report.bad:
        yield screen.heading(f"{report.bad_lines:,} lines cannot be read, and were passed over")
        yield from (screen.note(f"{report.where(line)}: {plain(message)}") for line, message in report.bad[:first])
    for note in report.notes:
        yield screen.note(str(note))


def _supplied(report: Report) -> str:
    """Columns that nobody recorded, and on how many lines."""
    return "\n".join(f"{name}, on {count:,} line{'s' * (count > 1)}" for name, count in report.supplied.items())


def _may_follow(screen: Screen, report: Report, first: int) -> Iterator[RenderableType]:
    """What has to be so for what may follow to do so."""
    yield screen.heading("may follow, in one way")
    may = [each for each in report if each.answer == "may follow"]
    yield screen.facts(
        *((named(each.conversation) or "the log", "\n".join(map(plain, each.assumed))) for each in may[:first])
    )
    if len(may) > first:
        yield screen.note(f"and {len(may) - first:,} more; --first or --json tells them")


def _names(report: Report) -> str:
    follow = ", ".join(named(result.conversation) for result in report if result.follows)
    return f": {follow}" if follow else ""


def _departure(screen: Screen, report: Report, each: Departure) -> Iterator[RenderableType]:
    what = plain(f" {each.event} by {each.by}")
    yield Text.assemble(f"\n{plain(each.source) or report.where(each.line)}: ", screen.mark(False), what, style="bold")
    yield screen.facts(
        ("conversation", named(each.conversation)),
        ("the log says", plain(each.observed)),
        ("expected", plain(each.expected)),
        ("because", plain(each.message)),
        ("instead", each.instead),
        ("rules", " ".join(each.rules)),
    )


def aligned(screen: Screen, report: Alignments, first: int, written: list[Path]) -> Iterator[RenderableType]:
    """The fewest edits that make the log follow, the same ones together; what is accepted, and what has changed."""
    yield screen.heading("the fewest edits that the tables accept")
    yield screen.facts(
        ("variants", f"{report.variants:,}"),
        ("edits", f"{report.cost:,}"),
        ("fitness", f"{report.fitness:.4f}, of a conversation {report.average_fitness:.4f}"),
        ("precision", f"{report.precision:.4f}"),
        ("accepted", f"{sum(each.times for each in report.accepted):,} edits" if report.accepted else ""),
        ("not found", f"{len(report.unused):,} of those accepted" if report.unused else ""),
        ("written", "\n".join(map(named, written))),
        indent=0,
    )
    for each in report.groups[:first]:
        yield from _group(screen, report, each)
    more = len(report.groups) - first
    if more > 0:
        yield screen.heading(f"and {more:,} edit{'s' * (more > 1)} more; --first or --json tells them")
    if report.since is not None:
        yield screen.heading("since the earlier report" if report.since else "as in the earlier report")
        yield screen.facts(
            *((each.trend, f"{each.before:,} to {each.now:,}: {plain(str(each.edit))}") for each in report.since)
        )


def _group(screen: Screen, report: Alignments, each: Group) -> Iterator[RenderableType]:
    yield Text.assemble("\n", screen.mark(False), plain(f" {each.edit}"), style="bold")
    yield screen.facts(
        ("times", f"{each.times:,}, in {each.conversations:,} conversation{'s' * (each.conversations > 1)}"),
        ("rule", f"{each.edit.rule}: {RULES[each.edit.rule].says}" if each.edit.rule else NO_RULE),
        ("such as", f"{named(each.conversation)}, {plain(each.source) or report.followed.where(each.line)}"),
    )


def in_bulk(screen: Screen, report: Bulk, drawn: list[Path]) -> Iterator[RenderableType]:
    """How many depart and how, and what is refused by which rule."""
    yield screen.facts(
        ("conversations", f"{report.conversations:,}"),
        ("events", f"{report.events:,}, {report.accepted:,} accepted"),
        ("changes", f"{report.changes:,}" if report.changes else ""),
        ("follow", f"{report.conversations - report.departed:,}"),
        ("depart", f"{report.departed:,}"),
        ("rows used", f"{len(report.rows):,} of {len(CONVERSATION.rows):,}"),
        ("not compared", ", ".join(map(plain, report.passed_over))),
        ("drawn", "\n".join(map(named, drawn))),
        indent=0,
    )
    if report.partings:
        table = screen.table("first departs at", "by", "expected", "conversations")
        table.columns[3].justify = "right"
        for each, count in report.partings.items():
            verdict = each.kind.by(each.rule) if each.kind else "accepted"
            table.add_row(each.event, each.by, verdict, f"{count:,}")
        yield screen.note("")
        yield table


def room(out: Path | None, lifecycle: str | None, html: Path | None = None) -> None:
    """See that pictures and a page can be written, before the log is read.

    Raises:
        InputError: they cannot.
    """
    if out and lifecycle:
        pictures.format_of(out, "--picture")
        with writing_to("--picture", out):
            ready(out)
    elif out:
        pictures.directory("--picture", out)
    if html:
        pages.room("--html", html)


def draw(rows: Mapping[str, int], out: Path, lifecycle: str | None, explained: Alignments | None = None) -> list[Path]:
    """How often each row was used, and what is to be edited where: one lifecycle into a file, or each into a directory.

    Raises:
        InputError: it cannot be written there.
    """
    from fsm.draw import coverage

    edits = _edited(explained) if explained else None
    files = {lifecycle: out} if lifecycle else {name: out / f"{name}.svg" for name in LIFECYCLES}
    for name, file in files.items():
        pictures.put(coverage(CONVERSATION.lifecycles[name], rows, edits), file, None, "auto", "pure", "--picture")
    return list(files.values())


def write_page(report: Alignments, out: Path) -> list[Path]:
    """Why a log does not follow, as a page, and the explorer beside it.

    Raises:
        InputError: it cannot be written there, or not be drawn.
    """
    from fsm.draw import coverage
    from fsm.replay.align import page

    edits = _edited(report)
    drawn = {
        name: coverage(each, report.followed.rows, edits, detail="brief")
        for name, each in CONVERSATION.lifecycles.items()
        if any(edit.lifecycle == name for edit in edits)
    }
    svg = {name: pictures.rendered(each, "svg", "auto", "pure").decode() for name, each in drawn.items()}
    return pages.put("--html", out, page(report, svg))


def _edited(report: Alignments) -> list[Edited]:
    """The edits that are not accepted, as pictures have them."""
    from fsm.draw import Edited

    return [
        Edited(where.lifecycle, where.state, each.edit.kind, each.edit.event, each.edit.by, where.times)
        for each in report.groups
        for where in each.where
    ]
