"""Measure ``fsm.replay.spark`` beside one process: ``python benchmarks/spark.py [--largest EVENTS] [--write]``.

The same file is replayed by one process and on ``local[2]``, one after the other in one run; both must come to the same
report. CPU seconds are those of a process and of all that it starts, for a busy machine stretches time and not these.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from threading import Event, Thread
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import bulk_log  # noqa: E402  # the checkout comes first
import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402

from fsm.replay.bulk import replay  # noqa: E402
from fsm.replay.bulk.numbers import Numbers  # noqa: E402
from fsm.replay.bulk.partitions import HELD  # noqa: E402
from fsm.replay.spark import tasks  # noqa: E402
from fsm.replay.spark.files import files, source  # noqa: E402
from fsm.replay.spark.tasks import Packing, Stepping, Under  # noqa: E402

MIXED = 200
SETTINGS = {"spark.driver.memory": "2g"}
ROCKSDB = {
    "spark.sql.streaming.stateStore.providerClass": (
        "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"
    ),
    "spark.sql.shuffle.partitions": "2",
}
STREAM, FILES = 1_000_000, 10
SAMPLE = 8
"""Parts of the log in which shares are measured, at most."""
MACHINES, CORES, NETWORK = 100, 32, 3e9
"""Of the cluster on paper: its machines, the cores of each, and bytes a second that each sends and gets (25 Gbit/s)."""
TICKS = os.sysconf("SC_CLK_TCK")
MB = 1 << 20


class Ran(NamedTuple):
    """What a process and all that it started took, and what it said."""

    seconds: float
    cpu: float
    peak: float
    said: dict[str, Any]


def apart(*task: str) -> Ran:
    """A task in a process of its own, watched."""
    began = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, str(HERE / "spark.py"), "--task", *task], stdout=subprocess.PIPE, text=True
    )
    over, found = Event(), [0.0, 0.0]
    watching = Thread(target=watch, args=(child.pid, over, found))
    watching.start()
    out, _ = child.communicate()
    took = time.perf_counter() - began
    over.set()
    watching.join()
    if child.returncode:
        raise SystemExit(f"{' '.join(task)}: status {child.returncode}")
    return Ran(took, *found, json.loads(out.splitlines()[-1]))


def watch(root: int, over: Event, found: list[float]) -> None:
    """CPU seconds and highest memory in MB of a process and its descendants, until it is over."""
    cpu: dict[int, int] = {}
    while not over.wait(0.2):
        tree, memory = {root}, 0
        for pid in sorted(int(name) for name in os.listdir("/proc") if name.isdigit()):
            try:
                _, fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)
                parent, *times = (int(fields.split()[n]) for n in (1, 11, 12))
                if pid == root or parent in tree:
                    tree.add(pid)
                    cpu[pid] = sum(times)
                    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
                    memory += int(next(line for line in rollup.splitlines() if line.startswith("Pss:")).split()[1])
            except (OSError, ValueError, StopIteration):
                continue  # it is gone
        found[0], found[1] = sum(cpu.values()) / TICKS, max(found[1], memory / 1024)


def task_write(path: str, events: str) -> dict[str, Any]:
    bulk_log.write(Path(path), int(events), bulk_log.pairings(MIXED))
    return {}


def task_single(path: str) -> dict[str, Any]:
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    with timing() as took:
        report = replay(path)
    return {"replaying": took[0], "report": report.as_dict()}


def task_spark(path: str, how: str, log: str) -> dict[str, Any]:
    from fsm.replay.spark import replay, session

    began = time.perf_counter()
    given = {**SETTINGS, "spark.eventLog.enabled": "true", "spark.eventLog.dir": log}
    with session("local[2]", {**given, "spark.eventLog.compress": "false"}) as spark:
        spark.range(0, 4, 1, 4).mapInArrow(started, "id long").collect()
        started_up = time.perf_counter() - began
        with timing() as took:
            report = replay(path if how == "files" else spark.read.parquet(path), spark=spark)
    return {"starting": started_up, "replaying": took[0], "report": report.as_dict()}


def started(batches: Iterator[Any]) -> Iterator[Any]:
    """A task that does nothing, in a process that has loaded what others need."""
    from fsm.replay.spark import tasks

    assert tasks
    return batches


def task_start(log: str) -> dict[str, Any]:
    from fsm.replay.spark import session

    with session("local[2]", SETTINGS) as spark:
        spark.range(0, 4, 1, 4).mapInArrow(started, "id long").collect()
    return {}


def task_live(folder: str) -> dict[str, Any]:
    from fsm.replay.spark import live, session

    with session("local[2]", {**SETTINGS, **ROCKSDB}) as spark:
        kind = spark.read.parquet(folder + "/log").schema
        stream = spark.readStream.schema(kind).option("maxFilesPerTrigger", 1).parquet(folder + "/log")
        query = live(stream, buckets=8, sequence="number").writeStream.format("json")
        query = query.option("checkpointLocation", folder + "/checkpoint").trigger(availableNow=True)
        running = query.start(folder + "/told")
        running.awaitTermination()
        batches = [each["durationMs"]["triggerExecution"] for each in running.recentProgress if each["numInputRows"]]
    size = sum(each.stat().st_size for each in Path(folder, "checkpoint").rglob("*") if each.is_file())
    told = sum(len(each.read_text().splitlines()) for each in Path(folder, "told").glob("*.json"))
    return {"batches": batches, "size": size, "told": told}


@contextmanager
def timing() -> Iterator[list[float]]:
    took = [0.0]
    began = time.perf_counter()
    yield took
    took[0] = time.perf_counter() - began


def shares(path: Path, buckets: int) -> dict[str, float]:
    """CPU nanoseconds an event of each thing that tasks do, and bytes an event that they send."""
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    log = files([path])
    parts = log.parts[:SAMPLE]
    events = sum(part.rows for part in parts)
    numbers = Numbers(log.columns)
    cpu = {"read": 0.0, "number": 0.0}
    for part in parts:
        batches = source(part).batches(numbers.read)
        while True:
            began = time.process_time()
            batch = next(batches, None)
            between = time.process_time()
            cpu["read"] += between - began
            if batch is None:
                break
            numbers.of(batch, 1)
            cpu["number"] += time.process_time() - between
    stepping = Stepping(Under(None, ()), HELD, ())
    began = time.process_time()
    parcels = [
        each
        for n in range(len(parts))
        for each in tasks.pack_files(parts, Packing(buckets, HELD), iter([pa.record_batch({"id": [n]})]))
    ]
    cpu["pack"] = time.process_time() - began - sum(cpu.values())
    by_bucket: dict[int, list[Any]] = {}
    for each in parcels:
        by_bucket.setdefault(each.column("bucket")[0].as_py(), []).append(each)
    said, _ = tasks.known(stepping.under)
    began = time.process_time()
    for each in parcels:
        for events_of in tasks._events([each], said, []):
            assert events_of
    cpu["unpack"] = time.process_time() - began
    began = time.process_time()
    list(tasks.replay_parcels(stepping, by_bucket.popitem()[1]))
    cpu["tables"] = time.process_time() - began
    began = time.process_time()
    for some in by_bucket.values():
        list(tasks.replay_parcels(stepping, some))
    cpu["step"] = (time.process_time() - began) * (1 + 1 / max(len(by_bucket), 1)) - cpu["unpack"]
    tables = cpu.pop("tables")
    found = {name: max(seconds, 0) / events * 1e9 for name, seconds in cpu.items()}
    return {**found, "bytes": sum(each.nbytes for each in parcels) / events, "tables": tables}


def shuffled(log: Path) -> dict[str, float]:
    """Bytes that Spark wrote and read in its shuffle, and the seconds that its threads took, from its event log."""
    found = {"written": 0.0, "jvm": 0.0, "writing": 0.0, "waiting": 0.0}
    for file in log.rglob("*"):
        if not file.is_file():
            continue
        for line in file.read_text().splitlines():
            if '"SparkListenerTaskEnd"' in line:
                told = json.loads(line)["Task Metrics"]
                found["written"] += told["Shuffle Write Metrics"]["Shuffle Bytes Written"]
                found["writing"] += told["Shuffle Write Metrics"]["Shuffle Write Time"] / 1e9
                found["waiting"] += told["Shuffle Read Metrics"]["Fetch Wait Time"] / 1e3
                found["jvm"] += told["Executor CPU Time"] / 1e9
    return found


def stream(folder: Path) -> int:
    """A log whose events are numbered in their conversation and mixed, in files; how many conversations depart."""
    path = folder / "whole.parquet"
    bulk_log.write(path, STREAM, bulk_log.pairings(MIXED))
    departed = replay(path).departed
    table = pq.read_table(path).combine_chunks()
    order = table.select(["conversation", "time"]).append_column("at", pa.array(range(len(table))))
    order = order.sort_by([("conversation", "ascending"), ("time", "ascending"), ("at", "ascending")])
    names, at = order["conversation"].to_numpy(), order["at"].to_numpy()
    import numpy as np

    first = np.flatnonzero(np.append(True, names[1:] != names[:-1]))
    number = np.empty(len(names), np.int64)
    number[at] = np.arange(len(names)) - np.repeat(first, np.diff(np.append(first, len(names)))) + 1
    table = table.append_column("number", pa.array(number))
    near = np.argsort(np.arange(len(table)) + np.random.default_rng(1).integers(0, 20_000, len(table)), kind="stable")
    table = table.take(pa.array(near))
    (folder / "log").mkdir()
    for n in range(FILES):
        size = -(-len(table) // FILES)
        pq.write_table(table.slice(n * size, size), folder / "log" / f"{n:02}.parquet")
    return departed


def measured(largest: int, folder: Path, say: Callable[[str], None]) -> dict[str, Any]:
    os.environ["FSM_CACHE"] = str(folder / "tables")
    found: dict[str, Any] = {"load": [os.getloadavg()], "sizes": {}}
    say("starting Spark for nothing")
    found["start"] = apart("start", str(folder))
    say("one process, for the tables that it keeps")
    first = folder / "first.parquet"
    apart("write", str(first), "100000")
    replay(first)
    for events in [10**n for n in range(7, 10) if 10**n <= largest] or [largest]:
        path = folder / f"{events}.parquet"
        if not path.exists():
            say(f"writing {events:,} events")
            apart("write", str(path), str(events))
        ran: dict[str, Ran] = {}
        for how in ("single", "files", "frame"):
            if how == "frame" and events > 10**7:
                continue
            log = folder / f"{how}{events}"
            log.mkdir()
            say(f"{events:,} events: {how}")
            ran[how] = apart("single", str(path)) if how == "single" else apart("spark", str(path), how, str(log))
            if how != "single":
                ran[how].said["shuffle"] = shuffled(log)
                same = {**ran["single"].said["report"], "passed_over": None}
                assert {**ran[how].said["report"], "passed_over": None} == same, "the reports differ"
            found["load"].append(os.getloadavg())
        say("shares")
        found["sizes"][events] = (ran, shares(path, -(-events // (1 << 20))))
    say(f"a stream of {STREAM:,} events")
    departed = stream(folder)
    found["live"] = apart("live", str(folder))
    assert found["live"].said["told"] == departed, (found["live"].said["told"], departed)
    found["load"].append(os.getloadavg())
    return found


def page(found: dict[str, Any]) -> str:
    rows, share_rows = [], []
    for events, (ran, share) in found["sizes"].items():
        one = ran["single"]
        for how, name in (("single", "one process"), ("files", "Spark, files"), ("frame", "Spark, a DataFrame")):
            if how in ran:
                each = ran[how]
                rows.append(
                    f"| {events:,} | {name} | {each.said['replaying']:,.1f} | "
                    f"{each.said['replaying'] / one.said['replaying']:.2f} | {each.seconds:,.1f} | {each.cpu:,.1f} | "
                    f"{each.cpu / one.cpu:.2f} | {each.peak:,.0f} |"
                )
        spark = ran["files"]
        doing = {name: share[name] * events / 1e9 for name in ("read", "number", "pack", "unpack", "step")}
        doing["tables, in each of two workers"] = 2 * share["tables"]
        doing["starting Spark and Python"] = found["start"].cpu
        doing["Spark itself: moving parcels, and what is left"] = spark.cpu - sum(doing.values())
        share_rows += [
            f"| {events:,} | {name} | {seconds:,.1f} | {seconds / spark.cpu:.0%} |" for name, seconds in doing.items()
        ]
    events, (ran, share) = list(found["sizes"].items())[-1]
    bytes_each = ran["files"].said["shuffle"]["written"] / events
    own = sum(share[name] for name in ("read", "number", "pack", "unpack", "step"))
    rest = max(ran["files"].cpu * 1e9 / events - own - found["start"].cpu * 1e9 / events, 0)
    network = 1e12 * bytes_each / (MACHINES * NETWORK) / 60
    live, batches = found["live"], found["live"].said["batches"]
    rate = STREAM / len(batches) / (sum(batches[1:]) / max(len(batches) - 1, 1) / 1000)
    took = ", ".join(f"{each / 1000:.1f}" for each in batches)
    loads = "; ".join(" ".join(f"{each:.1f}" for each in load) for load in found["load"])
    report = len(json.dumps(ran["files"].said["report"])) / 1000
    lines = "\n".join

    def on_paper(name: str, each: float) -> str:
        hours = each * 1000 / 3600  # of 10^12 events, a nanosecond each is a thousand seconds
        return f"| {name} | {each:,.0f} ns | {hours:,.0f} core hours | {hours * 60 / (MACHINES * CORES):,.1f} min |"

    return f"""# Logs on Spark

Written by `python benchmarks/spark.py --write`; not edited by hand.

Python {platform.python_version()}, pyspark {version("pyspark")}, pyarrow {version("pyarrow")};
{os.cpu_count()} processors, which others used too: load {loads}.
Where the load is above the processors, seconds are stretched; CPU seconds are not.

| events | | seconds | of one process | with start | CPU s | of one process | peak MB |
|---:|---|---:|---:|---:|---:|---:|---:|
{lines(rows)}

All came to the same report.

## What it is made of

| events | of Spark on files | CPU s | |
|---:|---|---:|---:|
{lines(share_rows)}

{bytes_each:.1f} bytes an event are shuffled; parcels have {share["bytes"]:.1f} before Spark packs them.

## A stream

{STREAM:,} events in {FILES} files, numbered and mixed; {live.said["told"]:,} departures, every one told once.
{rate:,.0f} events a second after the first batch ({took} s a batch), {live.cpu / STREAM * 1e6:,.0f} µs of CPU an event
with start. The checkpoint has {live.said["size"] / MB:,.0f} MB.

## 10^12 events on {MACHINES} machines, on paper

Nobody tried it. It follows from the shares above, for cores like these, {CORES} a machine, and {NETWORK * 8 / 1e9:.0f}
Gbit/s.

| | an event | in all | on {MACHINES} machines |
|---|---:|---:|---:|
{on_paper("read and number", share["read"] + share["number"])}
{on_paper("pack and unpack", share["pack"] + share["unpack"])}
{on_paper("step", share["step"])}
{on_paper("Spark itself", rest)}
{on_paper("all of it", own + rest)}
| shuffle over the network | {bytes_each:.1f} bytes | {bytes_each:,.1f} TB | {network:,.1f} min, beside the work |

- It is linear in the events as long as a task holds what it has: 20,000 buckets of 50 million events, each replayed by
  a task that keeps two million in memory and the rest in temporary files, as one process does with a log of 50 million.
- Parcels get small where parts and buckets are many: a task that reads {1 << 22:,} events for 20,000 buckets sends each
  some 210 of them. So a part should be of 10^8 events then, and `held` as many.
- The driver gets 20,000 reports of {report:,.0f} kB, and reads the footers of all files, 16 at a time.
- Logs that hold whole conversations in each file are not shuffled: reading, numbering and stepping is all there is.
- One conversation has its limit, 16,777,216 events, and is stepped by one core.

## How it is measured

- The file has {MIXED} profiles, on every line every column that says who the two are, and is that of `bulk.md`. It is
  replayed by a process that uses one thread, then on `local[2]` by another: two cores show what Spark costs, not how it
  scales.
- CPU seconds and memory are of the process and all that it starts, looked at five times a second; memory is shared out
  among those who share it (PSS). The heap of the JVM may take 2 GB, and grows into them.
- "Seconds" are of the replay alone, in a session that has run an empty job; "with start" is everything.
- Shares of tasks are measured in one process, on the first {SAMPLE} parts at most. What is left is the JVM's: moving
  bytes between processes, shuffling and sorting parcels, garbage, compiling itself.
- Tables of pairings are kept from an earlier replay, for all alike.

To repeat it: `pip install 'interop-fsm[spark]'` and `python benchmarks/spark.py --write`; `--largest 1e7` takes less.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", type=float, default=1e8)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--folder", help="where logs are from before, as 10000000.parquet, and temporary files go")
    parser.add_argument("--task", nargs="+")
    given = parser.parse_args()
    if given.task:
        name, *arguments = given.task
        print(json.dumps(globals()[f"task_{name}"](*arguments)))
        return
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        for each in Path(given.folder).glob("*.parquet") if given.folder else ():
            Path(folder, each.name).symlink_to(each.resolve())
        found = measured(int(given.largest), Path(folder), lambda what: print(what, file=sys.stderr, flush=True))
    text = page(found)
    if given.write:
        (HERE / "spark.md").write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
