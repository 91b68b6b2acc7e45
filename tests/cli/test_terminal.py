"""How it behaves on terminals, in pipes, and where something is missing."""

from __future__ import annotations

import io
import json
import os
import re
import runpy
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import fsm as library
from fsm import cli
from fsm.cli.app import COMMANDS, Loaded
from fsm.cli.show.screen import ASCII, UNICODE, Screen

from .conftest import ADELE, GRADY, PRADEEP, Fsm

EXAMPLES = Path(__file__).parents[2] / "examples"
EVERY = [
    ("tour",),
    ("run", "-", "--between", ADELE, GRADY),
    ("route", ADELE, GRADY),
    ("route", "Islands", "SfBOnly"),
    ("presence", ADELE, "--seen-by", GRADY),
    ("explain", "share_desktop", "--by", "originator", "--in", "call=connected", "--between", PRADEEP, GRADY),
    ("explain", "meeting_created", "--by", "service", "--in", "meeting=creating:originator", "--in", "chat=locked"),
    ("matrix",),
    ("matrix", "--scope", "federated", "--islands", "as-routed", "--client", "sfb-legacy"),
    ("rules",),
    ("rules", *library.RULES),
    *(("table", name) for name in library.LIFECYCLES),
    ("replay", str(EXAMPLES / "conversations.jsonl")),
    ("suite", "states", "--lifecycle", "call", "--between", ADELE, GRADY),
]
LOG = "\n".join(
    json.dumps({"event": event, "by": by})
    for event, by in (("open_chat", ADELE), ("send_file", ADELE), ("share_desktop", ADELE), ("call_audio", GRADY))
)
every_command = pytest.mark.parametrize("command", EVERY, ids=lambda words: " ".join(words[:4]))
NEEDED = "Error: the command line needs {}; pip install 'interop-fsm[cli]'\n"
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(autouse=True)
def _pen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fsm.draw.render", lambda picture, format: b"")


@every_command
def test_80_columns_are_enough(fsm: Fsm, command: tuple[str, ...]) -> None:
    answer = fsm(*command, stdin=LOG)
    assert answer.status in (0, 1)
    assert answer.out
    assert [line for line in answer.out.splitlines() if len(line) > 80 or line != line.rstrip()] == []


@every_command
def test_ascii_is_enough(fsm: Fsm, command: tuple[str, ...]) -> None:
    answer = fsm(*command, stdin=LOG, charset="ascii")
    assert answer.status in (0, 1)
    assert "?" not in answer.out
    assert len(answer.out.splitlines()) > 2


@every_command
def test_json_is_all_there_is(fsm: Fsm, command: tuple[str, ...]) -> None:
    answer = fsm(*command, "--json", stdin=LOG, charset="ascii")
    assert answer.data
    assert answer.err == ""
    assert answer.status == fsm(*command, stdin=LOG).status


@pytest.mark.parametrize(
    ("charset", "written"), [("ascii", "j?rgen"), ("latin-1", "j\u00fcrgen"), ("utf-8", "j\u00fcrgen")]
)
def test_what_a_terminal_cannot_write_is_marked(fsm: Fsm, charset: str, written: str) -> None:
    answer = fsm("route", "TeamsOnly,address=j\u00fcrgen@contoso.com", "SfBOnly", charset=charset)
    assert answer.status == 0
    assert f"interop: {written} " in answer.out


def test_a_terminal_has_colour_unless_it_is_not_wanted(fsm: Fsm) -> None:
    coloured = fsm("route", ADELE, GRADY, FORCE_COLOR="1", NO_COLOR=None, TERM="xterm-256color").out
    assert "\x1b[1;32m✓" in coloured
    plain = fsm("route", ADELE, GRADY, FORCE_COLOR="1", TERM="xterm-256color").out
    assert "✓" in plain
    assert re.search(r"\x1b\[[0-9;]*3[0-9]", plain) is None
    piped = fsm("route", ADELE, GRADY, NO_COLOR=None).out
    assert "\x1b" not in piped
    without = [ESCAPES.sub("", text).split() for text in (coloured, plain, piped)]
    assert without[0] == without[1] == without[2]


def test_a_stream_of_another_kind_is_written_to(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    screen = Screen(as_json=False)
    screen.print("ok")
    assert screen.glyphs == UNICODE
    assert stream.getvalue() == "ok\n"


def test_the_signs_have_a_stand_in_each() -> None:
    assert len(set(ASCII)) == len(set(UNICODE)) == len(UNICODE)
    assert "".join(ASCII).isascii()


class TestHelp:
    """What there is to know about the commands."""

    def test_fits(self, fsm: Fsm) -> None:
        for command in (("--help",), *((name, "-h") for name, *_ in EVERY)):
            answer = fsm(*command)
            assert answer.status == 0
            assert [line for line in answer.out.splitlines() if len(line) > 80] == []
        assert "..." not in fsm("--help").out.partition("Commands:")[2]

    def test_is_what_nothing_gives(self, fsm: Fsm) -> None:
        answer = fsm()
        assert answer.status == 2
        assert "explain" in answer.out + answer.err

    def test_has_a_version(self, fsm: Fsm) -> None:
        assert fsm("--version") == (0, f"interop-fsm {library.__version__}\n", "")

    def test_says_what_is_unknown(self, fsm: Fsm) -> None:
        answer = fsm("dance")
        assert (answer.status, answer.out) == (2, "")
        assert "dance" in answer.err


class TestMissingLibraries:
    """Without the extra ``cli``."""

    def test_are_named_with_the_way_to_get_them(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.delitem(sys.modules, "fsm.cli.app")
        monkeypatch.setitem(sys.modules, "typer", None)
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        assert stopped.value.code == 2
        assert capsys.readouterr() == ("", NEEDED.format("typer"))

    def test_are_not_blamed_for_other_faults(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.delitem(sys.modules, "fsm.cli.app")
        monkeypatch.setitem(sys.modules, "fsm.cli.ending", None)
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        assert stopped.value.code == 2
        assert "ModuleNotFoundError: import of fsm.cli.ending halted" in capsys.readouterr().err

    @pytest.mark.parametrize("name", ["typer", "rich"])
    def test_in_a_real_process(self, name: str) -> None:
        script = f"import sys; sys.modules[{name!r}] = None; import fsm; from fsm.cli import main; main()"
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", NEEDED.format(name))


class TestARealProcess:
    """As it is installed."""

    def test_in_a_pipe_that_is_ascii(self) -> None:
        env = {**os.environ, "PYTHONIOENCODING": "ascii", "COLUMNS": "80"}
        command = [sys.executable, "-m", "fsm", "run", "-", "--between", ADELE, GRADY]
        done = subprocess.run(command, input=LOG.encode(), capture_output=True, check=False, env=env)
        assert (done.returncode, done.stderr) == (1, b"")
        assert b" 2 x send_file by adele.vance" in done.stdout

    def test_that_nobody_listens_to_ends_quietly(self) -> None:
        command = [sys.executable, "-m", "fsm", "rules"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout
            assert process.stderr
            process.stdout.close()
            assert b"Traceback" not in process.stderr.read()

    def test_runs_as_a_module(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.setattr(sys, "argv", ["fsm", "--version"])
        with pytest.raises(SystemExit) as stopped:
            runpy.run_path(library.__path__[0] + "/__main__.py", run_name="__main__")
        assert stopped.value.code == 0
        assert capsys.readouterr().out == f"interop-fsm {library.__version__}\n"


def test_importing_the_library_brings_neither_typer_nor_rich() -> None:
    script = "import sys, fsm, fsm.cli; print({'typer', 'rich'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_a_command_loads_what_it_needs_and_no_other() -> None:
    script = (
        "import sys; from fsm.cli.app import app, COMMANDS; print(*[n for n in sys.modules if 'cli.commands' in n])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
    for name, file in COMMANDS.items():
        assert getattr(import_module(f"fsm.cli.commands.{file}"), name).__doc__


def test_commands_are_found_by_name() -> None:
    assert len(Loaded()) == len(COMMANDS) == len(list(Loaded()))
    assert Loaded().get("plan") is Loaded()["plan"]
    assert Loaded().get("nothing") is None
