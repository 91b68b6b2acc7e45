"""Transition tests for other implementations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import RenderableType

from fsm.cli.ask.options import Output, Users, command
from fsm.cli.commands.common import BETWEEN
from fsm.cli.ending import InputError, named, writing_to
from fsm.cli.show.screen import Screen, working
from fsm.notation.echo import plain
from fsm.notation.files import ready

if TYPE_CHECKING:
    from fsm.testing import Coverage, Suite

OWN = {"walks": ("length", "seed", "count"), "complete": ("extra",)}
"""Options that only these strengths have."""


@command
def suite(
    strength: Annotated[
        str,
        typer.Argument(metavar="STRENGTH", help="states, rows, guards, sneak, pairs, profiles, walks or complete."),
    ] = "rows",
    between: Annotated[tuple[str, str] | None, BETWEEN] = None,
    lifecycle: Annotated[str | None, typer.Option(metavar="NAME", help="Test this lifecycle alone.")] = None,
    length: Annotated[int | None, typer.Option(help="Steps of each walk. Default: 30.", show_default=False)] = None,
    seed: Annotated[int | None, typer.Option(help="The same seed, the same walks. Default: 0.")] = None,
    count: Annotated[int | None, typer.Option(help="How many walks. Default: 100.")] = None,
    extra: Annotated[
        int | None, typer.Option(help="For complete: states that an implementation may have too many. Default: 0.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write it, as JSON Lines.")] = None,
    *,
    users: Users,
    output: Output,
) -> None:
    """Make transition tests for another implementation.

    For the two users of --between, or for few pairings chosen so that everything is reached. sneak fires what must be
    refused, by everyone, in every state. profiles tells apart any two pairings that the specification does. complete
    finds every faulty implementation that has no more states than the specification.
    """
    from fsm import testing

    chosen = {"length": length, "seed": seed, "count": count, "extra": extra}
    given: dict[str, Any] = {name: value for name, value in chosen.items() if value is not None}
    _fitting(strength, given)
    pairing = users.pair(*between) if between else None
    if out is not None:
        with writing_to("--out", out):
            ready(out)
    try:
        with working("making tests") as progress:
            made = testing.generate(
                strength, pairing, lifecycle, progress=lambda done, of: progress(done, of, "making tests"), **given
            )
            covered = testing.coverage(made)
    except ValueError as error:
        name, _, words = str(error).partition(": ")
        raise InputError(f"{'STRENGTH' if name == 'strength' else f'--{name}'}: {words}") from None
    if out is not None:
        _write(made, out)
    screen = output.screen
    screen.answer(_answer(made, covered, lifecycle, out), *_summary(screen, made, covered, out))


def _fitting(strength: str, given: dict[str, int]) -> None:
    for owner, names in OWN.items():
        for name in names:
            if name in given and strength != owner:
                raise InputError(f"--{name}: {plain(strength)} has none; leave it out, or make {owner}")


def _write(made: Suite, out: Path) -> None:
    from fsm.testing import write

    with writing_to("--out", out):
        write(made, out)


def _answer(made: Suite, covered: Coverage, lifecycle: str | None, out: Path | None) -> dict[str, object]:
    return {
        "strength": made.strength,
        "lifecycle": lifecycle,
        "scenarios": len(made.scenarios),
        "events": made.events,
        "goals": {"covered": len(made.covered), "total": len(made.goals)},
        **{name: share._asdict() for name, share in covered._asdict().items()},
        "file": str(out) if out else None,
    }


def _summary(screen: Screen, made: Suite, covered: Coverage, out: Path | None) -> list[RenderableType]:
    goals = f"{len(made.covered):,} of {len(made.goals):,}" if made.goals else ""
    shares = ((name, f"{share.covered:,} of {share.total:,}") for name, share in covered._asdict().items())
    counts = (("scenarios", f"{len(made.scenarios):,}"), ("events", f"{made.events:,}"), ("goals", goals))
    return [screen.facts(*counts, *shares, ("file", named(out or "")), indent=0)]
