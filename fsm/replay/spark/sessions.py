"""A session of Spark for those who have none."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from py4j.protocol import Py4JError  # type: ignore[import-untyped]  # it has no annotations
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from fsm.notation.echo import echo, plain

MASTERS = re.compile(r"local(\[([1-9]\d*|\*)(,\d+)?\])?|local-cluster\[\d+,\d+,\d+\]|(spark|k8s)://\S+|yarn")
MOST_SAID = 300
"""Characters that a message has of what Spark says."""
QUIET = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}
ALONE = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
"""Where all of it is one process of this machine, nobody else is to reach it."""


class Failed(RuntimeError):
    """Spark cannot be started, or cannot do what it is asked to; the message is one line."""


@contextmanager
def asking() -> Iterator[None]:
    """What goes wrong in Spark, in one line; the cause has all of it.

    Raises:
        Failed: something does.
    """
    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise Failed(plain(" ".join(str(error).split("\n\tat ")[0].split())[:MOST_SAID])) from error


@contextmanager
def session(master: str, settings: Mapping[str, str] | None = None) -> Iterator[SparkSession]:
    """A session that is stopped in the end; one that is there already is taken, and left.

    Executors run the Python that PYSPARK_PYTHON names, or else this one.

    Args:
        master: where to run: ``local[2]`` for two threads of this machine, ``spark://host:7077``, ``yarn``, ``k8s://``.
        settings: settings of Spark, by name.

    Raises:
        Failed: Spark cannot be started; the message says what is accepted, or what Spark says.
    """
    there = SparkSession.getActiveSession()
    if there is not None:
        yield there
        return
    if not MASTERS.fullmatch(master):
        raise Failed(f"{echo(master)} is not accepted; give local[2], spark://HOST:PORT, k8s://URL or yarn")
    home = os.environ.get("JAVA_HOME")
    if not shutil.which(str(Path(home, "bin", "java")) if home else "java"):
        raise Failed(f"there is no java{f' in JAVA_HOME={plain(home)}' if home else ''}; install a JRE of 17 or later")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("fsm replay")
    for name, value in {**QUIET, **(ALONE if master.startswith("local") else {}), **(settings or {})}.items():
        builder = builder.config(name, value)
    with asking():
        made = builder.getOrCreate()
    try:
        yield made
    finally:
        made.stop()
