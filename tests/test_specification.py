"""A specification of one's own goes through everything, and nothing of ours shows in what comes out."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

import fsm
from fsm import Party, Refused, Specification, draw
from fsm.engine.fingerprint import fingerprint
from fsm.export import FORMATS, export
from fsm.hosts.transitions import Talk
from fsm.testing import generate, read, write
from fsm.testing.running.driver import Reference
from fsm.testing.running.report import who
from fsm.testing.running.run import check as run
from fsm.testing.running.summary import summary, tally
from fsm.verify import GENERAL, check
from tests.own import specifications

OURS = re.compile(
    rf"(?<![\w-])(?:{'|'.join(map(re.escape, (*fsm.RULES, *fsm.LIFECYCLES, fingerprint())))})(?![\w-])|Teams|Skype|SfB"
)


def told(specification: Specification, walk: list[tuple[int, int]]) -> Iterator[str]:
    """Everything that there is to see of a specification; the walk is of choices, by number."""
    pairings = whose(specification)
    pairing, other = pairings[0], pairings[-1]
    yield from ran(specification, walk)
    yield from drawn(specification, pairing, other)
    yield from exported(specification, pairing)
    report = check(specification)
    assert {result.checked for result in report.results} == {*GENERAL, *specification.claims}
    assert report.pairings == len(pairings)
    yield json.dumps(report.as_dict())
    for result in report.results:
        yield str(result.counterexample)
        trace = result.counterexample and result.counterexample.trace
        assert not trace or trace.confirmed


def whose(specification: Specification) -> tuple[Any, ...]:
    assert specification.pairings
    return specification.pairings.every


def ran(specification: Specification, walk: list[tuple[int, int]]) -> Iterator[str]:
    """A walk, on the engine, on its snapshots, and on machines of transitions."""

    class Desk(Talk):
        composition = specification

    pairings = whose(specification)
    talk, desk = specification.conversation(pairings[0]), Desk(pairings[0])
    symbols = [(event, party) for event in specification.events for party in Party]
    for what, which in walk:
        if what:
            event, party = symbols[which % len(symbols)]
            accepted = talk.may(event, party)
            assert desk.fire(event, party) is accepted
            try:
                yield str(talk.fire(event, party))
            except Refused as refused:
                yield str(refused)
        else:
            pairing = pairings[which % len(pairings)]
            yield str(talk.change(pairing))
            desk.change(pairing)
        assert desk.places == talk.places
        snapshot = json.dumps(talk.snapshot())
        again = specification.restore(json.loads(snapshot))
        assert json.dumps(again.snapshot()) == snapshot
        assert again.available() == talk.available()
        yield f"{talk!r} {snapshot}"
    yield talk._repr_svg_()


def drawn(specification: Specification, pairing: Any, other: Any) -> Iterator[str]:
    pictures = [draw.conversation(specification)]
    for each in specification.lifecycles.values():
        pictures += [draw.lifecycle(each), draw.for_pairing(each, pairing), draw.path(each, list(each.rows))]
        pictures += [draw.coverage(each, dict.fromkeys(specification.rows, 3))]
        pictures += [draw.difference(pairing, other, lifecycle=each.name, composition=specification)]
        pictures += [draw.difference(specification, specification, lifecycle=each.name)]
    for picture in pictures:
        yield from (draw.render(picture, format).decode() for format in ("dot", "mermaid"))


def exported(specification: Specification, pairing: Any) -> Iterator[str]:
    for name, format in FORMATS.items():
        for between in (None, pairing):
            if {None: "must", pairing: "never"}[between] != format.pairing:
                for what in (
                    (specification, *specification.lifecycles.values()) if format.lifecycle else (specification,)
                ):
                    text = export(name, what, between)
                    assert text == export(name, what, between)
                    assert name == "json-schema" or specification.fingerprint in text
                    yield PARSED[name](text)


def _json(text: str) -> str:
    return json.dumps(json.loads(text))


def _xml(text: str) -> str:
    return ElementTree.tostring(ElementTree.fromstring(text.encode()), encoding="unicode") + text


PARSED: dict[str, Any] = {
    **dict.fromkeys(FORMATS, str),
    **dict.fromkeys(("json", "xstate", "json-schema"), _json),
    "scxml": _xml,
}


@settings(max_examples=25)
@given(specifications(), st.lists(st.tuples(st.integers(0, 4), st.integers(0, 1000)), max_size=12))
def test_nothing_of_ours_shows_in_a_specification_of_ones_own(
    specification: Specification, walk: list[tuple[int, int]]
) -> None:
    for text in told(specification, walk):
        assert not OURS.search(text), OURS.search(text)


STRENGTHS = ("states", "rows", "guards", "sneak", "pairs", "profiles", "walks", "complete")


@settings(max_examples=12)
@given(specifications(), st.sampled_from(STRENGTHS), st.booleans(), st.booleans())
def test_its_suites_are_of_its_own_and_it_passes_them(
    specification: Specification, strength: str, alone: bool, for_two: bool
) -> None:
    pairing = whose(specification)[0] if for_two else None
    lifecycle = next(iter(specification.lifecycles)) if alone else None
    try:
        suite = generate(strength, pairing, lifecycle, composition=specification, count=5, length=8)
    except ValueError as error:
        if "nobody can come to" in str(error):  # a complete suite goes everywhere
            return
        raise
    file = io.BytesIO()
    write(suite, file)
    assert not OURS.search(file.getvalue().decode())
    assert read(file.getvalue().splitlines(), specification) == suite
    verdicts = [run(Reference(specification), each) for each in suite.scenarios]
    assert [verdict.departure for verdict in verdicts] == [None] * len(suite.scenarios)
    tallies = [tally(*each) for each in zip(suite.scenarios, verdicts, strict=True)]
    said = [*summary(json.loads(json.dumps(tallies)), verbose=True), *map(who, suite.scenarios)]
    assert not OURS.search("\n".join(said))
