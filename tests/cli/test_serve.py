"""``fsm serve``: what it refuses before it listens, and how it tells."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from fsm.serve.settings import CONVERSATIONS, LIFE, PORT, RATE, STREAMS, WORKERS
from tests.cli.conftest import Fsm
from tests.serve.conftest import SECRET, TWO, Process

TOKEN = "0123456789abcdef" * 2


def test_it_describes_itself(fsm: Fsm) -> None:
    described = json.loads(fsm("serve", "--openapi").out)
    assert described["openapi"].startswith("3.1")
    assert "/v1/conversations/{conversation}/events" in described["paths"]


def test_help_says_what_is_taken_where_nothing_is_said(fsm: Fsm) -> None:
    said = fsm("serve", "--help").words
    for usual in (PORT, RATE, STREAMS, LIFE, CONVERSATIONS, WORKERS):
        assert re.search(rf"\[default: {usual}\b", said), usual


@pytest.mark.parametrize(
    ("arguments", "environment", "says"),
    [
        (("--host", "0.0.0.0"), {}, "host: '0.0.0.0' is beyond this machine, and there are no tokens"),
        (("--tokens", "none"), {}, "--tokens: none: No such file or directory; give a file of tokens"),
        (("--tokens", "bad"), {}, "bad, line 1: it has 1 words"),
        (("--tokens", "binary"), {}, "--tokens: binary: it is no text; give a file of tokens"),
        ((), {"FSM_TOKENS": "x reed y"}, "FSM_TOKENS, line 1: 'reed' is not a scope"),
        (("--webhook", "https://example.org"), {}, "webhook: there is no secret to sign with"),
        (("--webhook", "example.org"), {"FSM_WEBHOOK_SECRET": SECRET}, "webhook: 'example.org' is not accepted"),
        (("--database", "mysql://x"), {}, "'mysql' is not accepted; give sqlite:///"),
        (("--database", "sqlite:////nowhere/at/all.db"), {}, "--database: it cannot be opened: unable to open"),
        ((), {"FSM_DATABASE": "sqlite://"}, "is in memory and would not be shared"),
    ],
)
def test_what_it_cannot_serve_is_told(
    fsm: Fsm, tmp_path: Path, arguments: tuple[str, ...], environment: dict[str, str], says: str
) -> None:
    (tmp_path / "bad").write_text("token\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\xff")
    answer = fsm("serve", *arguments, **environment)
    assert (answer.status, answer.out) == (2, "")
    assert says in answer.err


def test_a_port_that_is_taken_is_told(fsm: Fsm) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        answer = fsm("serve", "--port", str(taken.getsockname()[1]))
    assert answer.status == 2
    assert "Address already in use" in answer.err


def test_a_library_that_is_missing_is_told() -> None:
    without = "import sys; sys.modules['uvicorn'] = None; sys.argv = ['fsm', 'serve']; from fsm.cli import main; main()"
    run = subprocess.run([sys.executable, "-c", without], capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.strip() == "Error: serve: it needs uvicorn; pip install 'interop-fsm[serve]'"


def test_with_tokens_it_listens_beyond_this_machine(tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text(f"# ours\ngateway read,write {TOKEN}\n")
    process = Process("--host", "0.0.0.0", "--tokens", "tokens", "--database", "sqlite:///talks.db", at=tmp_path)
    process.url = process.url.replace("0.0.0.0", "127.0.0.1")
    with process.client() as client:
        assert client.open().status_code == 401
        client.headers["authorization"] = f"Bearer {TOKEN}"
        assert client.write("/v1/conversations", {"conversation": "c1", "pairing": TWO}).status_code == 201
    assert process.stop() == 0
    assert (tmp_path / "talks.db").exists()
    process.end()
