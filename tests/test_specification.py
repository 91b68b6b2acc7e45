"""A specification of one's own goes through everything, and nothing of ours shows in what comes out."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fsm
from fsm import At, Conversation, DeclarationError, Party, Refused, Specification, draw
from fsm.engine.fingerprint import fingerprint
from fsm.engine.profile import Profile
from fsm.export import FORMATS, export
from fsm.export.json import read as json_read
from fsm.hosts.transitions import Talk
from fsm.notation import (
    SERVICE,
    Composition,
    Lifecycle,
    State,
    at_every_step,
    change,
    guard,
    guards_of,
    on,
    on_signal,
    state,
    to,
)
from fsm.space.arrays import Tables
from fsm.space.two import happening
from fsm.testing import Suite, generate, read, write
from fsm.testing.running.driver import Reference
from fsm.testing.running.report import who
from fsm.testing.running.run import check as run
from fsm.testing.running.summary import summary, tally
from fsm.verify import GENERAL, check
from tests.own import PLAYERS, RULES, TOSS, Game, specifications

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

    class Desk(Talk[str, str]):
        composition = specification

    pairings = whose(specification)
    talk, desk = specification.conversation(pairings[0]), Desk(pairings[0])
    symbols = [(event, party) for event in specification.events for party in Party]
    for what, which in walk:
        if what:
            event, party = symbols[which % len(symbols)]
            accepted = talk.may(event, party)
            assert desk.why_not(event, party) == talk.why_not(event, party)
            assert desk.trigger(event, party) is accepted
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
        parts = specification.lifecycles.values() if format.lifecycle else ()
        for between in (None, pairing):
            if {None: "must", pairing: "never"}[between] != format.pairing:
                for what in (specification, *parts):
                    text = export(name, what, between)
                    assert text == export(name, what, between)
                    assert name in ("json-schema", "values-schema", "python") or specification.fingerprint in text
                    yield PARSED[name](text)


def _json(text: str) -> str:
    return json.dumps(json.loads(text))


def _python(text: str) -> str:
    compile(text, "names.py", "exec")
    return text


def _xml(text: str) -> str:
    return ElementTree.tostring(ElementTree.fromstring(text.encode()), encoding="unicode") + text


PARSED: dict[str, Any] = {
    **dict.fromkeys(FORMATS, str),
    **dict.fromkeys(("json", "xstate", "json-schema", "values-schema"), _json),
    "scxml": _xml,
    "python": _python,
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


def test_the_smallest_there_can_be_is_one_too() -> None:
    for text in told(TOSS, [(1, n) for n in range(3)]):
        assert not OURS.search(text), OURS.search(text)
    assert all(result.ok for result in check(TOSS).results if result.checked.name != "can-be-closed")


class Ticket(msgspec.Struct, frozen=True):
    """A view that is a Struct, and a pairing."""

    urgent: bool


@dataclass(frozen=True)
class Desk:
    """A view that is a dataclass, and a pairing."""

    urgent: bool


@pytest.mark.parametrize("kind", [Ticket, Desk])
def test_a_pairing_is_what_says_its_facts(kind: Any) -> None:
    urgent = guard("urgent", lambda view: view.urgent, "is urgent", "is not urgent", "T-1", about=None)
    rows = on("take", when=[urgent], cites="T-1"), on("take", when=[~urgent], cites="T-1")
    taking = {"T-1": "Take tickets."}
    desk = Specification(
        "desk",
        "A desk",
        Lifecycle("ticket", "A ticket", state("open", "It is open", *rows, initial=True), rules=taking),
        rules=taking,
        pairings=[kind(True), kind(False)],
        views=lambda pairing: (pairing, pairing),
    )
    talk = desk.conversation(kind(False))
    assert talk.fire("take", "originator").rows == ("ticket.open.take.2",)
    assert desk.restore(json.loads(json.dumps(talk.snapshot()))).pairing == kind(False)
    assert desk.pairings
    assert desk.pairings.facts == {"urgent": (True, False)}
    assert desk.pairings.difference(kind(True), kind(False)) == (
        "originator.urgent True to False, recipient.urgent True to False"
    )
    assert all(result.ok for result in check(desk).results if result.checked.name != "every-state-is-reached")


def test_a_fingerprint_changes_with_what_a_guard_says_of_some_pairing_and_with_nothing_else() -> None:
    def toss(test: Callable[[Any], bool], says: str = "is") -> str:
        able = guard("able", test, says, "is not", "G-1")
        coin = state("up", "It is up", on("catch", when=[able], cites="G-1"), initial=True)
        pairings = [Game(mine, theirs) for mine in PLAYERS for theirs in PLAYERS]
        part = Lifecycle("coin", "The coin", coin, rules=RULES)
        return Specification("toss", "A toss", part, rules=RULES, pairings=pairings).fingerprint

    assert TOSS.behaviour != TOSS.fingerprint
    high = toss(lambda view: view.level > 1)
    assert high == toss(lambda view: view.level == 2, "is able")
    assert len({high, toss(lambda view: view.level < 2), toss(lambda view: view.trained), toss(lambda view: True)}) == 4


GAME: Any = Game(PLAYERS[0], PLAYERS[1])


def made(name: str = "toss", *states: State, part: str = "coin", **given: Any) -> Specification:
    """A coin, with something about it that is wrong."""
    up = state("up", "It is up", on("catch", cites="G-1"), initial=True)
    lifecycle = Lifecycle(part, "The coin", *(states or (up,)), rules=RULES)
    return Specification(name, "A toss", lifecycle, **{"rules": RULES, "pairings": [GAME], **given})


BAD = guard("bad", lambda view: view.weight > 1, "is heavy", "is light", "G-1")


def _catching(event: str = "catch", **given: Any) -> State:
    return state("up", "It is up", on(event, cites="G-1", **given), initial=True)


ALONE = Lifecycle("coin", "The coin", _catching(), rules=RULES)
PLAIN = Composition(
    Lifecycle("coin", "The coin", _catching(), rules=RULES),
    dispatch={},
    changes=(),
    rules={"G-1": fsm.RULES["RTE-1"]},
)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: made("to-ss"), "to-ss: 'to-ss' is no name that every tool takes; use letters, digits, _"),
        (lambda: made("toss", _catching("class")), "toss: 'class' is no name that every tool takes"),
        (
            lambda: made("toss", _catching("change")),
            "toss: 'change' means something already; give an event another name",
        ),
        (lambda: made(part="dispatch"), "toss: 'dispatch' means something already; give a lifecycle another name"),
        (lambda: made("coin"), "coin: 'coin' is a lifecycle too; give one of the two another name"),
        (lambda: made("toss", _catching("coin")), "toss: 'coin' is a lifecycle too"),
        (lambda: made(pairings=[]), "pairings: none is not accepted; give at least one, all of one class"),
        (lambda: made(pairings=[GAME, GAME.originator]), "pairings: Game, Player is not accepted"),
        (lambda: made(pairings=[1], views=lambda each: (GAME, GAME)), "pairings: 1 does not say which facts it has"),
        (lambda: made(views=lambda each: (1, GAME)), "pairings: 1 does not say which facts it has; use a NamedTuple"),
        (lambda: made("toss", _catching(when=[BAD])), "toss, guard bad: .*no attribute 'weight' when asked of Player"),
        (lambda: made(dispatch={"catch": (to("coin", "G-9"),)}), "rule 'G-9' is not in the catalogue"),
    ],
)
def test_what_is_declared_wrongly_is_said(wrong: Callable[[], object], says: str) -> None:
    with pytest.raises(DeclarationError, match=says):
        wrong()


def test_values_that_are_written_alike_are_said() -> None:
    levels: Any = (1, "1")
    with pytest.raises(DeclarationError, match="pairings: level has two values that are written alike"):
        made(pairings=[Game(PLAYERS[0], PLAYERS[0]._replace(level=each)) for each in levels])


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (lambda: TOSS.conversation(GAME.originator), r"pairing: Player\(.* is not accepted; give a Game"),
        (lambda: TOSS.conversation(Game(PLAYERS[5], PLAYERS[5])), "is none of those declared"),
        (lambda: TOSS.conversation(GAME).change(Game(PLAYERS[5], PLAYERS[5])), "is none of those declared"),
        (lambda: TOSS.conversation(GAME).presence("originator"), "presence: toss has none; only users of Teams"),
        (lambda: Conversation.at(GAME, {"coin": At("down")}, TOSS), "coin: down is not a place of it; use one of up"),
        (lambda: Conversation.at(GAME, {"call": At("up")}, TOSS), "'call' is not a lifecycle; use one of coin"),
        (lambda: Conversation.restore(TOSS.conversation(GAME).snapshot()), "is another specification's"),
        (lambda: Conversation(GAME), "is not accepted; give a Pairing, or ask the specification it is of"),
        (lambda: fsm.route(GAME), "is not accepted; give a Pairing, or ask the specification it is of"),
        (lambda: Tables.between([GAME]), "is not accepted; give a Pairing, or ask the specification it is of"),
        (lambda: Talk(GAME), "is not accepted; give a Pairing of users"),
        (lambda: check(PLAIN), "composition: coin cites rules of its own and does not say between whom it is; declare"),
        (lambda: export("plantuml", ALONE), "lifecycle: coin is part of no composition; wire it into a fsm.Spec"),
        (lambda: draw.path(ALONE, []), "lifecycle: coin is part of no composition"),
        (
            lambda: export("promela", made("toss", _catching("run")), GAME),
            "what: 'run' means something else in Promela",
        ),
        (lambda: export("promela", made("toss", _catching("coin_up")), GAME), "what: 'coin_up' means something else"),
        (lambda: json_read.read(export("json", TOSS)), "name: 'toss' is a specification of somebody's own; only that"),
        (lambda: read_suite(generate("walks", composition=TOSS)), "is another specification's"),
        (lambda: _taken("get_graph")(GAME), "get_graph: a talk has this of its own; give the lifecycle another name"),
    ],
)
def test_what_is_not_of_a_specification_is_refused_in_a_sentence(asked: Callable[[], object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        asked()


def read_suite(suite: Suite) -> Suite:
    file = io.BytesIO()
    write(suite, file)
    return read(file.getvalue().splitlines())


def _taken(name: str) -> type[Talk]:
    return type("Desk", (Talk,), {"composition": made(part=name)})


def test_a_lifecycle_that_is_part_of_nothing_is_drawn_as_it_is() -> None:
    bell = Lifecycle(
        "bell", "A bell", state("up", "It hangs", on_signal("pulled", cites="G-1"), initial=True), rules=RULES
    )
    [line] = draw.lifecycle(bell).lines()
    assert line.kind == "signal"
    assert "G-1" in draw.render(draw.lifecycle(bell), "dot").decode()
    assert bell._repr_svg_()


def test_a_way_told_goes_by_the_pairing_that_differs_least() -> None:
    """A change of the pairing on the way is to one that differs in as little as it can."""
    moved = change("moved", Party.SERVICE, lambda old, new: old.colour is not new.colour, "G-1")
    up = state("up", "It is up", on_signal("moved", by=SERVICE, to="down", cites="G-1"), initial=True)
    pairings = [Game(mine, theirs) for mine in PLAYERS for theirs in PLAYERS]
    toss = made("toss", up, state("down", "It is down", ignores="moved"), changes=(moved,), pairings=pairings)
    stays = at_every_step("stays", "it stays up", "", lambda step: step.now("coin", "up"))
    [result] = check(toss, [stays]).results
    assert result.counterexample
    assert result.counterexample.trace
    [move] = result.counterexample.trace.moves
    assert move.changed == "originator.colour red to blue"
    assert result.counterexample.trace.as_dict()["moves"][0]["pairing"]["originator.colour"] == "blue"


@pytest.mark.external
@pytest.mark.skipif(not (shutil.which("spin") and shutil.which("gcc")), reason="apt install spin gcc")
@settings(max_examples=8)
@given(specifications())
def test_spin_finds_as_many_places_as_there_are(specification: Specification) -> None:
    pairing = whose(specification)[-1]
    with TemporaryDirectory() as folder:
        (Path(folder) / "model.pml").write_text(export("promela", specification, pairing))
        for command in (
            ["spin", "-a", "model.pml"],
            ["gcc", "-w", "-DSAFETY", "-DNOREDUCE", "-DNOCLAIM", "-o", "pan", "pan.c"],
        ):
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
        said = subprocess.run(["./pan"], cwd=folder, check=True, capture_output=True, text=True).stdout
    assert "errors: 0" in said
    assert specification.pairings
    profile = Profile(guards_of(specification), specification.pairings.views(pairing))
    assert f"{len(happening(specification, profile).places)} states, stored" in said


@pytest.mark.external
@pytest.mark.skipif(not shutil.which("dot"), reason="apt install graphviz")
@settings(max_examples=8)
@given(specifications())
def test_graphviz_lays_it_out(specification: Specification) -> None:
    pictures = [draw.conversation(specification), *map(draw.lifecycle, specification.lifecycles.values())]
    for picture in pictures:
        assert ElementTree.fromstring(draw.render(picture, "svg", engine="dot")).tag.endswith("svg")
