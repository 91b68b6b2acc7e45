"""``fsm compat``."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest

from fsm.engine.fingerprint import behaviour, fingerprint
from fsm.export.json.write import document, written
from fsm.notation import Composition, on, state, to
from fsm.spec.earlier import Earlier
from tests.cli.conftest import Fsm
from tests.earlier import HERE
from tests.verify.machines import IDLE, compose, lifecycle
from tests.verify.test_compat import DESK, SPLIT, box, renamed


def file(name: str, composition: Composition) -> str:
    """A specification as ``fsm export json`` writes it."""
    Path(name).write_text(written(document(composition)), encoding="utf-8")
    return name


def lasting(seconds: int) -> Composition:
    """The desk, with another time to read."""
    states = [
        each._replace(timers=tuple(timer._replace(seconds=seconds) for timer in each.timers))
        for each in DESK.lifecycles["book"]
    ]
    return DESK.but(lifecycles={**DESK.lifecycles, "book": lifecycle("book", *states)})


def reworded() -> Composition:
    """The desk in other words."""
    states = [each._replace(label="Other words") for each in DESK.lifecycles["book"]]
    return DESK.but(lifecycles={**DESK.lifecycles, "book": lifecycle("book", *states)})


def test_words_do_not_tell(fsm: Fsm) -> None:
    old, new = file("old.json", DESK), file("new.json", reworded())
    answer = fsm("compat", old, new)
    assert answer.status == 0
    assert answer.words.endswith("future the same everywhere: they do the same")
    told = fsm("compat", old, new, "--json").data
    assert (told["same"], told["compared"]) == (True, None)
    assert told["earlier"]["behaviour"] == told["later"]["behaviour"]


def test_what_differs_is_told_by_the_shortest_trace(fsm: Fsm) -> None:
    old, new = file("old.json", DESK), file("new.json", lasting(90))
    answer = fsm("compat", old, new, "--first", "2")
    assert answer.status == 1
    assert max(map(len, answer.out.splitlines())) <= 80
    for words in (
        "pairings 4,933,888",
        "future the same for none of the pairings at places",
        "What becomes of states",
        "book.shut none",
        "event differs in places",
        "open timers",
        "book=shut desk=free told by timers, for",
        "1 open by originator",
        "effects: show to the recipient; timers: due in 60 s",
        "effects: show to the recipient; timers: due in 90 s",
    ):
        assert words in answer.words, words
    told = fsm("compat", old, new, "--in", "book=lent:originator", "--json").data
    assert not told["same"]
    compared = told["compared"]
    assert compared["pairings"] == 4_933_888
    assert {each["event"] for each in compared["tells"]} >= {"open", "timers"}
    first = compared["traces"][0]
    assert (first["place"], first["moves"], first["confirmed"]) == ("book=lent:originator desk=free", [], True)
    assert first["was"] == "timers that run: due in 60 s"
    assert sum(each["pairings"] for each in compared["places"][0]["becomes"]) == compared["places"][0]["pairings"]


def test_a_trace_may_go_by_a_change_of_the_pairing(fsm: Fsm) -> None:
    told = fsm("compat", file("old.json", DESK), file("new.json", lasting(90)), "--first", "20", "--json").data
    moves = [move for each in told["compared"]["traces"] for move in each["moves"]]
    assert {move["event"] for move in moves} >= {"open"}
    assert all((move["pairing"] is not None) == (move["event"] == "change") for move in moves)


def test_a_state_of_another_name_succeeds_where_the_release_says_so(fsm: Fsm, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = file("old.json", DESK), file("new.json", renamed("lent", "out"))
    answer = fsm("compat", old, new)
    assert answer.status == 1
    assert "successor none for" in answer.words
    assert "book.lent nothing none" in answer.words
    shipped = Earlier(("0.9.0",), fingerprint(DESK), {"book": {"lent": ("out",)}})
    monkeypatch.setattr("fsm.engine.earlier.EARLIER", (shipped,))
    answer = fsm("compat", old, new)
    assert answer.status == 0
    assert answer.words.startswith(f"earlier {behaviour(DESK)}, of 0.9.0 later ")
    assert "future the same for all of the pairings at places" in answer.words


def test_what_goes_on_as_it_was_is_left_out(fsm: Fsm, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = file("old.json", box("open")), file("new.json", box("opened", "forced", wait=90))
    shipped = Earlier(("0.9.0",), fingerprint(box("open")), SPLIT)
    monkeypatch.setattr("fsm.engine.earlier.EARLIER", (shipped,))
    answer = fsm("compat", old, new, "--in", "box=open")
    assert answer.status == 1
    assert "box.locked" not in answer.words
    assert "box.open opened" in answer.words
    assert "becomes box=opened" in answer.words


def test_documents_of_earlier_releases_are_read(fsm: Fsm) -> None:
    """What 0.2.0 wrote, against itself."""
    Path("old.json").write_bytes(lzma.decompress((HERE / "0.2.0.json.xz").read_bytes()))
    answer = fsm("compat", "old.json", "old.json")
    assert answer.status == 0


@pytest.mark.parametrize(
    ("old", "says"),
    [
        ("nowhere.json", "Error: OLD: nowhere.json: No such file or directory; give a file that fsm export json wrote"),
        ("text.json", "Error: OLD: text.json: specification: JSON is malformed"),
        ("other.json", "Error: OLD: other.json: format: 'x' is not accepted; give what fsm export json wrote"),
        ("two.json", "Error: OLD: two.json: version: 2 is not accepted"),
        ("one.json", "Error: OLD: one.json: specification: "),
        ("gone.json", "Error: lifecycles: left and book, desk are not the same"),
        ("routed.json", "Error: OLD: routed.json: routing: it comes to something else than in this version; compare"),
    ],
)
def test_what_cannot_be_compared_says_why(fsm: Fsm, old: str, says: str) -> None:
    Path("text.json").write_text("words")
    Path("other.json").write_text('{"format": "x"}')
    Path("two.json").write_text('{"format": "interop-fsm specification", "version": 2}')
    Path("one.json").write_text('{"format": "interop-fsm specification", "version": 1}')
    routed = json.loads(Path(file("routed.json", DESK)).read_text())
    routed["routing"]["rows"].reverse()
    Path("routed.json").write_text(json.dumps(routed))
    file("gone.json", compose(lifecycle("left", state("a", "", on("go", cites="RTE-1"), initial=True))))
    answer = fsm("compat", old, file("new.json", DESK))
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith(says)


def test_a_place_that_is_none_is_told(fsm: Fsm) -> None:
    old = file("old.json", IDLE)
    new = file("new.json", IDLE.but(dispatch={"go": (to("left"),)}))
    for place, says in (
        ("left=z", "Error: 'left=z' is not accepted; for left use one of a, b, c"),
        ("left=c", "Error: --in: left=c is a place that nobody comes to"),
    ):
        answer = fsm("compat", old, new, "--in", place)
        assert answer.status == 2
        assert says in answer.err
