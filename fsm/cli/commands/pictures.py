"""Pictures: one, or the gallery."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from fsm.cli.ask.options import Output, Users, command
from fsm.cli.commands.common import talk
from fsm.cli.ending import InputError, named, writing_to
from fsm.cli.play import play as play_all
from fsm.cli.show.screen import working
from fsm.engine.conversation import Conversation
from fsm.notation.echo import plain

Format = Literal["svg", "png", "dot", "mermaid"]
Theme = Literal["auto", "light", "dark"]
Detail = Literal["full", "brief"]
Engine = Literal["pure", "dot"]


@command
def draw(
    what: Annotated[
        str, typer.Argument(metavar="WHAT", help="chat, call, meeting, terminated_call, conversation or matrix.")
    ],
    between: Annotated[tuple[str, str] | None, typer.Option(metavar="A B", help="What these two can do.")] = None,
    against: Annotated[
        tuple[str, str] | None, typer.Option(metavar="A B", help="With --between: what differs for these two.")
    ] = None,
    path: Annotated[
        Path | None, typer.Option(metavar="EVENTS.jsonl", help="With --between: the run of this log, numbered.")
    ] = None,
    coverage: Annotated[
        Path | None, typer.Option(metavar="EVENTS.jsonl", help="With --between: how often this log uses each row.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="Default: standard output.")] = None,
    format: Annotated[Format | None, typer.Option(help="Default: as FILE ends, or svg.")] = None,
    detail: Annotated[Detail | None, typer.Option(help="Default: brief for --path, else full.")] = None,
    theme: Annotated[Theme, typer.Option(help="An SVG on auto follows its reader's.")] = "auto",
    engine: Annotated[Engine, typer.Option(help="graphviz-pure, or the system's dot.")] = "pure",
    *,
    users: Users,
    output: Output,
) -> None:
    """Draw a lifecycle: all of it, or what two users can do."""
    from fsm.cli.show import pictures

    if output.json and out is None:
        raise InputError("--json: the picture itself goes to standard output; give --out FILE")
    if between is None and (against or path or coverage):
        raise InputError("--between: missing; --against, --path and --coverage are about two users")
    pairing = users.pair(*between) if between else None
    log = path or coverage
    results = None
    if pairing and log:
        pairing, events = talk(log, pairing, users.asked)
        results = [step.result for step in play_all(Conversation(pairing), events)]
    if what == "matrix" and not between:
        picture = pictures.modes(users.scope, users.islands, users.asked)
    else:
        other = users.pair(*against) if against else None
        picture = pictures.choose(what, pairing, other, results, coverage is not None, detail)
    made, size = pictures.put(picture, out, format, theme, engine)
    if out:
        answer = {"file": str(out), "format": made, "bytes": size, "title": picture.title}
        output.screen.answer(answer, output.screen.note(f"{plain(picture.title)}: {named(out)}", indent=0))


@command
def diagrams(
    out: Annotated[Path, typer.Argument(metavar="DIR", help="Where the gallery is.")] = Path("diagrams"),
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; say which files are not as drawn now.")
    ] = False,
    *,
    output: Output,
) -> bool:
    """Draw the gallery, or check that it is fresh."""
    from fsm.draw import NoLayoutEngine, check_gallery, gallery

    screen = output.screen
    try:
        with writing_to("DIR", give="a directory that can be written"), working("drawing") as progress:
            names = check_gallery(out) if check else gallery(out, progress)
    except NoLayoutEngine as error:
        raise InputError(str(error)) from None
    if check:
        told = [screen.note(f"{named(out / name)} is not as drawn now", indent=0) for name in names]
        summary = (
            f"{len(names)} of the gallery's files are stale; run fsm diagrams" if names else "the gallery is fresh"
        )
        screen.answer({"stale": names}, *told, screen.note(summary, indent=0))
        return not names
    screen.answer(
        {"files": [str(out / name) for name in names]},
        screen.note(f"{len(names)} files in {named(out)}", indent=0),
    )
    return True
