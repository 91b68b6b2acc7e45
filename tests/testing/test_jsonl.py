"""Suites as JSON Lines: what is written is read again, and what is no suite is refused with line and field."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from fsm.engine.fingerprint import fingerprint
from fsm.testing import Suite, SuiteError, generate, read, stamp, write
from fsm.testing.jsonl import LONGEST_LINE, lines
from tests.people import PAIRS
from tests.testing.faulty import scenario
from tests.testing.machines import PHONE

Json = Any
HOLDS = ("goals", "covered", "pairings", "checksum", "lines")


def of_phones(made: Suite) -> Suite:
    """A suite of PHONE, told to be of it: what cites our rules is told to be ours."""
    return made._replace(
        composition=PHONE, scenarios=tuple(each._replace(composition=PHONE) for each in made.scenarios)
    )


@pytest.fixture
def made(few_people: None) -> Suite:
    """A suite with everything that a line may hold: refusals, owners, effects, timers and changes."""
    return of_phones(generate("rows", composition=PHONE))


@pytest.fixture
def told(made: Suite) -> list[Json]:
    """Its lines, as JSON."""
    return [json.loads(line) for line in lines(made)]


@pytest.mark.usefixtures("few_people")
@pytest.mark.parametrize("strength", ["rows", "pairs", "walks", "complete"])
@pytest.mark.parametrize("lifecycle", [None, "call"])
def test_what_is_written_is_read_again(strength: str, lifecycle: str | None) -> None:
    made = of_phones(generate(strength, lifecycle=lifecycle, count=5, composition=PHONE))
    assert read(lines(made), PHONE) == made


def test_a_file_holds_one_object_a_line(made: Suite) -> None:
    file = io.BytesIO()
    write(made, file)
    written = file.getvalue().decode()
    assert written.endswith("}\n")
    assert len(written.splitlines()) == len(made.scenarios) + 1
    assert read(written.splitlines(), PHONE) == made


def test_blank_lines_are_nothing(made: Suite) -> None:
    assert read((line for each in lines(made) for line in (b"", each, b" \r\n")), PHONE) == made


def test_the_first_line_is_about_all_of_them(made: Suite, told: list[Json]) -> None:
    header = {key: value for key, value in told[0].items() if key not in HOLDS}
    assert header == {
        "format": "interop-fsm suite 2",
        "fingerprint": fingerprint(PHONE),
        "strength": "rows",
        "scenarios": len(made.scenarios),
        "events": made.events,
    }
    assert told[0]["covered"] == list(range(len(made.goals)))
    assert told[0]["pairings"][0]["originator"]["mode"] == made.scenarios[0].pairing.originator.mode


def test_a_refused_step_says_so_and_leaves_out_what_is_empty(told: list[Json]) -> None:
    steps = [step for line in told[1:] for step in line["steps"] if step.get("rows") == ["say.1"]]
    assert steps[0] == {
        "event": "say",
        "by": "originator",
        "expected": {"at": steps[0]["expected"]["at"], "refused": "refused", "rule": "DEC-6"},
        "rows": ["say.1"],
        "rules": ["DEC-6"],
    }


def test_equal_steps_are_one_value_when_read(made: Suite) -> None:
    steps = [step for each in read(lines(made), PHONE).scenarios for step in each.steps]
    assert len({id(step) for step in steps}) == len(set(steps)) < len(steps)


def _with(key: str, value: Json) -> Callable[[Json], None]:
    return lambda line: line.update({key: value})


def _step(key: str, value: Json) -> Callable[[Json], None]:
    return lambda line: line["steps"][1].update({key: value})


@pytest.mark.parametrize(
    ("line", "change", "says"),
    [
        (0, _with("format", "interop-fsm suite 1"), "line 1, format: 'interop-fsm suite 1' is not accepted; use"),
        (0, _with("fingerprint", "other"), "line 1, fingerprint: 'other' is another specification's, this one is"),
        (0, _with("covered", [999]), "line 1, covered: there are"),
        (0, _with("covered", [-1]), "line 1, covered: there are"),
        (0, _with("scenarios", 99), "line 1: was altered since it was written; make the suite anew, or, where it was"),
        (0, _with("events", 0), "line 1: was altered since it was written"),
        (0, _with("goals", "all"), "line 1, goals: Expected `array`, got `str`; give what fsm suite --out wrote"),
        (0, _with("more", 1), "line 1: Object contains unknown field `more`; give what"),
        (1, _with("pairing", 99), "line 2, pairing: 99 is not one; there are"),
        (1, _with("pairing", -1), "line 2, pairing: -1 is not one; there are"),
        (1, _with("name", 1), "line 2, name: Expected `str`, got `int`"),
        (1, _step("by", "ann"), "line 2, steps[1].by: Invalid enum value 'ann'"),
        (1, _step("pairing", 99), "line 2, steps[1].pairing: 99 is not one; there are"),
        (1, _step("expected", {}), "line 2, steps[1].expected: Object missing required field `at`"),
        (1, _step("surprise", 1), "line 2, steps[1]: Object contains unknown field `surprise`"),
    ],
)
def test_a_wrong_field_is_named_with_its_line(
    told: list[Json], line: int, change: Callable[[Json], None], says: str
) -> None:
    change(told[line])
    with pytest.raises(SuiteError) as error:
        read((json.dumps(each) for each in told), PHONE)
    assert says.replace("steps[1]", "steps[...]") in str(error.value).replace("steps[1]", "steps[...]")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ([], "line 1: Object missing required field `format`; give what fsm suite --out wrote"),
        ([b"", b"nonsense"], "line 2: JSON is malformed: "),
        ([b"[]"], "line 1: Expected `object`, got `array`"),
        ([b"\xff"], "line 1: "),
        ([b'{"format": "\xff"}'], "line 1"),
        ([b"[" * 100_000], "line 1"),
    ],
)
def test_what_is_no_suite_is_one_clear_error(given: list[bytes], says: str) -> None:
    with pytest.raises(SuiteError) as error:
        read(given)
    assert str(error.value).startswith(says)
    assert str(error.value).endswith("give what fsm suite --out wrote")


def test_a_line_that_is_missing_is_noticed(made: Suite) -> None:
    with pytest.raises(SuiteError, match="lines are missing"):
        read(list(lines(made))[:-1], PHONE)


def test_a_suite_for_two_names_one_pairing() -> None:
    made = generate("states", PAIRS["teams>sfb"], composition=PHONE)
    assert len(json.loads(next(lines(made)))["pairings"]) == 1


SMALL = Suite(
    "rows",
    (scenario("call_audio by originator, accept_call by recipient"), scenario("open_chat by originator", "sfb>teams")),
    ("some goal",),
    (),
)
"""Small enough to be altered everywhere."""


def small() -> list[bytes]:
    """Its lines."""
    return list(lines(SMALL))


@pytest.mark.parametrize("bit", range(0, 8, 3))
def test_whatever_byte_is_altered_its_line_is_named(bit: int) -> None:
    for n, line in enumerate(small()):
        for at in range(len(line)):
            altered = small()
            altered[n] = line[:at] + bytes([line[at] ^ 1 << bit]) + line[at + 1 :]
            with pytest.raises(SuiteError, match=rf"^line {n + 1}\b"):
                read(altered)


def test_a_file_that_is_cut_off_anywhere_is_refused() -> None:
    whole = b"\n".join(small())
    for end in range(len(whole)):
        with pytest.raises(SuiteError, match=r"^line "):
            read(whole[:end].split(b"\n"))


@pytest.mark.parametrize(
    ("order", "says"),
    [
        ([0, 2, 1], "line 2: was altered since it was written"),
        ([0, 2], "line 2: was altered since it was written"),
        ([0, 1], "line 1, lines: 2 are announced and 1 are there; lines are missing"),
        ([0, 1, 2, 2], "line 4, name: 'open_chat by originator' is that of line 3; give each its own"),
        ([1, 0, 2], "line 1: Object contains unknown field `name`; give what fsm suite --out wrote"),
    ],
)
def test_lines_that_change_places_come_twice_or_go_are_noticed(order: list[int], says: str) -> None:
    with pytest.raises(SuiteError) as error:
        read([small()[n] for n in order])
    assert str(error.value).startswith(says)


def test_a_line_that_was_added_is_noticed() -> None:
    with pytest.raises(SuiteError, match="lines: 2 are announced and 3 are there; there are too many lines"):
        read([*small(), small()[2].replace(b"open_chat by", b"another by")])


def without_checksums() -> list[bytes]:
    """The lines as they were written before there were checksums."""
    first, *rest = small()
    header = {key: value for key, value in json.loads(first).items() if key not in ("checksum", "lines")}
    return [json.dumps(header).encode(), *rest]


def test_a_suite_without_checksums_is_refused_and_can_be_stamped() -> None:
    with pytest.raises(SuiteError, match=r"line 1, checksum: is missing, so nobody knows .* give it to fsm.testing"):
        read(without_checksums())
    assert read(stamp(without_checksums())) == SMALL


def test_what_was_altered_on_purpose_is_stamped() -> None:
    first, call, chat = small()
    other = chat.replace(b"open_chat by originator", b"the chat")
    with pytest.raises(SuiteError, match="line 3: was altered since it was written; make the suite anew, or, where it"):
        read([first, call, other])
    stamped = stamp([first, call, other])
    assert stamped[1:] == [call, other], "only the first line is made anew"
    assert [each.name for each in read(stamped).scenarios] == [SMALL.scenarios[0].name, "the chat"]
    fewer = read(stamp([first, chat]))
    assert (len(fewer.scenarios), fewer.events) == (1, 1)
    assert stamp(small()) == small()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"event":"call_audio"', '"event":"call_audoi"', "steps[0].event: 'call_audoi' is not known; events are"),
        ('"lifecycle":null', '"lifecycle":"cal"', "lifecycle: 'cal' is not one; use one of chat, call, meeting,"),
        ('"call":["ringing",', '"calls":["ringing",', "steps[0].expected.at: 'calls' is no lifecycle of it; use"),
        ('"meeting":["none",null,null],', "", "steps[0].expected.at: meeting is missing; say of each lifecycle where"),
        ('["ringing","originator",', '["ringing",null,', "steps[0].expected.at.call: ['ringing', None, None] is no"),
        ('["ring_audio",', '["ring",', "steps[0].expected.effects: 'ring' is not known to this specification"),
        ('[["no_answer",', '[["timeout",', "steps[0].expected.start: 'timeout' is not known"),
        ('"cancel":["no_answer"]', '"cancel":["none"]', "steps[1].expected.cancel: 'none' is not known"),
        ('"rows":["call.', '"rows":["cal.', "steps[0].rows: 'cal.none.call_audio.2' is not known"),
        ('"rules":["', '"rules":["X', "steps[0].rules: 'X"),
        ('"name":"', '"name":"\ud83d', "line 2: 'utf-8' codec can't"),
    ],
)  # fmt: skip
def test_what_names_nothing_is_refused_whatever_its_checksum(old: str, new: str, says: str) -> None:
    first, call, chat = small()
    assert old in call.decode()
    altered = call.decode().replace(old, new, 1)
    for reader in (read, stamp):
        with pytest.raises(SuiteError) as error:
            reader([first, altered, chat])
        assert str(error.value).startswith("line 2")
        assert says.removeprefix("line 2: 'utf-8' codec can't") in str(error.value)


def test_a_rule_that_refuses_is_one() -> None:
    refused = Suite("rows", (scenario("share_desktop by recipient, call_audio by originator"),), (), ())
    [first, line] = lines(refused)
    altered = line.replace(b'"refused":"not-applicable"', b'"refused":"refused","rule":"ABC-1"')
    assert altered != line
    with pytest.raises(SuiteError, match=r"line 2, steps\[0\]\.expected\.rule: 'ABC-1' is not known"):
        stamp([first, altered])


def test_equal_names_are_refused_where_they_are_written_too() -> None:
    twice = SMALL._replace(scenarios=SMALL.scenarios[:1] * 2)
    with pytest.raises(SuiteError, match=r"name: 'call_audio by .*' is the name of two scenarios; give each its own"):
        write(twice, io.BytesIO())


def test_a_name_that_is_no_text_is_refused_before_anything_is_written() -> None:
    odd = SMALL._replace(scenarios=(SMALL.scenarios[0], SMALL.scenarios[1]._replace(name="half \ud83d")))
    file = io.BytesIO()
    with pytest.raises(SuiteError, match=r"the scenario 'half \\ud83d': has half a character in its text; take it out"):
        write(odd, file)
    assert file.getvalue() == b""


def test_it_is_written_to_a_path_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "suite.jsonl"
    write(SMALL, path)
    assert read(path.read_bytes().splitlines()) == SMALL
    with pytest.raises(SuiteError):
        write(SMALL._replace(scenarios=SMALL.scenarios[:1] * 2), path)
    assert read(path.read_bytes().splitlines()) == SMALL
    assert [each.name for each in tmp_path.iterdir()] == ["suite.jsonl"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (None, "lines: None is not accepted; give lines, such as a file that is open for bytes"),
        ("suite.jsonl", "lines: 'suite.jsonl' is not accepted; give lines"),
        (b"{}", "lines: b'{}' is not accepted"),
        ([7], "line 1: 7 is no line; give bytes or text"),
        (["\ud83d"], r"line 1: '\ud83d' is no text; give what fsm suite --out wrote"),
        ([b"x" * (LONGEST_LINE + 1)], "line 1: has 67,108,865 bytes; 67,108,864 are accepted"),
    ],
)
def test_what_is_no_lines_is_refused(given: Any, says: str) -> None:
    with pytest.raises(SuiteError) as error:
        read(given)
    assert str(error.value).startswith(says)


@pytest.mark.parametrize("field", ["scenarios", "events"])
def test_counts_are_held_against_what_is_there(field: str) -> None:
    header, rest = json.loads(small()[0]), small()[1:]
    header[field] += 1
    told = json.dumps({key: value for key, value in header.items() if key != "checksum"}, separators=(",", ":"))[1:]
    first = f'{{"checksum":"{sha256(told.encode()).hexdigest()}",{told}'
    with pytest.raises(SuiteError, match=f"line 1, {field}: . are announced and . are there; lines are missing"):
        read([first, *rest])
