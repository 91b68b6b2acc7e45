"""Services that misbehave, as processes of their own: each is one clear error, none holds a driver up or fools it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from fsm.testing.running.run import check
from tests.people import PAIRS
from tests.testing.faulty import scenario

RINGS = "call_audio by originator"
PATIENCE = 600.0
"""How many seconds an answer may take that there is."""
SOON = 0.2
"""How many seconds are waited for an answer that there is none."""

Starts = Callable[..., Any]


@pytest.fixture
def starts(example: Callable[[str], Any], tmp_path: Path) -> Iterator[Starts]:
    """Starts a service of these lines, and ends it however the test ends."""
    made: list[Any] = []

    def start(text: str, timeout: float = PATIENCE) -> Any:
        script = tmp_path / "service.py"
        script.write_text(f"import json, os, subprocess, sys, time\n{text}")
        made.append(example("process").Process([str(script)], timeout))
        return made[-1]

    yield start
    for each in made:
        each.kill()


CHILD = "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(3600)'], start_new_session={})"
HOLDS = f"child = {CHILD}\nprint(child.pid)\nsys.stdin.readline()\nos._exit(3)\n"


def test_a_dead_service_whose_child_keeps_its_output_open_is_seen_to_be_dead(starts: Starts) -> None:
    process = starts(HOLDS.format(False))
    process.hear()
    with pytest.raises(ConnectionError, match="the service died with exit code 3"):
        process.ask("hello")
    process._speaker.join()  # it hears the end: nobody holds the other end of the pipe any more, the child has gone too


def test_a_child_that_has_left_the_session_holds_nobody_up(starts: Starts) -> None:
    process = starts(HOLDS.format(True))
    child = int(process.hear())
    try:
        with pytest.raises(ConnectionError, match="the service died with exit code 3"):
            process.ask("hello")
        process.kill()
        assert process._speaker.is_alive()
    finally:
        os.kill(child, signal.SIGKILL)
    process._speaker.join()


def test_a_service_is_killed_with_what_it_has_started(starts: Starts) -> None:
    process = starts(f"{CHILD.format(False)}\nprint('ready')\ntime.sleep(3600)\n")
    assert process.hear() == "ready\n"
    process.kill()
    process._speaker.join()
    assert not process.alive
    process.kill()


@pytest.mark.parametrize(
    ("says", "error", "message"),
    [
        (b"\xff\xfe\x1b[2J\n", ValueError, r"the service says what is invalid UTF-8: b'\xff\xfe\x1b[2J\n'"),
        (b"a" * 3_000_000, ValueError, "the service says more than 1,048,576 bytes in one line: 'aaa"),
        (b"half a line", ConnectionError, "the service died with exit code 0"),
        (b"", ConnectionError, "the service died with exit code 0"),
    ],
)
def test_what_is_no_line_of_text_is_said(starts: Starts, says: bytes, error: type[Exception], message: str) -> None:
    process = starts(f"os.write(1, {says!r})" if len(says) < 100 else f"sys.stdout.write('a' * {len(says)})")
    with pytest.raises(error) as told:
        process.hear()
    assert message.replace("'aaa", "") in str(told.value)
    assert len(str(told.value)) < 300
    assert not process.alive


def test_output_without_end_is_cut_and_ends_the_service(starts: Starts) -> None:
    process = starts("while True: sys.stdout.write('a' * 65536)")
    with pytest.raises(ValueError, match="the service says more than 1,048,576 bytes in one line"):
        process.hear()
    assert not process.alive


def test_lines_that_nobody_asks_for_are_not_read(starts: Starts) -> None:
    process = starts("n = 0\nwhile True:\n    print(n)\n    n += 1\n")
    assert [process.hear() for _ in range(3)] == ["0\n", "1\n", "2\n"]
    assert process._answers.empty()


def test_a_service_that_closes_its_output_and_goes_on_is_killed(starts: Starts) -> None:
    process = starts("os.close(1)\ntime.sleep(3600)\n")
    with pytest.raises(ConnectionError, match="the service closed its output and went on; it was killed"):
        process.hear()
    assert not process.alive


def test_a_service_that_says_nothing_is_killed(starts: Starts, monkeypatch: pytest.MonkeyPatch) -> None:
    process = starts("time.sleep(3600)", SOON)
    monkeypatch.setattr("process.STARTING", SOON)
    with pytest.raises(TimeoutError, match=r"no answer within 0\.2 s; the service was killed"):
        process.hear()
    assert not process.alive


def test_a_service_that_does_not_listen_holds_nobody_up(starts: Starts) -> None:
    process = starts("print('ready')\ntime.sleep(3600)\n", SOON)
    process.hear()
    with pytest.raises(TimeoutError, match="no answer within"):
        process.ask("a" * 10_000_000)
    process._speaker.join()


def test_whoever_is_interrupted_takes_no_answer_for_the_next(starts: Starts) -> None:
    process = starts("print('ready')\nfor line in sys.stdin:\n    time.sleep(3600)\n")
    process.hear()

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, SOON)
        with pytest.raises(KeyboardInterrupt):
            process.ask("hello")
    finally:
        signal.signal(signal.SIGALRM, before)
    assert not process.alive


ECHOES = """
for line in sys.stdin:
    asked = json.loads(line)
    n, said = asked["id"], {"id": asked["id"], "accepted": True, "state": {"call": "none"}}
"""
CALL = scenario(f"{RINGS}, cancel_call by originator", lifecycle="call")


@pytest.fixture
def driver(example: Callable[[str], Any], tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Drivers of a service of these lines that are read for each question."""
    made: list[Any] = []

    def make(text: str, timeout: float = PATIENCE) -> Any:
        script = tmp_path / "service.py"
        script.write_text(f"import json, os, sys, time\n{ECHOES}{text}")
        made.append(example("stdio_driver").StdioDriver("", timeout))
        made[-1].command = [str(script)]
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.mark.parametrize(
    ("text", "steps", "error"),
    [
        (
            "    print(json.dumps(said)); print(json.dumps(said), flush=True)",
            1,
            "ValueError: question 2: the service answers question 1; it was killed",
        ),
        (
            "    print(json.dumps(said | {'id': 7}), flush=True)",
            0,
            "ValueError: question 1: the service answers question 7; it was killed",
        ),
        ("    print('{}', flush=True)", 0, "ValueError: question 1: the service answers question None; it was killed"),
        ("    print('nonsense', flush=True)", 0, r"ValueError: the service answers 'nonsense\n': JSON is malformed: "),
        ("    print('[]', flush=True)", 0, r"ValueError: the service answers '[]\n': Expected `object`, got `array`"),
        ("    print('[' * 9999, flush=True)", 0, "ValueError: the service answers '[[[["),
        ("    os.write(1, b'\\xff\\n')", 0, r"ValueError: the service says what is invalid UTF-8: b'\xff\n'"),
        (
            "    print(json.dumps(said | {'error': 'what?'}), flush=True)",
            0,
            "RuntimeError: the service says 'what?' to {'start': ",
        ),
        (
            "    print(json.dumps(said | {'state': 5}), flush=True)",
            1,
            "ValidationError: Expected `object | null`, got `int` - at `$.state`",
        ),
        ("    os._exit(4)", 0, "ConnectionError: the service died with exit code 4"),
    ],
)
def test_an_answer_that_is_none_departs_where_it_was_asked(
    driver: Callable[..., Any], text: str, steps: int, error: str
) -> None:
    departure = check(driver(text), CALL).departure
    assert departure
    assert departure.error.startswith(error)
    assert len(departure.scenario.steps) == steps


def test_an_answer_that_comes_too_late_is_never_taken_for_the_next(driver: Callable[..., Any]) -> None:
    late = "    time.sleep(3600 if 'start' not in asked and not os.path.exists('late') else 0)\n"
    there = driver(f"{late}    print(json.dumps(said), flush=True)\n")
    there.start(PAIRS["teams>sfb"], "call")
    there.process.timeout = SOON
    with pytest.raises(TimeoutError, match="the service was killed"):
        there.apply("call_audio", "originator")
    first = there.process
    there.start(PAIRS["teams>sfb"], "call")
    assert there.process is not first
    assert there.process.alive


def test_the_service_by_hand_answers_what_makes_no_sense_and_goes_on(example: Callable[[str], Any]) -> None:
    odd = {
        "": "the line: is no JSON",
        "[]": "the line: is no object",
        "[" * 5000: "the line: is no JSON",
        '{"start": 5}': "scope: is missing or not accepted; give a word",
        '{"start": {"scope": "in-tenant", "topology": "hybrid"}}': "originator.mode: is missing or not accepted; give",
        '{"event": "call_audio"}': "by: is missing or not accepted; give originator or recipient or service",
        '{"event": [], "by": "originator"}': "event: is missing or not accepted; give a word",
        '{"event": "call_audio", "by": "ann"}': "by: is missing or not accepted",
        '{"change": null}': "scope: is missing",
        "x" * 1_100_000: "the line: is longer than 1048576 bytes",
    }  # fmt: skip
    there = example("stdio_driver").StdioDriver("", PATIENCE)
    try:
        there.start(PAIRS["teams>sfb"], "call")
        for line, says in odd.items():
            assert says in there.process.ask(line), line
        assert there.apply("call_audio", "originator").state == {"call": "ringing"}
    finally:
        there.close()


HTTP = """
import json, socket, sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        {}
server = HTTPServer(("127.0.0.1", 0), Handler)
print(f"http://127.0.0.1:{{server.server_port}}", flush=True)
server.serve_forever()
"""


@pytest.mark.parametrize(
    ("does", "timeout", "error"),
    [
        ("self.wfile.write(b'\\xff\\x00\\n' * 9); self.close_connection = True", PATIENCE, "ValueError: POST "),
        ("self.send_response(201); self.end_headers(); [self.wfile.write(b'a' * 99999) for _ in range(99)]", PATIENCE,
         "ValueError: POST /conversations answers more than 1,048,576 bytes: b'aaa"),
        ("self.send_response(201); self.end_headers(); [time.sleep(0.05) or self.wfile.write(b'a') for _ in [1] * 99]",
         SOON, "TimeoutError: no answer to POST /conversations within 0.2 s; the service was killed"),
        ("time.sleep(3600)", SOON, "TimeoutError: no answer to POST /conversations within 0.2 s; the service was"),
        ("self.send_response(201); self.end_headers(); self.wfile.write(b'[]')", PATIENCE,
         "ValidationError: Expected `object`, got `array`"),
        ("self.send_response(201); self.end_headers(); self.wfile.write(b'{\"id\": \"../x\"}')", PATIENCE,
         "ValidationError: Expected `str` matching regex"),
        ("self.send_error(500, '\\x1b[2J')", PATIENCE, "RuntimeError: POST /conversations answers 500: "),
        ("__import__('os')._exit(5)", PATIENCE, "ConnectionError: the service died with exit code 5"),
    ],
)  # fmt: skip
def test_a_service_over_http_that_answers_nonsense_departs_at_the_start(
    example: Callable[[str], Any], tmp_path: Path, does: str, timeout: float, error: str
) -> None:
    script = tmp_path / "service.py"
    script.write_text(HTTP.format(does))
    there = example("http_driver").HttpDriver("", timeout)
    there.command = [str(script)]
    try:
        departure = check(there, scenario(RINGS)).departure
        assert departure
        assert departure.error.startswith(error)
        assert departure.error.isprintable()
    finally:
        there.close()


def test_a_service_that_does_not_say_where_it_listens_departs_at_the_start(
    example: Callable[[str], Any], tmp_path: Path
) -> None:
    script = tmp_path / "service.py"
    script.write_text("print('http://example.org:80', flush=True)\nimport time\ntime.sleep(3600)\n")
    there = example("http_driver").HttpDriver("", PATIENCE)
    there.command = [str(script)]
    departure = check(there, scenario(RINGS)).departure
    assert departure
    assert departure.error == (
        r"ValueError: the service says 'http://example.org:80\n' and not where it listens; it was killed"
    )
    with suppress(AttributeError):
        assert not there.process.alive
