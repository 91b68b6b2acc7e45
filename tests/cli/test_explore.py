"""`fsm explore`, and `--open` of others: the page is written, and opened where it should be."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import webbrowser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from fsm.explore.facts import told
from fsm.tenant import load
from tests.cli.conftest import Fsm

ROOT = Path(__file__).parents[2]
USERS = ROOT / "fsm" / "data" / "contoso" / "users.csv"
LOG = str(ROOT / "examples" / "conversations.jsonl")


def data(path: Path, name: str) -> object:
    text = path.read_text(encoding="utf-8")
    (found,) = re.findall(rf'<script type="application/json" id="{name}">(.*?)</script>', text, re.DOTALL)
    return json.loads(found)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The pages that were opened."""
    found: list[Path] = []

    def opened(where: str) -> bool:
        found.append(Path(urlsplit(where).path))
        return True

    monkeypatch.setattr(webbrowser, "open", opened)
    return found


def test_the_page_is_written_and_nothing_opened(fsm: Fsm, tmp_path: Path, seen: list[Path]) -> None:
    answer = fsm("explore", "--out", str(tmp_path / "page.html"), "--between", "TeamsOnly", "SfBOnly")
    assert (answer.status, answer.err, seen) == (0, "", [])
    assert data(tmp_path / "page.html", "start") == "from=TeamsOnly,address=a&to=SfBOnly,address=b"
    assert data(tmp_path / "page.html", "known") == []


def test_it_is_opened_at_an_address(fsm: Fsm, seen: list[Path]) -> None:
    start = "from=TeamsOnly&to=SfBOnly&play=open_chat:originator"
    assert fsm("explore", start).status == 0
    assert [data(each, "start") for each in seen] == [start]


def test_it_knows_the_users_of_an_export(fsm: Fsm, seen: list[Path]) -> None:
    answer = fsm("explore", "--users", str(USERS), "--json")
    assert answer.data["users"] == len(load(USERS))
    assert data(seen[0], "known") == [told(each) for each in load(USERS).values()]


def test_who_the_two_are_is_said_once(fsm: Fsm) -> None:
    answer = fsm("explore", "from=TeamsOnly&to=SfBOnly", "--between", "TeamsOnly", "SfBOnly")
    assert (answer.status, answer.err) == (2, "Error: --between: the address says who the two are; give one of them\n")


def test_where_it_cannot_be_written_is_said(fsm: Fsm, tmp_path: Path) -> None:
    answer = fsm("explore", "--out", str(tmp_path / "no" / "page.html"))
    assert answer.status == 2
    assert "No such file or directory; give another file" in answer.err


def test_without_a_browser_it_says_where_the_page_is(fsm: Fsm, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_: str) -> bool:
        raise webbrowser.Error("could not locate runnable browser")

    monkeypatch.setattr(webbrowser, "open", none)
    assert "no browser was found here: open the page in one" in fsm("explore").words
    answer = fsm("explain", "open_chat", "--by", "originator", "--open")
    assert answer.err.startswith("no browser was found here: open ")


def test_run_opens_what_was_played(fsm: Fsm, tmp_path: Path, seen: list[Path]) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text(
        '{"event": "open_chat", "by": "originator"}\n{"change": {"recipient": {"mode": "TeamsOnly"}}}\n',
        encoding="utf-8",
    )
    fsm("run", str(log), "--between", "TeamsOnly", "SfBOnly", "--open")
    start = str(data(seen[0], "start"))
    assert start.endswith("&play=open_chat:originator;change:recipient.mode=TeamsOnly,recipient.client=teams-windows")


def test_explain_opens_the_place_it_is_about(fsm: Fsm, seen: list[Path]) -> None:
    fsm("explain", "send_file", "--by", "recipient", "--in", "chat=interop:originator", "--open")
    assert str(data(seen[0], "start")).endswith("play=open_chat:originator;send_file:recipient")


def test_explain_says_where_no_way_leads(fsm: Fsm, seen: list[Path]) -> None:
    answer = fsm("explain", "send_text", "--by", "recipient", "--in", "chat=draining", "--open")
    assert (answer.status, answer.out, seen) == (2, "", [])
    assert "these two come there by a change of the pairing alone" in answer.err


def test_replay_opens_the_first_departure(fsm: Fsm, seen: list[Path]) -> None:
    fsm("replay", LOG, "--open")
    start = str(data(seen[0], "start"))
    assert "from=TeamsOnly,address=megan.bowen@contoso.com" in start
    assert start.endswith("play=open_chat:originator;send_text:recipient;send_file:originator")


def test_replay_opens_nothing_where_nothing_departs(fsm: Fsm, tmp_path: Path, seen: list[Path]) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text('{"event": "open_chat", "by": "originator"}\n', encoding="utf-8")
    assert fsm("replay", str(log), "--between", "TeamsOnly", "SfBOnly", "--open").status == 0
    assert seen == []


def test_replay_says_what_leaves_something_open(fsm: Fsm, tmp_path: Path, seen: list[Path]) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text('{"event": "open_chat", "by": "originator"}\n{"event": "send_file"}\n', encoding="utf-8")
    answer = fsm("replay", str(log), "--between", "TeamsOnly", "SfBOnly", "--open")
    assert (answer.status, seen) == (2, [])
    assert "--open: log:2: event: may be send_file by originator or send_file by recipient" in answer.err


def test_a_real_browser_is_started(tmp_path: Path) -> None:
    told = tmp_path / "told"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {told}\n', encoding="utf-8")
    browser.chmod(0o755)
    environment = {**os.environ, "BROWSER": f"{browser} %s", "TMPDIR": str(tmp_path)}
    run = [sys.executable, "-m", "fsm", "explore", "from=TeamsOnly&to=SfBOnly"]
    subprocess.run(run, env=environment, check=True, capture_output=True)
    page = Path(urlsplit(told.read_text(encoding="utf-8")).path)
    assert data(page, "start") == "from=TeamsOnly&to=SfBOnly"
