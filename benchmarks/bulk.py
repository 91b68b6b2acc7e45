"""Measure bulk replay: ``python benchmarks/bulk.py [--largest EVENTS] [--pm4py PYTHON] [--write]``.

Every log is replayed by a process of its own, which tells its peak memory; nothing here uses more than one thread.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import bulk_log  # noqa: E402  # the checkout comes first
import bulk_page  # noqa: E402
import bulk_plot  # noqa: E402
import numpy as np  # noqa: E402
import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402
from bulk_page import MB, Found, Read, Replay, Size, Steps  # noqa: E402

import fsm  # noqa: E402
from fsm.replay.bulk import replay  # noqa: E402
from fsm.space.arrays import CHUNK, Tables  # noqa: E402
from fsm.space.kept import VARIABLE  # noqa: E402
from fsm.space.minimal import NOTHING, SYMBOLS, WIDTH, Merged  # noqa: E402

ABREAST = 1_000_000
STEPS = 10
NAMED = 2
PROFILES = (1, 36, 200, None)
MIXED = 200
EVENT, BY = zip(*SYMBOLS, strict=True)
SMALL = fsm.Pairing(fsm.Participant("amy@x.example", "TeamsOnly"), fsm.Participant("bob@x.example", "TeamsOnly"))
TRACES = 10_000
TIMES = 3
READ = 10**7
"""Events of the least log that is read without asking anything of it, too."""


def kernel(rounds: int) -> tuple[Steps, list[Size]]:
    """Events a second in million conversations at once, round by round, and sizes of tables."""
    prepared, sizes = [], []
    for number in PROFILES:
        people = bulk_log.pairings(number)
        began = time.perf_counter()
        tables = Tables.between(people)
        took = time.perf_counter() - began
        sizes.append(size(len(people), took, tables.table))
        random = np.random.default_rng(1)
        start = tables.start(random.integers(0, len(people), ABREAST))
        wanderer, rows = bulk_log.Wanderer(tables), start.copy()
        prepared.append((len(people), tables, start, [wanderer.step(rows) for _ in range(STEPS)]))
    *_, (_, tables, start, symbols) = prepared
    cells, rows = [], start.copy()
    for each in symbols:
        cells.append(rows.astype(np.int64) + each)
        tables.step(rows, each, out=rows)
    names = [[(EVENT[n], BY[n]) for n in each.tolist()] for each in symbols[:NAMED]]
    named = [tuple(zip(*each, strict=True)) for each in names]
    found = Steps({count: [] for count, *_ in prepared}, [], [], [])
    for _ in range(rounds):
        found.gathered.append(ABREAST * STEPS / timed(lambda r=rows: gathering(tables, r, cells)))
        for count, each, first, events in prepared:
            rows = first.copy()
            found.stepped[count].append(ABREAST * STEPS / timed(lambda t=each, r=rows, s=events: stepping(t, r, s)))
        rows = start.copy()
        found.observed.append(ABREAST * STEPS / timed(lambda r=rows: observing(tables, r, symbols)))
        rows = start.copy()
        found.named.append(ABREAST * NAMED / timed(lambda r=rows: naming(tables, r, named)))
    return found, sizes


def gathering(tables: Tables, rows: Any, cells: list[Any]) -> None:
    """What numpy has to do at the least: where each event leads, for so many as fit a cache at a time."""
    for each in cells:
        for low in range(0, len(each), CHUNK):
            np.take(tables.table.to, each[low : low + CHUNK], out=rows[low : low + CHUNK], mode="clip")


def stepping(tables: Tables, rows: Any, symbols: list[Any]) -> None:
    for each in symbols:
        tables.step(rows, each, out=rows)


def observing(tables: Tables, rows: Any, symbols: list[Any]) -> None:
    for each in symbols:
        tables.refused(rows, each)
        tables.step(rows, each, out=rows)


def naming(tables: Tables, rows: Any, named: list[Any]) -> None:
    for events, by in named:
        symbols = tables.symbols(events, by)
        tables.refused(rows, symbols)
        tables.step(rows, symbols, out=rows)


def timed(go: Callable[[], object]) -> float:
    began = time.perf_counter()
    go()
    return time.perf_counter() - began


def size(profiles: int, seconds: float, table: Merged) -> Size:
    completed = sum(len(part.completed.rows) for part in table.parts)
    return Size(profiles, seconds, completed, len(table), table.to.nbytes / MB)


def one_thread() -> None:
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)


def task_write(path: str, events: str, names: str, mixed: str) -> None:
    bulk_log.write(Path(path), int(events), bulk_log.pairings(MIXED), names, mixed == "mixed")


def task_replay(path: str, label: str) -> None:
    one_thread()
    began, cpu = time.perf_counter(), time.process_time()
    report = replay(path)
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MB
    print(json.dumps(Replay(label, report.events, report.conversations, took, cpu, peak, report.departed)))


def by_pyarrow(path: str) -> int:
    """Batches as a replay takes them: words as the numbers that they are written as."""
    names = [field.name for field in pq.read_schema(path) if pa.types.is_dictionary(field.type)]
    file = pq.ParquetFile(path, read_dictionary=names, pre_buffer=False)
    return sum(batch.num_rows for batch in file.iter_batches(1 << 17, use_threads=False))


def by_duckdb(path: str) -> int:
    """Conversation, time, event and actor, and a hash of all that is said of the two in place of the rest."""
    import duckdb

    asked = [name for name in pq.read_schema(path).names if name not in ("conversation", "time", "event", "by")]
    said = ", ".join(f'"{name}"' for name in asked)
    with duckdb.connect(config={"threads": 1}) as connection:
        query = f'SELECT conversation, time, event, "by", hash({said}) FROM read_parquet(?)'
        return sum(batch.num_rows for batch in connection.sql(query, params=[path]).to_arrow_reader(1 << 17))


READERS = {"pyarrow": by_pyarrow, "DuckDB": by_duckdb}


def task_read(path: str, by: str) -> None:
    one_thread()
    began, cpu = time.perf_counter(), time.process_time()
    events = READERS[by](path)
    print(json.dumps(Read(by, events, time.perf_counter() - began, time.process_time() - cpu)))


def apart(*task: str, kept: str = "") -> str:
    """What a process of its own answers to a task, with tables kept in a folder, or not at all."""
    return subprocess.run(
        [sys.executable, str(HERE / "bulk.py"), "--task", *task],
        check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, VARIABLE: kept},
    ).stdout  # fmt: skip


def replays(largest: int, folder: Path, say: Callable[[str], None]) -> tuple[list[Replay], list[Read]]:
    """A log whose tables are not there yet, logs of growing length, one with strings for names and one in no order."""
    sizes = [10**n for n in range(4, 9) if 10**n <= largest]
    odd = min(largest, 10**7)
    wanted = [(size, "integers", "in order", "") for size in sizes]
    wanted += [(odd, "strings", "in order", "named by strings"), (odd, "integers", "mixed", "mixed")]
    found, reads = list[Replay](), list[Read]()
    for events, names, order, label in wanted:
        path = folder / "log.parquet"
        say(f"writing {events:,} events {label}")
        apart("write", str(path), str(events), names, order)
        if not found:
            say("making tables")
            found.append(Replay(*json.loads(apart("replay", str(path), "tables made", kept=str(folder / "kept")))))
        say(f"replaying {events:,} events {label}")
        again = [
            Replay(*json.loads(apart("replay", str(path), label, kept=str(folder / "kept")))) for _ in range(TIMES)
        ]
        found.append(min(again, key=lambda each: each.seconds))
        for by in READERS if events >= READ and not label else ():
            say(f"reading {events:,} events by {by}")
            reads.append(
                min((Read(*json.loads(apart("read", str(path), by))) for _ in range(TIMES)), key=lambda each: each.cpu)
            )
        path.unlink()
    return found, reads


def against_pm4py(python: str, folder: Path) -> dict[str, Any]:
    """Token replay by pm4py and bulk replay by fsm of the same conversations of one small profile.

    Both must find the same conversations to follow the tables.
    """
    tables = Tables.between([SMALL])
    table, names = tables.table, [f"{event} {by}" for event, by in SYMBOLS]
    cells = [cell for cell in np.flatnonzero(~table.refused).tolist() if cell % WIDTH != NOTHING]
    rows = tables.start(np.zeros(TRACES, int))
    wanderer = bulk_log.Wanderer(tables)
    symbols = np.stack([wanderer.step(rows, 0.01) for _ in range(bulk_log.LENGTH)], axis=1)
    steps = [(cell // WIDTH, names[cell % WIDTH], int(table.to[cell]) // WIDTH) for cell in cells]
    case = folder / "case.json"
    case.write_text(json.dumps({"steps": steps, "traces": [[names[n] for n in each] for each in symbols.tolist()]}))
    ran = subprocess.run(
        [python, str(HERE / "pm4py_replay.py"), str(case)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    if ran.returncode == 3:
        return {"missing": f"{python} has no pm4py; pip install pm4py there"}
    ran.check_returncode()
    theirs: dict[str, Any] = json.loads(ran.stdout)
    events = list(SYMBOLS)
    log = folder / "same.parquet"
    pq.write_table(
        pa.table(
            {
                "conversation": np.repeat(np.arange(TRACES), bulk_log.LENGTH),
                "event": [events[n][0] for n in symbols.ravel()],
                "by": [events[n][1] for n in symbols.ravel()],
                "originator.mode": ["TeamsOnly"] * symbols.size,
                "recipient.mode": ["TeamsOnly"] * symbols.size,
            }
        ),
        log,
    )
    ours = Replay(*json.loads(apart("replay", str(log), "")))
    follow = ours.conversations - ours.departed
    if follow != theirs["follow"]:
        raise AssertionError(
            f"pm4py finds that {theirs['follow']} conversations follow the tables, fsm that {follow} do"
        )
    return {
        **theirs,
        "places": len(table),
        "transitions": len(steps),
        "theirs": theirs["seconds"] / theirs["events"],
        "ours": ours.seconds / ours.events,
    }


NOTES = """\
## How it is measured

- One thread: numpy's arithmetic has no others here, and pyarrow is told to use one; CPU seconds show it. Every log is
  replayed in a process of its own, whose peak memory is what the system says, with Python and its libraries in it.
- Stepping is `Tables.step`: {ABREAST:,} conversations at once, profiles mixed in no order, {STEPS} events each that
  were chosen as those of the logs are. The limit is numpy's own gather in the same run, over cells that are known
  beforehand: a step adds a row and a symbol, checks both, and gathers. Nothing of it is a match of guards: these were
  worked out once for each profile, when the tables were made, where other libraries do so at every event.
- With refusals observed, each event is looked up twice: whether it is refused, and where it leads. From names, words
  become symbols first, each checked to be one.
- Tables of many profiles are kept in a folder of caches by what makes them; one row is a replay that had to make them.
  Of {TIMES} replays of a log in a row the fastest counts.
- A log has {MIXED} profiles, on every line every column that says who the two are, conversations of {log.LENGTH} events
  on average, mixed {log.WAVE:,} at a time in order of time, and about one event in eleven refused. Replaying it takes
  in reading the file, making the tables, putting conversations together and counting by rule, row and final state.
- Reading is what no replay from a file can do without: pyarrow unpacks the same columns, whose batches are dropped, and
  DuckDB four of them and a hash of all others. The last column is the CPU time of the replay by theirs.
- pm4py replays {TRACES:,} conversations of {log.LENGTH} events of a small profile, one between two users of Teams, on
  the Petri net that has a place for each row; larger nets cost it more. Its time is that of token replay alone; that
  of fsm is everything from the file on. Both must find the same number of conversations that follow the tables.

To repeat it: `pip install 'interop-fsm[bulk]' -r benchmarks/requirements.txt`, `pip install pm4py` in an environment of
its own, and `python benchmarks/bulk.py --pm4py ENVIRONMENT/bin/python --write`. `--largest 1e6` takes less time and
disk.
"""


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Measure bulk replay.")
    parser.add_argument("--largest", type=float, default=1e8, help="events of the largest log (default: 1e8)")
    parser.add_argument("--rounds", type=int, default=7, help="how often stepping is measured (default: 7)")
    parser.add_argument("--pm4py", metavar="PYTHON", help="an interpreter that has pm4py")
    parser.add_argument("--folder", type=Path, help="where to put logs for a while (default: a temporary folder)")
    parser.add_argument("--write", action="store_true", help="write benchmarks/bulk.md and bulk.svg as well")
    parser.add_argument("--task", nargs="+", help=argparse.SUPPRESS)
    given: Any = parser.parse_args(argv)
    if given.task:
        {"write": task_write, "replay": task_replay, "read": task_read}[given.task[0]](*given.task[1:])
        return
    if given.largest < 1e4 or given.rounds < 1:
        parser.error("give --largest 1e4 or more, and --rounds 1 or more")
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        pm4py = {"missing": "pm4py; name an interpreter that has it with --pm4py"}
        if given.pm4py:
            say("replaying with pm4py")
            pm4py = against_pm4py(given.pm4py, Path(folder))
        logs, reads = replays(int(given.largest), Path(folder), say)
    say("stepping")
    found = Found(*kernel(given.rounds), logs, reads, pm4py)
    heading = (
        f"Python {platform.python_version()}, numpy {np.__version__}, pyarrow {pa.__version__}; {given.rounds} rounds."
    )
    print(bulk_page.plain(found, heading))
    if given.write:
        notes = NOTES.format(ABREAST=ABREAST, STEPS=STEPS, MIXED=MIXED, TRACES=TRACES, log=bulk_log, TIMES=TIMES)
        (HERE / "bulk.md").write_text(bulk_page.markdown(found, heading, notes), encoding="utf-8")
        (HERE / "bulk.svg").write_text(bulk_plot.lines(found.logs), encoding="utf-8")


def say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
