"""Logs of what a service did, held against the specification."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from fsm.cli.ask.options import Output, Users, command
from fsm.cli.commands.common import called, log_file
from fsm.cli.ending import InputError, named
from fsm.cli.show.screen import working
from fsm.spec.parties import Pairing

COLUMNAR = (".parquet", ".arrow", ".feather")


@command
def replay(
    log: Annotated[Path, typer.Argument(metavar="LOG", help="JSON Lines, CSV, Parquet or Arrow; - is stdin.")],
    between: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="A B", help="The two users wherever the log names no mode: as for fsm run."),
    ] = None,
    format: Annotated[Literal["jsonl", "csv"] | None, typer.Option(help="Default: as LOG ends, or jsonl.")] = None,
    first: Annotated[int, typer.Option(metavar="N", min=0, help="How many departures to tell in words.")] = 10,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Pass over lines that cannot be read.")] = False,
    picture: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Draw how often the log uses each row; with --lifecycle, into a file."),
    ] = None,
    lifecycle: Annotated[
        Literal["chat", "call", "meeting", "terminated_call"] | None,
        typer.Option(help="With --picture: draw this one only."),
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

    Logs in Parquet and Arrow, of any size, are replayed in bulk: counted rather than told one by one, and every
    conversation to its end. Of what was seen only "accepted" is compared.
    """
    from fsm.cli.show.pictures import after, drawing
    from fsm.cli.show.replay import draw, room, shown
    from fsm.replay import LogError
    from fsm.replay import replay as follow

    if lifecycle and not picture:
        raise InputError("--lifecycle: says which picture to draw; give --picture FILE with it")
    room(picture, lifecycle)
    if log.suffix in COLUMNAR:
        if format or skip_bad or users.users:
            raise InputError(f"LOG: {named(log)} is columnar; --format, --skip-bad and --users are for lines")
        return _bulk(log, users.pair(*between) if between else None, picture, lifecycle, users, output)
    known = users.directory()
    try:
        with log_file(log) as path, working("following") as progress:
            report = follow(
                path,
                format=format,
                name=called(log),
                between=users.pair(*between) if between else None,
                users=known.tenants[0] if users.users else {},
                skip_bad=skip_bad,
                progress=lambda done, total: progress(done, total, "following"),
                **users.keywords(),
            )
    except LogError as error:
        raise InputError(str(error)) from None
    drawn, trouble = drawing(lambda: draw(report.rows, picture, lifecycle) if picture else [])
    screen = output.screen
    screen.answer({**report.as_dict(), "pictures": [str(file) for file in drawn]}, *shown(screen, report, first, drawn))
    return after(report.ok, trouble)


def _bulk(
    log: Path, between: Pairing | None, picture: Path | None, lifecycle: str | None, users: Users, output: Output
) -> bool:
    from fsm.cli.show.pictures import after, drawing
    from fsm.cli.show.replay import draw, in_bulk
    from fsm.replay import LogError

    try:
        from fsm.replay.bulk import replay as follow

        with working("reading") as progress:
            report = follow(log, between=between, progress=progress, **users.keywords())
    except (LogError, ImportError) as error:
        raise InputError(str(error)) from None
    drawn, trouble = drawing(lambda: draw(report.rows, picture, lifecycle) if picture else [])
    screen = output.screen
    screen.answer({**report.as_dict(), "pictures": [str(file) for file in drawn]}, *in_bulk(screen, report, drawn))
    return after(report.ok, trouble)
