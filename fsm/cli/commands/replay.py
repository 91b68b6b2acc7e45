"""Logs of what a service did, held against the specification."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from fsm.cli.ask.options import Output, Users, command
from fsm.cli.commands.common import columns_of, log_file, log_files
from fsm.cli.commands.explore import see
from fsm.cli.ending import InputError, named
from fsm.cli.show.screen import working
from fsm.engine.address import address, steps
from fsm.readers.csvfile import Progress
from fsm.readers.events import of_one
from fsm.readers.faults import LogError
from fsm.readers.log import Log
from fsm.spec.facts import KINDS, from_facts, read
from fsm.spec.parties import Pairing

if TYPE_CHECKING:
    from fsm.replay import Report
    from fsm.replay.align import Report as Alignments
    from fsm.replay.bulk import Report as Bulk

COLUMNAR = (".parquet", ".arrow", ".feather")


Logs = Annotated[
    list[Path],
    typer.Argument(metavar="LOG...", help="Logs, traces and records, folders of them, archives; - is stdin."),
]
Format = Annotated[str | None, typer.Option(help="What the logs are. Default: what they look like.")]
Columns = Annotated[
    list[str] | None, typer.Option(metavar="OURS=THEIRS", help="What a log calls a column of ours; may be repeated.")
]


@command
def replay(
    logs: Logs,
    between: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="A B", help="The two users wherever the log names no mode: as for fsm run."),
    ] = None,
    format: Format = None,
    column: Columns = None,
    first: Annotated[int, typer.Option(metavar="N", min=0, help="How many departures to tell in words.")] = 10,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Pass over lines that cannot be read.")] = False,
    picture: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Draw how often the log uses each row, and with --align its edits; with --lifecycle, into a file.",
        ),
    ] = None,
    lifecycle: Annotated[
        Literal["chat", "call", "meeting", "terminated_call"] | None,
        typer.Option(help="With --picture: draw this one only."),
    ] = None,
    open_: Annotated[
        bool, typer.Option("--open", help="Open the explorer where the first departs, in a browser.")
    ] = False,
    align: Annotated[
        bool, typer.Option("--align", help="Explain all that departs, by the fewest edits that the tables accept.")
    ] = False,
    accepted: Annotated[
        Path | None, typer.Option(metavar="FILE", help="With --align: edits to set aside, as a JSON array.")
    ] = None,
    since: Annotated[
        Path | None, typer.Option(metavar="REPORT", help="With --align: what --json wrote before, to compare with.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="With --align: write a page, and the explorer beside it.")
    ] = None,
    bulk: Annotated[
        bool, typer.Option("--bulk", help="Count what a log comes to, and tell no line: of JSON Lines and CSV, too.")
    ] = False,
    spark: Annotated[
        str | None,
        typer.Option(metavar="MASTER", help="Replay Parquet and Arrow on Spark: local[2], spark://HOST:PORT, yarn."),
    ] = None,
    *,
    users: Users,
    output: Output,
) -> bool:
    """Which conversations of a log follow the specification.

    Of each that does not it says where it first departs, and by which rule. A line is {"conversation": 7, "event":
    "send_text", "by": "originator"}. The first of a conversation also says who the two are, as in "originator.mode":
    "TeamsOnly", unless their addresses are in --users, or --between says it for all. A later one that says otherwise is
    a change in mid-conversation. Any line may say what was seen of the event: "accepted": false, "rule", the state of
    "chat", "call", "meeting" or "terminated_call" after it, "effects". It is compared; what is not said is not.

    A log may leave open what nobody recorded: who hung up, which of several events it was, when. Every reading is
    followed, and a conversation may follow if one does. SIP traces, call records, CDR, XES, OCEL 2 and others are read
    as what they are; fsm events shows what is read of them.

    With --align all that departs is explained: which events are extra, missing, by the wrong party or seen otherwise,
    by the fewest edits that there can be, the same ones together. The status then is 0 if all of them are accepted.

    Logs in Parquet and Arrow, of any size, are replayed in bulk, but for --align: counted rather than told one by one,
    and every conversation to its end. Of what was seen only "accepted" is compared. With --bulk so are JSON Lines and
    CSV, and what a log leaves open is an error then. Without it they are followed line by line, however long they are.
    """
    from fsm.cli.show.pictures import after, drawing
    from fsm.cli.show.replay import aligned, draw, room, shown, write_page
    from fsm.replay import replay as follow

    if lifecycle and not picture:
        raise InputError("--lifecycle: says which picture to draw; give --picture FILE with it")
    if (accepted or since or html) and not align:
        raise InputError("--accepted, --since, --html: are about edits; give --align with them")
    room(picture, lifecycle, html)
    columnar = len(logs) == 1 and logs[0].suffix in COLUMNAR
    if bulk or spark or (columnar and not align):
        of_lines = {"--format": format, "--column": column, "--skip-bad": skip_bad, "--open": open_, "--align": align}
        if for_lines := [option for option, value in {**of_lines, "--users": users.users}.items() if value]:
            why = "no line is told with --bulk" if bulk else f"{named(logs[0])} is counted, and no line of it told"
            raise InputError(f"{', '.join(for_lines)}: {why}; leave it out")
        return _bulk(logs, spark, users.pair(*between) if between else None, picture, lifecycle, users, output)
    known = users.directory()
    explained: Alignments | None = None
    try:
        aligning = _aligning(accepted, since) if align else None
        reading = _rows(logs[0], format, column) if columnar else partial(log_files, logs, format, column)
        with working("following") as progress, reading(partial(_shown, progress)) as log:
            how: dict[str, Any] = {
                "between": users.pair(*between) if between else None,
                "users": known.tenants[0] if users.users else {},
                "skip_bad": skip_bad,
                **users.keywords(),
            }
            if aligning:
                explained = aligning(log, **how)
            report = explained.followed if explained else follow(log, **how)
            start = _departing(log, report, users, between) if open_ and report.departures else ""
    except (LogError, ImportError) as error:
        raise InputError(str(error)) from None
    drawn, trouble = drawing(lambda: draw(report.rows, picture, lifecycle, explained) if picture else [])
    screen = output.screen
    data = {**report.as_dict(), "pictures": [str(file) for file in drawn]}
    told = shown(screen, report, first, drawn, bool(explained))
    if explained:
        pages, unwritten = drawing(lambda: write_page(explained, html) if html else [])
        trouble = trouble or unwritten
        data |= {"alignment": explained.as_dict(), "pages": [str(file) for file in pages]}
        told = chain(told, aligned(screen, explained, first, pages))
    screen.answer(data, *told)
    if start:
        see(start)
    return after(explained.ok if explained else report.ok, trouble)


def _rows(
    path: Path, format: str | None, column: list[str] | None
) -> Callable[[Progress], AbstractContextManager[Log]]:
    """A log in columns, row by row."""
    from fsm.replay.bulk.rows import Rows

    if format:
        raise InputError(f"--format: {named(path)} is columnar; leave it out")
    try:
        log = Log(Rows(path), name=named(path), columns=columns_of(column))
    except ValueError as error:
        raise InputError(str(error)) from None
    return lambda progress: nullcontext(log)


def _aligning(accepted: Path | None, since: Path | None) -> Callable[..., Alignments]:
    """Aligns a log, with what is accepted and was reported before; these are read first."""
    from fsm.replay import align as aligning

    return partial(
        aligning.align,
        set_aside=aligning.accepted(accepted) if accepted else (),
        since=aligning.earlier(since) if since else None,
    )


def _departing(log: Log, report: Report, users: Users, between: tuple[str, str] | None) -> str:
    """The conversation that departs first, up to there, as the explorer's address."""
    first = report.departures[0]
    rows = [
        dict(values)
        for line, values in log
        if isinstance(values, dict) and values.get("conversation", "") == first.conversation and line <= first.line
    ]
    try:
        pairing, events = of_one(Log(rows), users.pair(*between) if between else _two(rows))
    except LogError as error:
        raise InputError(f"--open: {error}") from None
    return address(pairing, steps(events))


def _two(rows: list[dict[str, Any]]) -> Pairing:
    """The two that the first row of a conversation says."""
    return from_facts({name: read(name, value) for name, value in rows[0].items() if name in KINDS})


def _shown(progress: Callable[[int, int, str], object], done: int, total: int) -> None:
    progress(done, total, "following")


@command
def events(
    logs: Logs,
    format: Format = None,
    column: Columns = None,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Pass over lines that cannot be read.")] = False,
) -> bool:
    """Show what is read of traces and records, as our own JSON Lines.

    Each says where it comes from (source), and which of it nobody recorded (assumed); for what else a line may say see
    fsm replay. What was set aside is told on stderr, and so are lines that cannot be read; the status is 1 then, unless
    they are to be passed over.
    """
    from fsm.readers.faults import BadLines

    bad = BadLines()
    try:
        with working("reading") as progress, log_files(logs, format, column, partial(_shown, progress)) as log:
            for line, values in log:
                if isinstance(values, str):
                    bad.add(line, values)
                    continue
                typer.echo(json.dumps({"source": log.where(line), **values}, ensure_ascii=False))
            told = [str(each) for each in log.notes]
            if bad.count:
                told += str(bad.error(log.where)).splitlines()
    except LogError as error:
        raise InputError(str(error)) from None
    for each in told:
        typer.echo(each, err=True)
    return skip_bad or not bad.count


def _bulk(
    logs: list[Path],
    spark: str | None,
    between: Pairing | None,
    picture: Path | None,
    lifecycle: str | None,
    users: Users,
    output: Output,
) -> bool:
    from fsm.cli.show.pictures import after, drawing
    from fsm.cli.show.replay import draw, in_bulk

    try:
        if spark:
            report = _on_spark(logs, spark, between=between, **users.keywords())
        else:
            from fsm.replay.bulk import replay as follow

            with working("reading") as progress, ExitStack() as until:
                files = [until.enter_context(log_file(each)) for each in logs]
                log = files if files[1:] else files[0]
                report = follow(log, between=between, progress=progress, **users.keywords())
    except (LogError, ImportError) as error:
        raise InputError(str(error)) from None
    drawn, trouble = drawing(lambda: draw(report.rows, picture, lifecycle) if picture else [])
    screen = output.screen
    screen.answer({**report.as_dict(), "pictures": [str(file) for file in drawn]}, *in_bulk(screen, report, drawn))
    return after(report.ok, trouble)


def _on_spark(logs: list[Path], master: str, **how: Any) -> Bulk:
    from fsm.replay.spark import Failed, session
    from fsm.replay.spark import replay as follow

    try:
        with session(master) as made, working("replaying"):
            return follow(logs, spark=made, **how)
    except Failed as error:
        raise InputError(f"--spark: {error}") from None
