"""Replaying logs on Spark: the bulk engine inside the executors, and a report that is the same to the digit.

    report = replay(spark.table("calls.events"))            # a DataFrame that is there already
    report = replay("s3://logs/2026/", spark=session)       # files of Parquet or Arrow, which executors read themselves

What a log may hold is said in ``fsm.replay.bulk``, and a report is one of its. Events go into buckets by conversation,
as Arrow batches in parcels: what the engine moves is one row for thousands of events. A task replays a bucket as one
process replays a log, so memory does not grow with a bucket: what does not fit goes to temporary files of its executor.
A conversation alone may have as many events as there.

Files are read in the order of their paths, and rows in the order they are in. Of a DataFrame this is the order of its
partitions and of the rows in them; it matters where the log has no time, or several events of a conversation at one.
Column names have dots, as in ``originator.mode``, which Spark takes for fields of a struct unless they are between
backticks. Executors need Python with ``interop-fsm[bulk]``, the same version as here.

``live`` holds a stream against the specification, as it comes.
"""

from __future__ import annotations

try:
    import pandas  # type: ignore[import-untyped]  # noqa: F401  # it has no annotations
    import pyarrow  # type: ignore[import-untyped]  # noqa: F401
    import pyspark  # noqa: F401
except ModuleNotFoundError as error:
    raise ImportError(f"replaying on Spark needs {error.name}; pip install 'interop-fsm[spark]'") from None

from fsm.replay.spark.job import replay
from fsm.replay.spark.live import live
from fsm.replay.spark.sessions import Failed, session

__all__ = ["Failed", "live", "replay", "session"]
