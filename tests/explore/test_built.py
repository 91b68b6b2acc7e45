"""The page that is shipped is what its sources build."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from fsm.explore import data, shape
from fsm.explore.html import BUILT

EXPLORER = Path(__file__).parents[2] / "explorer"


@pytest.mark.external
@pytest.mark.skipif(not shutil.which("npm"), reason="no npm: install Node.js 20 or later")
def test_it_is_what_its_sources_build(tmp_path: Path) -> None:
    there = tmp_path / "explorer"
    shutil.copytree(EXPLORER, there, ignore=shutil.ignore_patterns("node_modules", "page.*.json", "page.json"))
    (there / "page.json").write_bytes(msgspec.json.encode(data.page()))
    (there / "page.schema.json").write_text(shape.schema(), encoding="utf-8")
    built = tmp_path / "explorer.html"
    tables = tmp_path / "examples" / "tables"
    tables.mkdir(parents=True)
    for command in ("npm ci --silent --no-audit --no-fund", "npm run -s types", "npx tsc", "npm run -s engine"):
        subprocess.run(command.split(), cwd=there, check=True, capture_output=True, env=os.environ)
    subprocess.run(["node", "build.mjs", "page.json", str(built)], cwd=there, check=True, capture_output=True)
    engine = Path("examples", "tables", "engine.mjs")
    assert (tmp_path / engine).read_text() == (EXPLORER.parent / engine).read_text(), "run npm run build in explorer/"
    types = Path("src", "data.ts")
    assert (there / types).read_text() == (EXPLORER / types).read_text(), "run npm run build in explorer/ and commit it"
    assert built.read_bytes() == BUILT.read_bytes(), "run npm run build in explorer/ and commit it"
