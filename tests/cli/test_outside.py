"""What comes from outside, a stream that fails and a signal: told in one safe line, with a status that is no answer."""

from __future__ import annotations

import errno
import io
import json
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import fsm as library
from fsm import CONVERSATION, Party, cli
from fsm.cli import ending
from fsm.cli.show import screen
from fsm.cli.show.screen import Safe, Screen
from tests.cli.conftest import ADELE, GRADY, Fsm
from tests.fuzz.doors.commands import CONTROLS, STYLES, terminal
from tests.test_files import small_disk

EVIL = "ann\x1b[2J\x9b2J\u202e\nError: ok [red]x[/red] [link=http://evil]y[/link]\x7f\r"
LINE = EVIL.replace("\n", " ")
SHOWN = r"ann\x1b[2J\x9b2J\u202e\nError: ok [red]x[/red] [link=http://evil]y[/link]\x7f\r"
SQUEEZED = SHOWN.replace(" ", "")
WHO = f"TeamsOnly,address={EVIL}@contoso.com"
LOG = "\n".join(
    json.dumps({"event": event, "by": by, "conversation": EVIL, "originator.mode": "TeamsOnly"} | more)
    for event, by, more in (
        ("call_audio", "originator", {"recipient.mode": "SfBOnly", "originator.address": "[red]ann[/red]@contoso.com"}),
        ("send_file", "originator", {}),
    )
)
HOSTILE = [
    ("route", WHO, "SfBOnly"),
    ("presence", WHO, "--seen-by", "SfBOnly"),
    ("explain", "call_audio", "--by", "originator", "--between", WHO, "SfBOnly"),
    ("run", "-", "--between", WHO, "SfBOnly"),
    ("replay", "-"),
    ("replay", "-", "--json"),
    ("route", WHO, "SfBOnly", "--json"),
    ("explain", EVIL, "--by", "originator"),
    ("explain", "hold", "--by", "service", "--in", f"call={EVIL}"),
    ("route", EVIL, "SfBOnly"),
    ("route", f"{EVIL}@nowhere", "SfBOnly"),
    ("route", f"TeamsOnly,{EVIL}", "SfBOnly"),
    ("route", f"TeamsOnly,{EVIL}=1", "SfBOnly"),
    ("route", f"TeamsOnly,client={EVIL}", "SfBOnly"),
    ("route", "a", "b", EVIL),
    ("route", f"--{EVIL}", "b"),
    ("route", "TeamsOnly", "SfBOnly", "--scope", EVIL),
    ("route", "TeamsOnly", "SfBOnly", "--users", LINE),
    (EVIL,),
    ("rules", EVIL),
    ("table", EVIL),
    ("table", "call", EVIL),
    ("draw", EVIL),
    ("draw", "call", "--out", f"x.{EVIL}"),
    ("draw", "call", "--out", f"{EVIL}/x.mmd"),
    ("draw", "call", "--between", WHO, "SfBOnly", "--out", f"{EVIL}.mmd"),
    ("draw", "call", "--between", WHO, "SfBOnly", "--format", "mermaid"),
    ("draw", "call", "--between", WHO, "SfBOnly", "--format", "dot"),
    ("export", EVIL),
    ("export", "plantuml", EVIL),
    ("export", "plantuml", "call", "--between", WHO, "SfBOnly"),
    ("export", "scxml", "call", "--between", WHO, "SfBOnly", "--out", f"{EVIL}.scxml"),
    ("export", "xstate", "call", "--between", WHO, "SfBOnly", "--out", f"{EVIL}/x"),
    ("suite", EVIL),
    ("suite", EVIL, "--seed", "1"),
    ("suite", "states", "--lifecycle", EVIL),
    ("suite", "states", "--out", f"{EVIL}/x"),
    ("check", "--property", EVIL),
    ("check", "--against", EVIL),
    ("check", "--pictures", "/dev/null"),
    ("replay", EVIL),
    ("replay", f"{EVIL}.parquet", "--skip-bad"),
    ("replay", f"{LINE}.parquet"),
    ("run", EVIL, "--between", "TeamsOnly", "SfBOnly"),
    ("source", f"{EVIL}/x"),
    ("source", EVIL, "--check"),
    ("matrix", "--client", EVIL),
]


@pytest.mark.parametrize("command", HOSTILE, ids=lambda words: ascii(" ".join(words))[:60])
def test_nothing_from_outside_steers_a_terminal(fsm: Fsm, command: tuple[str, ...]) -> None:
    answer = fsm(*command, stdin=LOG)
    assert answer.status in (0, 1, 2)
    assert CONTROLS.findall(answer.out.replace("\t", "") + answer.err.replace("\t", "")) == []
    assert "\nError: ok" not in "\n" + answer.out + answer.err
    if answer.status == 2:
        assert len([line for line in answer.err.splitlines() if line.startswith("Error: ")]) == 1


def test_what_cannot_be_shown_is_told(fsm: Fsm) -> None:
    assert SQUEEZED in "".join(fsm("route", WHO, "SfBOnly").err.split())
    assert SQUEEZED in "".join(fsm("replay", "-", stdin=LOG).out.split())
    assert json.loads(fsm("replay", "-", "--json", stdin=LOG).out)["departures"][0]["conversation"] == EVIL


def test_on_a_terminal_only_styles_are_more_than_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", terminal().stream)
    monkeypatch.setenv("TERM", "xterm")
    shown = Screen(as_json=False)
    assert shown.console.is_terminal
    shown.print(EVIL, shown.note(EVIL), shown.heading(EVIL), shown.bullets([EVIL]), shown.facts((EVIL, EVIL)))
    read = terminal().shown()
    assert "\x1b[" in read
    assert CONTROLS.findall(STYLES.sub("", read)) == []


class TestTwice:
    """What is said twice may mean two things."""

    @pytest.mark.parametrize(
        ("command", "says"),
        [
            (("route", "TeamsOnly,client=teams-web,client=teams-mac", "SfBOnly"), "client is said twice"),
            (("route", "TeamsOnly,mode=Islands", "SfBOnly"), "mode is said twice"),
            (("route", f"{ADELE},address=bob@contoso.com", GRADY), "address is said twice"),
            (
                ("explain", "hold", "--by", "originator", "--in", "call=connected", "--in", "call=none"),
                "--in: 'call' is said twice",
            ),
            (("explain", "hold", "--by", "originator", "--in", "call=none call=none"), "--in: 'call' is said twice"),
            (("matrix", "--client", "sfb-legacy", "--client", "sfb-current"), "--client: two of sfb are given"),
        ],
    )
    def test_is_an_error(self, fsm: Fsm, command: tuple[str, ...], says: str) -> None:
        answer = fsm(*command)
        assert (answer.status, answer.out) == (2, "")
        assert says in answer.err


@pytest.mark.parametrize(
    ("by", "places"),
    [
        (Party.SERVICE, ()),
        (Party.ORIGINATOR, ("call=ringing:originator",)),
        (Party.RECIPIENT, ("chat=interop:recipient", "meeting=ended")),
    ],
)
def test_every_event_is_explained_whoever_fires_it(fsm: Fsm, by: Party, places: tuple[str, ...]) -> None:
    standing = [word for place in places for word in ("--in", place)]
    for event in CONVERSATION.events:
        answer = fsm("explain", event, "--by", by.value, *standing, "--json")
        assert answer.status in (0, 1), event
        assert answer.data["event"] == event


class TestFiles:
    """What cannot be written leaves what was there."""

    @pytest.mark.parametrize(
        ("command", "file"),
        [
            (("export", "xstate", "--out", "x"), "x"),
            (("draw", "call", "--out", "x.mmd"), "x.mmd"),
            (("suite", "states", "--lifecycle", "call", "--between", "TeamsOnly", "SfBOnly", "--out", "x"), "x"),
            (("source", "x"), "x"),
            (("tour", "--out", "."), "call.svg"),
            (("replay", "log", "--picture", ".",), "meeting.svg"),
            (("replay", "log", "--picture", "x.svg", "--lifecycle", "call"), "x.svg"),
        ],
    )  # fmt: skip
    def test_on_a_full_disk(self, fsm: Fsm, command: tuple[str, ...], file: str) -> None:
        Path(file).write_text("what was there")
        Path("log").write_text('{"event": "hold", "by": "originator"}\n')
        between = ("--between", "TeamsOnly", "SfBOnly") if command[0] == "replay" else ()
        before = sorted(Path().iterdir())
        with small_disk(200):
            answer = fsm(*command, *between)
        assert answer.status == 2
        assert "File too large" in answer.err
        assert Path(file).read_text() == "what was there"
        assert sorted(Path().iterdir()) == before
        assert ("depart" in answer.out) == (command[0] == "replay"), "the answer is told all the same"

    @pytest.mark.parametrize(
        "command",
        [
            ("check", "--pictures", "file/x"),
            ("replay", "log", "--picture", "file/x"),
            ("replay", "log", "--picture", "no/x.svg", "--lifecycle", "call"),
            ("suite", "rows", "--out", "no/x"),
        ],
    )
    def test_where_nothing_can_be_written_no_work_is_done(self, fsm: Fsm, command: tuple[str, ...]) -> None:
        Path("file").write_text("")
        answer = fsm(*command)
        assert (answer.status, answer.out) == (2, "")
        assert re.match(r"Error: --(picture|pictures|out): \S+: (Not a directory|No such file)", answer.err)

    def test_a_special_file_is_not_tried_beforehand(self, fsm: Fsm) -> None:
        few = ("suite", "states", "--lifecycle", "terminated_call", "--between", "TeamsOnly", "SfBOnly")
        assert fsm(*few, "--out", "/dev/null").status == 0

    @pytest.mark.parametrize(
        ("log", "says"),
        [("a" * 300, "File name too long"), ("folder", "there is no file in it"), ("no", "No such file")],
    )
    @pytest.mark.parametrize("command", [("replay",), ("run", "--between", "TeamsOnly", "SfBOnly")])
    def test_a_log_that_cannot_be_read(self, fsm: Fsm, command: tuple[str, ...], log: str, says: str) -> None:
        Path("folder").mkdir()
        answer = fsm(command[0], log, *command[1:])
        assert (answer.status, answer.out) == (2, "")
        assert answer.err.startswith(f"Error: {log}: {says}")

    def test_own_python_that_fails_is_named(self, fsm: Fsm) -> None:
        for code, says in (
            ("raise SystemExit('\\x1b[2J')", r"SystemExit: \x1b[2J"),
            ("1 / 0", "ZeroDivisionError"),
            ("x y", "SyntaxError"),
            ("PROPERTIES = 'a' * 1000", "PROPERTIES is 'aaa"),
        ):
            Path("own.py").write_text(code)
            answer = fsm("check", "--against", "own.py")
            assert (answer.status, answer.out) == (2, "")
            assert answer.err.startswith("Error: --against: own.py: ")
            assert says in answer.err
            assert len(answer.err) < 400

    def test_that_it_is_run_is_said(self, fsm: Fsm) -> None:
        assert "it is run" in " ".join(fsm("check", "-h").out.split())


def fsm_process(*arguments: str, **given: Any) -> subprocess.CompletedProcess[str]:
    """The command line as a process."""
    command = [sys.executable, "-m", "fsm", *arguments]
    return subprocess.run(command, text=True, check=False, stderr=subprocess.PIPE, **given)


class TestStreams:
    """Standard streams that fail."""

    @pytest.mark.parametrize("command", [("route", "TeamsOnly", "SfBOnly"), ("--version",), ("export", "xstate")])
    @pytest.mark.parametrize(
        ("to", "says"), [(">/dev/full", "No space left on device"), (">&-", "Bad file descriptor")]
    )
    def test_output_that_cannot_be_written(self, command: tuple[str, ...], to: str, says: str) -> None:
        line = f'exec "{sys.executable}" -m fsm {" ".join(command)} {to}'
        done = subprocess.run(["sh", "-c", line], text=True, check=False, stderr=subprocess.PIPE)
        assert done.returncode == 2
        assert re.fullmatch(rf"Error: (standard output: )?{says}\n", done.stderr)

    def test_input_that_is_closed(self) -> None:
        line = f'exec "{sys.executable}" -m fsm run - --between TeamsOnly SfBOnly <&-'
        done = subprocess.run(["sh", "-c", line], text=True, check=False, capture_output=True)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "Error: stdin: Bad file descriptor; give a file of events\n"

    @pytest.mark.parametrize("to", ["2>&-", "2>/dev/full"])
    def test_errors_that_nobody_can_be_told(self, to: str) -> None:
        line = f'exec "{sys.executable}" -m fsm route nobody SfBOnly {to}'
        done = subprocess.run(["sh", "-c", line], text=True, check=False, stdout=subprocess.PIPE)
        assert (done.returncode, done.stdout) == (2, "")

    @pytest.mark.parametrize("command", [("rules",), ("--help",), ("export", "xstate")])
    def test_that_nobody_reads_any_more(self, command: tuple[str, ...]) -> None:
        read, write = os.pipe()
        os.close(read)
        with open(write, "wb") as nobody:
            done = fsm_process(*command, stdout=nobody)
        assert (done.returncode, done.stderr) == (141, "")

    def test_a_terminal_that_is_gone(self) -> None:
        there, here = pty.openpty()
        os.close(there)
        with open(here, "wb") as gone:
            done = fsm_process("route", "TeamsOnly", "SfBOnly", stdout=gone)
        assert (done.returncode, done.stderr) == (2, f"Error: standard output: {os.strerror(errno.EIO)}\n")

    def test_bytes_that_are_no_text(self) -> None:
        command = [sys.executable.encode(), b"-m", b"fsm", b"route", b"TeamsOnly,address=\xff\x9b@x", b"Nope\xff"]
        done = subprocess.run(command, capture_output=True, check=False)
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr.startswith(rb"Error: 'TeamsOnly,address=\udcff\udc9b@x': address: '\udcff\udc9b@x' is not")


class TestSignals:
    """Being told to stop."""

    @pytest.mark.parametrize(
        ("number", "status", "says"), [(signal.SIGINT, 130, "Interrupted\n"), (signal.SIGTERM, 143, "")]
    )
    def test_while_it_waits_for_a_log(self, tmp_path: Path, number: signal.Signals, status: int, says: str) -> None:
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        command = [sys.executable, "-m", "fsm", "run", str(pipe), "--between", "TeamsOnly", "SfBOnly"]
        child = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        with pipe.open("wb"):  # once it is read
            child.send_signal(number)
            out, err = child.communicate()
        assert (child.returncode, out, err) == (status, "", says)

    def test_before_there_is_a_command(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def interrupted(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("fsm.cli.app.app", interrupted)
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        assert stopped.value.code == 130
        assert capsys.readouterr() == ("", "Interrupted\n")

    def test_what_is_written_for_a_reader_may_be_stopped(self, tmp_path: Path) -> None:
        out, old = tmp_path / "suite.jsonl", "what was there"
        out.write_text(old)
        script = (
            "import sys, signal, fsm.testing.jsonl as jsonl; from fsm.cli import main\n"
            "def half(suite):\n"
            "    yield b'half'\n"
            "    print('half', file=sys.stderr, flush=True)\n"
            "    signal.pause()\n"
            "jsonl.lines = half\n"
            "main()"
        )
        words = ["suite", "states", "--lifecycle", "terminated_call", "--between", "TeamsOnly", "SfBOnly"]
        command = [sys.executable, "-c", script, *words, "--out", str(out)]
        for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)):
            child = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
            assert child.stderr
            assert child.stderr.readline() == "half\n"
            child.send_signal(number)
            child.communicate()
            assert child.returncode == status
            assert out.read_text() == old
            assert list(tmp_path.iterdir()) == [out]


class TestEnding:
    """What a command may end in."""

    @pytest.mark.parametrize(
        ("error", "says"),
        [
            (RecursionError(), "Error: what was given is nested too deeply\n"),
            (MemoryError(), "Error: there is not enough memory for what was given\n"),
            (OSError(24, "Too many open files"), "Error: Too many open files\n"),
            (OSError(13, "Permission denied", "a\nb"), "Error: a\\nb: Permission denied\n"),
            (ending.InputError("one\ntwo"), "Error: one\nError: two\n"),
            (ending.InputError("x" * 3000), f"Error: {'x' * 1993}... (3,007 characters)\n"),
        ],
    )
    def test_an_error_is_told(self, error: Exception, says: str, capsys: pytest.CaptureFixture[str]) -> None:
        def fails() -> None:
            raise error

        assert ending.ended(fails) == 2
        assert capsys.readouterr().err == says

    @pytest.mark.parametrize("error", [ValueError("ours"), OSError("ours")])
    def test_a_fault_of_ours_is_not_hidden(self, error: Exception) -> None:
        def fails() -> None:
            raise error

        with pytest.raises(type(error), match="ours"):
            ending.ended(fails)

    def test_an_interrupt_is_told(self, capsys: pytest.CaptureFixture[str]) -> None:
        def interrupted() -> None:
            raise KeyboardInterrupt

        assert ending.ended(interrupted) == 130
        assert capsys.readouterr() == ("", "Interrupted\n")

    def test_who_stops_it_says_how(self) -> None:
        with pytest.raises(SystemExit):
            ending.ended(lambda: sys.exit(143))

    def test_nobody_listens(self) -> None:
        def fails() -> None:
            raise BrokenPipeError

        assert ending.ended(fails) == 141
        with pytest.raises(BrokenPipeError), ending.output():
            fails()

    def test_nobody_listens_to_a_terminal(self) -> None:
        class Gone(io.StringIO):
            def write(self, text: str) -> int:
                raise BrokenPipeError

        with pytest.raises(BrokenPipeError):
            Safe(file=Gone()).print("x")

    def test_an_option_without_a_command(self, fsm: Fsm) -> None:
        answer = fsm("route", "TeamsOnly", "SfBOnly", "--edition")
        assert (answer.status, answer.out) == (2, "")
        assert "--edition" in answer.err


@pytest.mark.parametrize(
    ("hidden", "command", "says"),
    [
        ("numpy", ("replay", "x.parquet"), "replaying in bulk needs numpy; pip install 'interop-fsm[bulk]'"),
        ("pyarrow", ("replay", "x.parquet"), "replaying in bulk needs pyarrow; pip install 'interop-fsm[bulk]'"),
        ("numpy", ("plan",), "planning needs numpy; pip install 'interop-fsm[plan]'"),
        ("pyarrow", ("plan",), "planning needs pyarrow; pip install 'interop-fsm[plan]'"),
        (
            "igraph",
            ("plan", "--propose", "2"),
            "--propose: proposing waves needs igraph; pip install 'interop-fsm[plan]'",
        ),
        ("rich", ("route", "a", "b"), "the command line needs rich; pip install 'interop-fsm[cli]'"),
        ("typer", ("route", "a", "b"), "the command line needs typer; pip install 'interop-fsm[cli]'"),
    ],
)
def test_a_missing_extra_is_named(hidden: str, command: tuple[str, ...], says: str, tmp_path: Path) -> None:
    (tmp_path / "x.parquet").touch()
    script = f"import sys; sys.modules[{hidden!r}] = None; from fsm.cli import main; main()"
    env = {**os.environ, "PYTHONPATH": str(Path(library.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", script, *command], capture_output=True, text=True, check=False, cwd=tmp_path, env=env
    )
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"Error: {says}\n")


def test_without_a_layout_engine_it_is_named(fsm: Fsm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    answer = fsm("draw", "call", "--out", "x.svg")
    assert (answer.status, answer.out) == (2, "")
    assert "pip install graphviz-pure" in answer.err
    assert screen.safe("a\x1bb\nc") == "a\\x1bb\nc"
