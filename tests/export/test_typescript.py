"""The TypeScript module names what the configuration names, compiles strictly, runs, and serves the example."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from fsm import CONVERSATION, LIFECYCLES
from fsm.export import What, export, names, possible
from fsm.export.xstate import config
from fsm.space.resolved import Send
from tests.export import jury
from tests.export.xstate import CONDITIONS, home, machine, steps, verdict
from tests.people import PAIRS

EXAMPLE = Path(__file__).parents[2] / "examples" / "typescript"
TYPED = 'import type { UnknownMachineConfig } from "xstate";\nexport const config = '
STRICT = """{
  "compilerOptions": {
    "strict": true,
    "noUncheckedIndexedAccess": true,
    "noPropertyAccessFromIndexSignature": true,
    "noUnusedLocals": true,
    "noUnusedParameters": true,
    "module": "nodenext",
    "target": "es2022",
    "skipLibCheck": true,
    "types": [],
    "outDir": "out"
  }
}"""
WHATS: dict[str, What] = {"conversation": CONVERSATION, **CONVERSATION.lifecycles}


def declared(text: str, name: str) -> set[str]:
    """The words of a union, or the members of an interface."""
    body = re.search(rf"export (?:type|interface) {name}\b[^=;{{]*[={{](.*?)(?:;\n\n|\n?}})", text, re.DOTALL)
    assert body, name
    return set(re.findall(r'"([^"]+)"', body[1]) if f"type {name}" in text else re.findall(r"^  (\w+):", body[1], re.M))


@pytest.mark.parametrize("name", LIFECYCLES)
def test_a_lifecycle_has_its_places_and_hears_its_events_and_signals(name: str) -> None:
    text, states = export("typescript", CONVERSATION.lifecycles[name]), config(CONVERSATION.lifecycles[name])["states"]
    assert declared(text, "Value") == set(states)
    assert declared(text, "EventType") == {event for state in states.values() for event in state["on"]}


def test_a_conversation_hears_events_and_changes_and_keeps_signals_to_itself() -> None:
    text = export("typescript", CONVERSATION)
    heard = declared(text, "EventType")
    assert {event.partition(".")[0] for event in heard if event.count(".") == 1} == set(CONVERSATION.events)
    assert {event for event in heard if event.count(".") == 2} == {
        each["type"] for each in config(CONVERSATION)["meta"]["changes"]
    }
    assert "export type Signal = never;" in text


def test_a_lifecycle_tells_its_siblings_by_signals() -> None:
    assert "meeting.start.originator" in declared(export("typescript", CONVERSATION.lifecycles["call"]), "Signal")


def test_guards_are_those_that_rows_and_timers_and_effects_ask_for() -> None:
    found = declared(export("typescript", CONVERSATION), "Conditions")
    assert found <= {each.name for each in CONDITIONS}
    assert {"interop", "has_sfb_side", "originator_told_by_bar", "recipient_may_meet_now"} <= found


def test_every_guard_says_what_is_so_when_it_holds() -> None:
    text = export("typescript", CONVERSATION)
    said = dict(
        (name, words) for words, name in re.findall(r"^  /\*\* (.*) \*/\n  (\w+): boolean;$", text, re.MULTILINE)
    )
    assert list(said) == sorted(declared(text, "Conditions"))
    assert said["interop"] == "The conversation is interop."
    assert said["originator_on_teams"] == "The originator is on Teams."
    assert said["recipient_on_teams"] == "The recipient is on Teams."
    for each in CONDITIONS:
        if each.name in said:
            assert said[each.name].lower().endswith(f"{each.guard.says.lower()}.")


@pytest.mark.parametrize("name", WHATS)
def test_names_stand_in_order_so_that_two_exports_are_one(name: str) -> None:
    text = export("typescript", WHATS[name])
    for union in ("EventType", "Signal"):
        body = re.search(rf"export type {union} =(.*?);\n\n", text, re.DOTALL)
        assert body
        words = re.findall(r'"([^"]+)"', body[1])
        assert words == sorted(words)
    for line in re.findall(r'^  \w+: ("\w.*);$', text, re.MULTILINE):
        assert line.split(" | ") == sorted(line.split(" | "))
    effects = re.findall(r"^  (\w+):", text.partition("export interface Effects")[2].partition("\n}")[0], re.MULTILINE)
    assert effects == sorted(effects)


def test_every_effect_says_whom_it_may_be_addressed_to() -> None:
    text = export("typescript", CONVERSATION)
    assert declared(text, "Effects") == {emit.effect.name for row in CONVERSATION.rows.values() for emit in row.effects}
    assert '  relay: "gateway";' in text
    assert '  /** The addressee is rung for a voice call. */\n  ring_audio: "originator" | "recipient";' in text


def test_two_people_need_no_guards_and_see_only_what_they_can() -> None:
    text = export("typescript", CONVERSATION, PAIRS["teams>teams"])
    assert declared(text, "Conditions") == set()
    happen = possible.steps(CONVERSATION, names.profile(PAIRS["teams>teams"]))
    some = (step for places in happen.values() for found in places.values() for step in found)
    left = {each.effect for step in some for each in step.branch.does if isinstance(each, Send)}
    assert declared(text, "Effects") == left
    assert "open_thread" in left
    assert not left & {"create_sfb_meeting", "join_anonymous", "open_interop_window", "show_business_bar"}


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every module, and every configuration for XState's own types to check, compiled."""
    tools, here = home("xstate", "typescript"), tmp_path_factory.mktemp("typescript")
    (here / "node_modules").symlink_to(tools / "node_modules")
    (here / "package.json").write_text('{"type": "module"}')
    (here / "tsconfig.json").write_text(STRICT)
    for name, what in WHATS.items():
        for suffix, pairing in (("", None), ("_two", PAIRS["teams>sfb"])):
            (here / f"{name}{suffix}.ts").write_text(export("typescript", what, pairing))
            typed = f"{TYPED}{export('xstate', what, pairing).strip()} satisfies UnknownMachineConfig;\n"
            (here / f"{name}{suffix}_config.ts").write_text(typed)
    compile(tools, here)
    return here / "out"


def compile(tools: Path, project: Path) -> None:
    tsc = tools / "node_modules" / "typescript" / "bin" / "tsc"
    done = subprocess.run(["node", tsc, "-p", project], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.external
def test_the_module_runs_the_conversation_as_the_engine_does(compiled: Path, sequences: list[jury.Sequence]) -> None:
    found = verdict([machine(CONVERSATION, module=compiled / "conversation.js"), *map(steps, sequences)])
    jury.record("typescript", "XState", found["version"], found["sequences"], len(found["disagreements"]))
    assert found["disagreements"] == []


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """The example as its README has it made."""
    tools, here = home("xstate", "typescript", "@types/node"), tmp_path / "example"
    shutil.copytree(EXAMPLE, here, ignore=shutil.ignore_patterns("node_modules", "dist", "call.*"))
    (here / "node_modules").symlink_to(tools / "node_modules")
    (here / "src" / "call.json").write_text(export("xstate", CONVERSATION.lifecycles["call"]))
    (here / "src" / "call.ts").write_text(export("typescript", CONVERSATION.lifecycles["call"]))
    return here


@pytest.mark.external
def test_the_example_compiles_runs_and_passes_its_own_tests(example: Path) -> None:
    compile(home(), example)
    for command, says in (
        (["node", "dist/main.js"], "refused by DEC-14; instead: accept_call"),
        (["node", "--test", "dist/service.test.js"], "pass 8"),
    ):
        done = subprocess.run(command, cwd=example, capture_output=True, text=True, check=False)
        assert (done.returncode, says in done.stdout) == (0, True), done.stdout + done.stderr


@pytest.mark.external
@pytest.mark.parametrize(
    ("file", "written", "instead"),
    [
        ("guards.ts", "  federation_allowed: () => true,\n", ""),
        ("guards.ts", "originator_on_teams:", "originator_on_team:"),
        ("main.ts", '"call_audio.originator"', '"call_audio.caller"'),
    ],
)
def test_a_service_that_forgets_or_misspells_a_name_does_not_compile(
    example: Path, file: str, written: str, instead: str
) -> None:
    source = (example / "src" / file).read_text()
    assert written in source
    (example / "src" / file).write_text(source.replace(written, instead))
    with pytest.raises(AssertionError, match="error TS"):
        compile(home(), example)
