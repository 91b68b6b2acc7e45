"""With Python and nothing else: the extra brings what the service takes."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import httpx2
import pytest

from tests.serve.conftest import ROOT, Client

pytestmark = pytest.mark.external


def test_a_wheel_with_the_extra_serves(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(tmp_path), str(ROOT)]
    built = subprocess.run(build, capture_output=True, text=True)
    if built.returncode:
        pytest.skip(f"no wheel can be built here: {built.stderr[-200:]}")
    wheel = next(tmp_path.glob("*.whl"))
    venv.create(tmp_path / "venv", with_pip=True)
    commands = tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    subprocess.run([commands / "pip", "install", "-q", f"{wheel}[serve]"], check=True, timeout=500)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV"))}
    process = subprocess.Popen(
        [commands / "fsm", "serve", "--port", "0"], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        with process.stdout, Client(process.stdout.readline().strip()) as client:
            assert client.open().status_code == 201
            done = client.fire("call_audio", "originator")
            assert (done.status_code, done.json()["state"]["call"]) == (httpx2.codes.OK, "ringing")
            assert client.get("/metrics").status_code == 200
        process.terminate()
        assert process.wait(timeout=60) == 0
    finally:
        process.kill()
    assert (tmp_path / "fsm.db").exists()
