"""The first thing that strangers run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import fsm as library
from fsm import tenant
from fsm.draw import NoLayoutEngine

from .conftest import ADELE, GRADY, PRADEEP, Fsm

STORY = [
    "call_audio",
    "accept_call",
    "share_desktop",
    "warn_peer",
    "accept_meeting",
    "meeting_created",
    "link_delivered",
    "join_meeting",
    "start_sharing",
    "stop_sharing",
    "leave_meeting",
]


@pytest.fixture
def pen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A pen that draws nothing; the formats it was asked for."""
    asked: list[str] = []

    def render(picture: object, format: str) -> bytes:
        asked.append(format)
        return format.encode()

    monkeypatch.setattr("fsm.draw.render", render)
    return asked


@pytest.mark.usefixtures("pen")
class TestTheTour:
    """What it tells."""

    def test_plays_the_story_of_a_desktop_shared_in_a_call(self, fsm: Fsm) -> None:
        story = fsm("tour", "--json").data["story"]
        assert [step["event"] for step in story["steps"]] == STORY
        assert all(step["accepted"] for step in story["steps"])
        assert story["route"]["kind"] == "interop"
        assert story["steps"][-1]["state"] == {
            "chat": "interop",
            "call": "ended",
            "meeting": "ended",
            "terminated_call": "continued",
        }

    def test_is_what_the_library_does(self, fsm: Fsm) -> None:
        told = fsm("tour", "--json").data
        contoso = tenant.contoso()
        for story in (told["story"], *told["refusals"]):
            sides = (story["pairing"][side]["address"] for side in ("originator", "recipient"))
            conversation = library.Conversation(library.Pairing(*(contoso[address] for address in sides)))
            for step in story["steps"]:
                assert step["accepted"] == conversation.may(step["event"], step["by"])
                if step["accepted"]:
                    assert step["effects"] == [
                        {"effect": sent.name, "to": sent.to, "says": step["effects"][n]["says"]}
                        for n, sent in enumerate(conversation.fire(step["event"], step["by"]).effects)
                    ]

    def test_is_refused_twice_and_takes_a_way_out(self, fsm: Fsm) -> None:
        told = fsm("tour", "--json").data["refusals"]
        assert [story["pairing"]["originator"]["address"] for story in told] == [ADELE, PRADEEP]
        for story, rule in zip(told, ("LIM-6", "TMS-11"), strict=True):
            opened, refused, out = story["steps"]
            assert (opened["accepted"], refused["accepted"], out["accepted"]) == (True, False, True)
            assert refused["rule"] == rule
            assert {"event": out["event"], "by": out["by"]} in refused["ways"]

    def test_says_in_words_what_each_sees_and_what_changed(self, fsm: Fsm) -> None:
        answer = fsm("tour", COLUMNS="120")
        assert (answer.status, answer.err) == (0, "")
        for words in (
            "Adele (on Teams) Grady (on SfB)",
            "8 ✓ Grady clicks the join link",
            "sees the menu: to share, a Teams meeting has to start",
            "is warned that the call will move to a meeting",
            "the meeting service makes a Teams Meet Now meeting",
            "call escalating → ended",
            "no_answer in 30 s",
            "no_answer cancelled",
            "2 ✗ Adele attaches a file",
            f"LIM-6: {library.RULES['LIM-6'].says}",
            f"TMS-11: {library.RULES['TMS-11'].says}",
            "an admin assigns a meeting policy with AllowPrivateMeetNow true",
        ):
            assert words in answer.words

    def test_sums_up_the_export(self, fsm: Fsm) -> None:
        told = fsm("tour", "--json").data["export"]
        assert told["users"] == sum(told["modes"].values()) == len(tenant.contoso())
        assert list(told["modes"]) == [mode.value for mode in library.Mode]
        assert [row["reason"] for row in told["skipped"]] == ["disabled in Active Directory", "an application"]
        assert told["problems"] == []
        assert "53 TeamsOnly skipped miriam.graham@contoso.com: disabled" in fsm("tour").words

    def test_ends_with_commands_that_work(self, fsm: Fsm) -> None:
        told = fsm("tour", "--json").data["next"]
        assert len(told) == 3
        for line in told:
            assert fsm(*line.split()[1:]).status in (0, 1)


class TestTheDiagrams:
    """What it draws."""

    def test_are_in_two_formats_where_they_were_asked_for(self, fsm: Fsm, tmp_path: Path, pen: list[str]) -> None:
        told = fsm("tour", "--out", "some/where", "--json").data["diagrams"]
        expected = [Path("some/where") / f"{name}.{end}" for name in library.LIFECYCLES for end in ("svg", "png")]
        assert told == [str(path) for path in expected]
        assert [(tmp_path / path).read_bytes() for path in expected] == [b"svg", b"png"] * 4
        assert pen == ["svg", "png"] * 4

    def test_are_text_where_nothing_can_lay_them_out(
        self, fsm: Fsm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def render(picture: object, format: str) -> bytes:
            if format in ("svg", "png"):
                raise NoLayoutEngine("no layout engine; pip install graphviz-pure")
            return format.encode()

        monkeypatch.setattr("fsm.draw.render", render)
        answer = fsm("tour")
        assert answer.status == 0
        assert "pip install graphviz-pure" in answer.words
        assert (tmp_path / "fsm-tour" / "call.mmd").read_bytes() == b"mermaid"
        assert (tmp_path / "fsm-tour" / "call.dot").read_bytes() == b"dot"

    @pytest.mark.usefixtures("pen")
    def test_need_a_place_to_go(self, fsm: Fsm, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        answer = fsm("tour", "--out", "file")
        assert answer == (2, "", "Error: --out: cannot write to 'file': File exists; give another directory\n")


def test_the_whole_of_it_for_real(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "fsm", "tour", "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / "call.svg").read_bytes().lstrip().startswith((b"<?xml", b"<svg"))
    assert (tmp_path / "call.png").read_bytes().startswith(b"\x89PNG")


def test_the_example_is_the_same_story(fsm: Fsm) -> None:
    log = Path(__file__).parents[2] / "examples" / "desktop-sharing.jsonl"
    answer = fsm("run", str(log), "--between", ADELE, GRADY, "--json")
    assert answer.status == 0
    assert [step["event"] for step in answer.data["steps"]] == STORY
