"""The client in TypeScript is of the service that there is, compiles, and talks to one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from fsm.serve.app import description
from tests.serve.conftest import Process

CLIENT = Path(__file__).parents[2] / "examples" / "client"
TYPES = CLIENT / "src" / "service.ts"


def test_its_types_know_every_path_and_model_and_event() -> None:
    types = TYPES.read_text(encoding="utf-8")
    described = json.loads(description())
    schemas = described["components"]["schemas"]
    words = [*described["paths"], *schemas["Fired"]["properties"]["event"]["enum"], *schemas["RefusalKind"]["enum"]]
    assert [word for word in words if f'"{word}"' not in types] == []
    assert [name for name in schemas if f"\n        {name}: " not in types] == []


@pytest.mark.external
@pytest.mark.skipif(not shutil.which("npm"), reason="no npm: install Node.js 20 or later")
def test_it_is_fresh_compiles_and_talks_to_a_service(tmp_path: Path) -> None:
    there = tmp_path / "client"
    shutil.copytree(CLIENT, there, ignore=shutil.ignore_patterns("node_modules", "dist", "openapi.json"))
    (there / "openapi.json").write_bytes(description())
    run(["npm", "install", "--silent", "--no-audit", "--no-fund"], there)
    generate = json.loads((there / "package.json").read_text())["scripts"]["generate"].partition("&& ")[2]
    run(["npx", *generate.split()], there)
    fresh = (there / "src" / "service.ts").read_text(encoding="utf-8")
    assert fresh == TYPES.read_text(encoding="utf-8"), "run npm run generate in examples/client and commit it"
    run(["npm", "run", "build"], there)
    process = Process(at=tmp_path)
    said = run(["npm", "--silent", "start", "--", process.url], there)
    assert process.stop() == 0
    process.end()
    assert said.splitlines() == [
        "ring_audio to recipient",
        "open_interop_window to recipient",
        "refused by LIM-5: instead share_desktop or meet_now",
        "0 open by service",
        "1 call_audio by originator",
        "2 accept_call by recipient",
    ]


def run(command: list[str], at: Path) -> str:
    """What a command says."""
    done = subprocess.run(command, cwd=at, env={**os.environ, "CI": "1"}, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
