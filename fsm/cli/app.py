"""The commands, one function each: read what is asked, ask the library, show the answer."""

from __future__ import annotations

import sys
from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

import typer

import fsm
from fsm.cli import data, show
from fsm.cli.log import read
from fsm.cli.matrix import matrix as every_pair
from fsm.cli.options import Output, Surroundings, Users, command
from fsm.cli.people import InputError
from fsm.cli.play import Event, Played
from fsm.cli.play import play as play_all
from fsm.cli.screen import working
from fsm.cli.show import ON, names
from fsm.cli.where import places
from fsm.engine.conversation import Conversation
from fsm.engine.outcome import LostSignal, Outcome, UnknownEvent
from fsm.notation import Party
from fsm.spec.conversation import LIFECYCLES
from fsm.spec.parties import Client
from fsm.spec.routing import PRESENCE_RULES
from fsm.spec.routing import presence as shown_presence
from fsm.spec.routing import route as routed
from fsm.spec.rules import RULES, Rule

app = typer.Typer(
    name="fsm",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
Format = Literal["svg", "png", "dot", "mermaid"]
Theme = Literal["auto", "light", "dark"]
Detail = Literal["full", "brief"]
Engine = Literal["pure", "dot"]
A = Annotated[str, typer.Argument(metavar="A", help="Who starts: an address, or a mode; then ,key=value.")]
B = Annotated[str, typer.Argument(metavar="B", help="Who receives, in the same way.")]
BETWEEN = typer.Option(metavar="A B", help="The two users: an address each, or a mode; then ,key=value.")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"interop-fsm {fsm.__version__}")
        raise typer.Exit


@app.callback()
def _app(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """One-to-one conversations between Teams and Skype for Business (SfB), as state machines that run.

    A user is an address in an export (adele.vance@contoso.com is in the bundled one) or a coexistence mode, followed
    by whatever differs: TeamsOnly,client=teams-mac,allow_private_meet_now=false

    Exit status: 0 fine, 1 the answer is no, 2 the input cannot be read.
    """


@app.command()
@command
def tour(
    out: Annotated[Path, typer.Option(help="Where the diagrams go.", metavar="DIR")] = Path("fsm-tour"),
    *,
    output: Output,
) -> None:
    """Start here: a story of Teams and SfB, played step by step."""
    from fsm.cli.tour import tour

    tour(output.screen, out)


@app.command()
@command
def run(
    events: Annotated[Path, typer.Argument(metavar="EVENTS.jsonl", help="One JSON object a line; - is stdin.")],
    between: Annotated[tuple[str, str], BETWEEN],
    *,
    users: Users,
    output: Output,
) -> bool:
    """Play a log of events: what came of each, or why not.

    A line is {"event": "call_audio", "by": "originator"}, where by may be an address, or a change in mid-conversation
    such as {"change": {"recipient": {"mode": "TeamsOnly", "homing": "online"}}}.
    """
    pairing = users.pair(*between)
    log = read(_lines(events), "stdin" if str(events) == "-" else str(events), pairing)
    conversation = Conversation(pairing)
    steps = list(play_all(conversation, log))
    refused = sum(not isinstance(step.result, Outcome) for step in steps)
    screen, called = output.screen, names(pairing)
    shown = [*show.route(screen, pairing, called), show.sides(screen, pairing, called)]
    for step in steps:
        shown += show.step(screen, step, called, _title(step, called))
        if step.event.pairing:
            shown.append(show.sides(screen, step.pairing, called))
    screen.answer(
        {
            **data.between(pairing),
            "steps": [data.played(step) for step in steps],
            "accepted": len(steps) - refused,
            "refused": refused,
            "state": conversation.state,
            "owners": conversation.owners,
        },
        *shown,
        screen.heading(f"{len(steps) - refused} accepted, {refused} refused. Now:"),
        show.standing(screen, conversation.places, called),
    )
    return not refused


def _lines(path: Path) -> list[bytes]:
    if str(path) == "-":
        return sys.stdin.buffer.read().splitlines()
    try:
        return path.read_bytes().splitlines()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; give a file of events, or - for stdin") from None


def _title(step: Played, called: dict[str, str]) -> str:
    event = step.event
    return event.event if event.pairing else f"{event.event} by {called.get(event.by, 'the service')}"


@app.command()
@command
def route(a: A, b: B, *, users: Users, output: Output) -> bool:
    """Where a conversation lands, or why it is impossible."""
    pairing = users.pair(a, b)
    screen = output.screen
    screen.answer(data.between(pairing), *show.route(screen, pairing, names(pairing)))
    return routed(pairing).refusal is None


@app.command()
@command
def presence(
    a: Annotated[str, typer.Argument(metavar="A", help="Whose presence: an address, or a mode; then ,key=value.")],
    seen_by: Annotated[str, typer.Option(metavar="B", help="Who looks, in the same way.")],
    *,
    users: Users,
    output: Output,
) -> None:
    """Whether A shows Teams presence or SfB presence to B."""
    pairing = users.pair(a, seen_by)
    who, watcher = pairing.originator, pairing.recipient
    shows = shown_presence(who, watcher.client.platform, pairing.scope)
    rule, called, screen = RULES[PRESENCE_RULES[who.mode.platform]], names(pairing), output.screen
    screen.answer(
        {
            "publisher": asdict(who),
            "watcher": asdict(watcher),
            "watcher_on": watcher.client.platform,
            "scope": pairing.scope,
            "presence": shows,
            "rule": rule.id,
        },
        screen.facts(
            (called[Party.ORIGINATOR], f"shows {ON[shows].removeprefix('on ')} presence"),
            ("to", f"{called[Party.RECIPIENT]} {ON[watcher.client.platform]}, {pairing.scope}"),
            ("rule", f"{rule.id}: {rule.says}"),
            indent=0,
        ),
    )


@app.command()
@command
def explain(
    event: Annotated[str, typer.Argument(metavar="EVENT", help="The event, such as share_desktop.")],
    by: Annotated[Party, typer.Option(help="Who fires it.")],
    standing: Annotated[
        list[str] | None,
        typer.Option(
            "--in", metavar="STATE", help="Such as call=connected or chat=offered:originator. May be repeated."
        ),
    ] = None,
    between: Annotated[tuple[str, str], BETWEEN] = ("TeamsOnly", "SfBOnly"),
    *,
    users: Users,
    output: Output,
) -> bool:
    """What an event does in a state, or every reason why not.

    Of a refused event it shows the rows that were tried, the guard that failed in each, and what to do instead.
    """
    pairing = users.pair(*between)
    conversation = Conversation.at(pairing, places(standing or ()))
    before = conversation.places
    try:
        result = conversation.why_not(event, by) or conversation.fire(event, by)
    except UnknownEvent as error:
        raise InputError(str(error)) from None
    except LostSignal as error:
        raise InputError(f"--in: the lifecycles never stand like this together: {error}") from None
    played = Played(Event(0, event, by), pairing, before, result)
    screen, called = output.screen, names(pairing)
    screen.answer(
        {**data.between(pairing), **data.result(result)},
        *show.route(screen, pairing, called),
        screen.note(""),
        show.standing(screen, played.before, called),
        show.sides(screen, pairing, called),
        *show.step(screen, played, called, _title(played, called), rows=True),
    )
    return isinstance(result, Outcome)


@app.command()
@command
def matrix(
    client: Annotated[
        list[Client] | None,
        typer.Option(metavar="CLIENT", help="Everybody's on its platform, such as sfb-legacy. May be repeated."),
    ] = None,
    *,
    surroundings: Surroundings,
    output: Output,
) -> None:
    """Every mode against every mode: where it lands, who can share."""
    keywords = surroundings.keywords()
    try:
        cells = every_pair({each.platform: each for each in client or ()}, **keywords)
    except ValueError as error:
        raise InputError(str(error)) from None
    told = [
        {
            "originator": start.mode,
            "originator_on": start.on,
            "recipient": mode,
            "route": data.routed(cell.route),
            "shares_desktop": list(cell.shares),
        }
        for (start, mode), cell in cells.items()
    ]
    screen = output.screen
    screen.answer({**keywords, "cells": told}, *show.matrix(screen, cells))


@app.command()
@command
def rules(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID...]", help="Rules, such as LIM-6, or groups, such as LIM.")
    ] = None,
    *,
    output: Output,
) -> None:
    """The rules, what keeps each, and which tests exercise it."""
    from fsm.engine.enforcement import enforced_by, tested_by

    found = [rule for each in ids for rule in _rules(each.upper())] if ids else list(RULES.values())
    kept, tested, screen = enforced_by(), tested_by(), output.screen
    details = (part for rule in found for part in show.rule(screen, rule, kept[rule.id], tested[rule.id]))
    screen.answer(
        [{**rule._asdict(), "kept_by": list(kept[rule.id]), "tested_by": list(tested[rule.id])} for rule in found],
        *(details if ids else [show.rules(screen, found, kept, tested)]),
    )


def _rules(asked: str) -> list[Rule]:
    found = [rule for rule in RULES.values() if asked in (rule.id, rule.group)]
    if not found:
        close = get_close_matches(asked, RULES, n=1)
        hint = f"did you mean {close[0]}? " if close else ""
        groups = ", ".join(dict.fromkeys(rule.group for rule in RULES.values()))
        raise InputError(f"{asked!r} is not a rule; {hint}use an id such as LIM-6, or a group: {groups}")
    return found


@app.command()
@command
def table(
    lifecycle: Annotated[str, typer.Argument(metavar="LIFECYCLE", help="One of the four.")],
    state: Annotated[str, typer.Argument(metavar="[STATE]", help="One of its states. Default: all.")] = "",
    *,
    output: Output,
) -> None:
    """A lifecycle's table: events, conditions, what comes of them.

    Rows are tried from the top; the first whose conditions hold decides.
    """
    if lifecycle not in LIFECYCLES:
        raise InputError(f"{lifecycle!r} is not a lifecycle; use one of {', '.join(LIFECYCLES)}")
    found, screen = LIFECYCLES[lifecycle], output.screen
    if state and state not in found.states:
        raise InputError(f"{state!r} is not a state of {lifecycle}; use one of {', '.join(found.states)}")
    screen.answer(data.lifecycle(found, state), *show.lifecycle(screen, found, state))


@app.command()
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
    from fsm.cli import pictures

    if output.json and out is None:
        raise InputError("--json: the picture itself goes to standard output; give --out FILE")
    if between is None and (against or path or coverage):
        raise InputError("--between: missing; --against, --path and --coverage are about two users")
    pairing = users.pair(*between) if between else None
    log = path or coverage
    results = None
    if pairing and log:
        events = read(_lines(log), str(log), pairing)
        results = [step.result for step in play_all(Conversation(pairing), events)]
    if what == "matrix" and not between:
        picture = pictures.modes(users.scope, users.islands)
    else:
        other = users.pair(*against) if against else None
        picture = pictures.choose(what, pairing, other, results, coverage is not None, detail)
    made, size = pictures.put(picture, out, format, theme, engine)
    if out:
        answer = {"file": str(out), "format": made, "bytes": size, "title": picture.title}
        output.screen.answer(answer, output.screen.note(f"{picture.title}: {out}", indent=0))


@app.command()
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
        with working("drawing") as progress:
            names = check_gallery(out) if check else gallery(out, progress)
    except NoLayoutEngine as error:
        raise InputError(str(error)) from None
    except OSError as error:
        raise InputError(f"DIR: {error.filename}: {error.strerror}; give a directory that can be written") from None
    if check:
        told = [screen.note(f"{out / name} is not as drawn now", indent=0) for name in names]
        summary = (
            f"{len(names)} of the gallery's files are stale; run fsm diagrams" if names else "the gallery is fresh"
        )
        screen.answer({"stale": names}, *told, screen.note(summary, indent=0))
        return not names
    screen.answer({"files": [str(out / name) for name in names]}, screen.note(f"{len(names)} files in {out}", indent=0))
    return True


@app.command()
@command
def check(
    property: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this one. May be repeated. Default: all.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Python that declares PROPERTIES of your own.")
    ] = None,
    pictures: Annotated[Path | None, typer.Option(metavar="DIR", help="Draw the way to break each that fails.")] = None,
    *,
    output: Output,
) -> bool:
    """Prove the specification for every pairing there is."""
    from fsm import verify
    from fsm.cli import proof

    properties = proof.chosen(property or [], against)
    with working("checking") as progress:
        report = verify.check(properties=properties, progress=lambda what, done, of: progress(done, of, what))
    drawn = proof.draw(report, pictures) if pictures else []
    screen = output.screen
    answer = {**report.as_dict(), "pictures": [str(file) for file in drawn]}
    screen.answer(answer, *proof.summary(screen, report), *(screen.note(str(file), indent=0) for file in drawn))
    return report.ok
