"""One session of Spark for all tests of a process, small and silent; tables are made once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.replay.completing import completed_once

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["completed_once"]

SMALL = {
    "spark.driver.memory": "512m",
    "spark.sql.shuffle.partitions": "3",
    "spark.default.parallelism": "2",
}


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    """A session on two threads of this machine, until the tests end."""
    pytest.importorskip("pyspark", reason="no pyspark; pip install 'interop-fsm[spark]'")
    if not shutil.which("java"):
        pytest.skip("no Java on this machine: install a JRE of 17 or later, or put java on the path")
    from fsm.replay.spark import session

    with session("local[2]", SMALL) as made:
        yield made
