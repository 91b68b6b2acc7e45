"""The service is as it describes itself: schemathesis finds nothing, and every problem there is has its place."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fsm.serve.app import description
from fsm.serve.problems import KINDS, URN
from tests.serve.conftest import Process

TOKEN = "0123456789abcdef0123456789abcdef"
CONFIG = """
[checks]
positive_data_acceptance.expected-statuses = ["2xx", "404", "409", "422"]
"""
"""What is as described may still be refused by a rule, or contradict itself: never 400, which is for what is not."""


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(description())
    return found


@pytest.mark.parametrize(
    ("examples", "phases"),
    [
        pytest.param(2, "examples,fuzzing,stateful", id="sampled"),
        pytest.param(15, "examples,coverage,fuzzing,stateful", id="more", marks=pytest.mark.slow),
        pytest.param(60, "examples,coverage,fuzzing,stateful", id="in full", marks=pytest.mark.exhaustive),
    ],
)
def test_schemathesis_finds_nothing(examples: int, phases: str, tmp_path: Path) -> None:
    """In full last on 27 November 2026: nothing found."""
    (tmp_path / "tokens").write_text(f"all read,write,admin {TOKEN}\n")
    (tmp_path / "schemathesis.toml").write_text(CONFIG)
    process = Process("--tokens", "tokens", "--rate", "0", "--stream-life", "0.05", at=tmp_path)
    try:
        run = subprocess.run(
            [
                *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"),
                *("--config-file", "schemathesis.toml", "run", f"{process.url}/openapi.json"),
                *("-H", f"Authorization: Bearer {TOKEN}", "--phases", phases, "--max-examples", str(examples)),
                *("--seed", "1", "--no-color", "--generation-database", "none"),
            ],
            cwd=tmp_path,
            env={**os.environ, "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
        )
        assert run.returncode == 0, run.stdout + run.stderr
        assert "Traceback" not in process.errors.read_text()
    finally:
        process.end()


def test_every_response_is_described(described: dict[str, Any]) -> None:
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert operation["description"], (method, path)
            for status, said in operation["responses"].items():
                assert said["description"], (method, path, status)
                if int(status) >= 400:
                    assert list(said["content"]) == ["application/problem+json"]
                else:
                    assert said["content"], (method, path, status)


def test_every_problem_is_described_somewhere_or_is_of_the_connection(described: dict[str, Any]) -> None:
    statuses = {
        int(status)
        for operations in described["paths"].values()
        for operation in operations.values()
        for status in operation["responses"]
    }
    assert {kind.status for kind in KINDS.values()} - statuses == {405}
    assert URN.endswith(":")


def test_every_route_says_which_token_it_takes(described: dict[str, Any]) -> None:
    scopes = {
        (method, path): operation["security"][0]["bearer"][0] if "security" in operation else ""
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
    }
    assert {path for (_, path), scope in scopes.items() if not scope} == {"/health", "/ready"}
    assert all(
        scope == "read" for (method, _), scope in scopes.items() if method == "get" and scope not in ("", "admin")
    )
    assert scopes["put", "/v1/conversations/{conversation}/pairing"] == "write"
    assert scopes["post", "/v1/conversations/{conversation}/retry"] == "admin"


def test_words_are_those_of_the_tables(described: dict[str, Any]) -> None:
    from fsm import CONVERSATION

    schemas = described["components"]["schemas"]
    assert schemas["Fired"]["properties"]["event"]["enum"] == list(CONVERSATION.events)
    assert schemas["State"]["properties"]["call"]["enum"] == list(CONVERSATION.lifecycles["call"].states)
    assert "ValidationError" not in schemas
