"""A session of Spark is started where there is none, and what goes wrong in it is one line."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from py4j.protocol import Py4JError  # type: ignore[import-untyped]  # it has no annotations
from pyspark.errors import PySparkRuntimeError

import fsm
import fsm.replay.spark
from fsm.replay.spark import Failed, session
from fsm.replay.spark.sessions import asking


@pytest.mark.parametrize("master", ["", "local[0]", "here", "http://spark:7077", "spark://"])
def test_masters_that_there_are_not(master: str) -> None:
    with pytest.raises(Failed, match=r"is not accepted; give local\[2\], spark://HOST:PORT, k8s://URL or yarn$"):
        session(master).__enter__()


def test_without_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(Failed, match=rf"^there is no java in JAVA_HOME={re.escape(str(tmp_path))}; install a JRE"):
        session("local[1]").__enter__()
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Failed, match=r"^there is no java; install a JRE of 17 or later$"):
        session("local[1]").__enter__()


def test_a_java_that_does_not_start(tmp_path: Path) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\nexit 3\n")
    java.chmod(0o755)
    (tmp_path / "log.parquet").touch()
    done = subprocess.run(
        [sys.executable, "-m", "fsm", "replay", "log.parquet", "--spark", "local[1]"],
        env={**os.environ, "JAVA_HOME": str(tmp_path), "PYTHONPATH": str(Path(fsm.__file__).parents[1])},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "Error: --spark: [JAVA_GATEWAY_EXITED] Java gateway process exited" in done.stderr


@pytest.mark.parametrize(
    "error", [Py4JError("Job aborted:\n lost\n\tat org.apache.x\n\tat y"), PySparkRuntimeError("no")]
)
def test_what_goes_wrong_is_one_line(error: Exception) -> None:
    with pytest.raises(Failed) as found, asking():
        raise error
    assert str(found.value) in ("Job aborted: lost", "no")
    assert found.value.__cause__ is error


@pytest.mark.parametrize("hidden", ["pyspark", "pandas"])
def test_a_missing_extra_is_named(hidden: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, hidden, None)
        with pytest.raises(ImportError, match=rf"needs {hidden}; pip install 'interop-fsm\[spark\]'"):
            importlib.reload(fsm.replay.spark)
    importlib.reload(fsm.replay.spark)
