"""Two exported specifications, compared."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fsm.cli.ask.options import Output, command
from fsm.cli.ending import InputError, named
from fsm.cli.show.screen import working
from fsm.notation import Composition


@command
def compat(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="What fsm export json of a release wrote.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="What that of a later one wrote.")],
    places: Annotated[
        str, typer.Option("--in", metavar="PLACE", help='Of one place: "chat=interop call=ringing:originator".')
    ] = "",
    first: Annotated[int, typer.Option(metavar="N", min=0, help="How many traces to tell.")] = 3,
    *,
    output: Output,
) -> bool:
    """Whether conversations of OLD go on in NEW as they would have.

    For every place and pairing: whether the future is the same, and where not, the shortest trace that tells. A trace
    tells by whether an event is accepted, how and by which rule it is refused, states, effects and timers; words do
    not tell. A place is compared with its successor: the states that a release renamed or split are in a table that it
    ships.
    """
    from fsm.cli.show import compat as show
    from fsm.engine.earlier import known
    from fsm.engine.fingerprint import behaviour
    from fsm.verify.compat import compare

    (earlier, stamp), (later, _) = _read("OLD", old), _read("NEW", new)
    stamps = behaviour(earlier), behaviour(later)
    release = known(stamp) or known(stamps[0])
    two = show.Named(*stamps, release.called if release else "")
    if stamps[0] == stamps[1]:
        output.screen.answer(show.data(two, None, []), *show.summary(output.screen, two, None, []))
        return True
    try:
        at = show.place(earlier, places) if places else None
        with working("comparing") as progress:
            found = compare(
                earlier,
                later,
                release.became if release else None,
                lambda what, done, of: progress(done, of, what),
            )
            told = show.chosen(found, at, first)
    except ValueError as error:
        raise InputError(str(error)) from None
    output.screen.answer(show.data(two, found, told), *show.summary(output.screen, two, found, told))
    return found.same


def _read(called: str, path: Path) -> tuple[Composition, str]:
    from fsm.export.json.read import SpecificationError, tables

    try:
        return tables(path.read_bytes())
    except SpecificationError as error:
        raise InputError(f"{called}: {named(path)}: {error}") from None
    except OSError as error:
        raise InputError(f"{called}: {named(path)}: {error.strerror}; give a file that fsm export json wrote") from None
