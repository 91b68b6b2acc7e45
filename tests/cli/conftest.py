"""Running the command line as a user would, within the test."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.testing import CliRunner

from fsm.cli.app import app

ADELE, GRADY, PRADEEP = "adele.vance@contoso.com", "grady.archie@contoso.com", "pradeep.gupta@contoso.com"
PLAIN: dict[str, str | None] = {"COLUMNS": "80", "NO_COLOR": "1", "FORCE_COLOR": None, "TTY_COMPATIBLE": None}


class Answer(NamedTuple):
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)

    @property
    def words(self) -> str:
        """Standard output with every run of blanks as one, for sentences that were wrapped."""
        return " ".join(self.out.replace("│", " ").replace("·", " ").split())


Fsm = Callable[..., Answer]


@pytest.fixture
def fsm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fsm:
    """Run ``fsm`` with these arguments in an empty directory."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, stdin: str = "", charset: str = "utf-8", **env: str | None) -> Answer:
        result = CliRunner(charset=charset, env={**PLAIN, **env}).invoke(app, list(arguments), input=stdin)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    return run
