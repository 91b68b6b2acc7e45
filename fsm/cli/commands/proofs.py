"""What is proven, generated and compared."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fsm.cli.ask.options import Output, command
from fsm.cli.commands.explore import Open, see
from fsm.cli.ending import named
from fsm.cli.show.screen import working
from fsm.engine.address import address, steps
from fsm.spec.parties import Pairing


@command
def check(
    property: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this one. May be repeated. Default: all.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Python of your own that declares PROPERTIES; it is run.")
    ] = None,
    pictures: Annotated[Path | None, typer.Option(metavar="DIR", help="Draw the way to break each that fails.")] = None,
    open_: Open = False,
    *,
    output: Output,
) -> bool:
    """Prove the specification for every pairing there is."""
    from fsm import verify
    from fsm.cli.show import pictures as files
    from fsm.cli.show import proof

    if pictures:
        files.directory("--pictures", pictures)
    properties = proof.chosen(property or [], against)
    with working("checking") as progress:
        report = verify.check(properties=properties, progress=lambda what, done, of: progress(done, of, what))
    drawn, trouble = files.drawing(lambda: proof.draw(report, pictures) if pictures else [])
    screen = output.screen
    answer = {**report.as_dict(), "pictures": [str(file) for file in drawn]}
    screen.answer(answer, *proof.summary(screen, report), *(screen.note(named(file), indent=0) for file in drawn))
    if open_:
        broken = [each.counterexample.trace for each in report.results if each.counterexample]
        for told in [each for each in broken if each and isinstance(each.pairing, Pairing)][:1]:
            see(address(told.pairing, steps(told.moves)))
    return files.after(report.ok, trouble)
