"""Measure bulk replay from the file on: ``python benchmarks/file.py [--events N] [--pm4py PYTHON] [--write]``.

The same log as JSON Lines, CSV and Parquet: replayed, merely parsed, and read and put in order by DuckDB. Each is done
by a process of its own, on one thread, which tells its peak memory.
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
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import bulk_log  # noqa: E402  # the checkout comes first
import msgspec  # noqa: E402
import numpy as np  # noqa: E402
import pyarrow as pa  # noqa: E402
import pyarrow.csv as pacsv  # noqa: E402
import pyarrow.json as pajson  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402
from bulk import MIXED, against_pm4py, one_thread  # noqa: E402

from fsm.replay.bulk import replay  # noqa: E402
from fsm.space.arrays import Tables  # noqa: E402
from fsm.space.minimal import SYMBOLS  # noqa: E402

MB = 1e6
FORMATS = ("jsonl", "csv", "parquet")
CALLED = {"jsonl": "JSON Lines", "csv": "CSV", "parquet": "Parquet"}
BLOCK = 1 << 23
START = 1_790_000_000_000_000
"""Microseconds from 1970 to where a log begins."""
BAR = 2.0


class Took(NamedTuple):
    """What a process took.

    Args:
        lines: how many lines or rows there were.
        seconds: by the clock.
        cpu: seconds of its processor.
        peak: MB of memory.
    """

    lines: int
    seconds: float
    cpu: float
    peak: float


def task_write(folder: str, events: str) -> None:
    """Write the log: who the two are is said on the first event of a conversation."""
    people = bulk_log.pairings(MIXED)
    told = bulk_log.columns(people)
    names = list(told)
    first = [
        "".join(f", {json.dumps(name)}: {json.dumps(told[name][n])}" for name in names) for n in range(len(people))
    ]
    said = [f'"event": "{event}", "by": "{by}"' for event, by in SYMBOLS]
    words = [pa.array([way[n] for way in SYMBOLS]) for n in (0, 1)]
    facts = [pa.array([*values, None]) for values in told.values()]
    seen = np.zeros(int(events) // bulk_log.LENGTH * 2 + bulk_log.WAVE * 2, bool)
    out = {name: Path(folder) / f"log.{name}" for name in FORMATS}
    with out["jsonl"].open("w") as lines, out["csv"].open("wb") as table:
        parquet: Any = None
        for who, at, symbol, pairing in bulk_log.waves(Tables.between(people), int(events)):
            new = np.zeros(len(who), bool)
            new[np.unique(who, return_index=True)[1]] = True
            new &= ~seen[who]
            seen[who] = True
            time_of = (at + START).astype("datetime64[us]")
            texts = np.datetime_as_string(time_of).tolist()
            rows = zip(who.tolist(), texts, symbol.tolist(), pairing.tolist(), new.tolist(), strict=True)
            lines.writelines(
                f'{{"conversation": "c{w}", "time": "{t}Z", {said[s]}{first[p] if n else ""}}}\n'
                for w, t, s, p, n in rows
            )
            which = pa.array(np.where(new, pairing, len(people)))
            columns = [
                pa.array([f"c{w}" for w in who.tolist()]),
                pa.array([f"{t}Z" for t in texts]),
                *(each.take(pa.array(symbol)) for each in words),
                *(each.take(which) for each in facts),
            ]
            batch = pa.table(columns, names=["conversation", "time", "event", "by", *names])
            pacsv.write_csv(batch, table, pacsv.WriteOptions(include_header=parquet is None, quoting_style="none"))
            parquet = parquet or pq.ParquetWriter(out["parquet"], batch.schema)
            parquet.write_table(batch)
        parquet.close()


def fsm(path: Path) -> int:
    return replay(path).events


def a_line(path: Path) -> int:
    """Decode each line to a dict."""
    decode, count = msgspec.json.Decoder().decode, 0
    with path.open("rb") as file:
        for line in file:
            decode(line)
            count += 1
    return count


def arrow(path: Path) -> int:
    """Read the file as pyarrow does, batch by batch."""
    if path.suffix == ".jsonl":
        reader = pajson.open_json(path, pajson.ReadOptions(use_threads=False, block_size=BLOCK))
    elif path.suffix == ".csv":
        reader = pacsv.open_csv(path, pacsv.ReadOptions(use_threads=False, block_size=BLOCK))
    else:
        reader = pq.ParquetFile(path).iter_batches(1 << 17, use_threads=False)
    return sum(batch.num_rows for batch in reader)


def duckdb(path: Path) -> int:
    """Read the file, and put it in order of conversation and time."""
    import duckdb

    source = {".jsonl": "read_ndjson", ".csv": "read_csv", ".parquet": "read_parquet"}[path.suffix]
    with duckdb.connect(config={"threads": 1, "temp_directory": str(path.parent)}) as connection:
        query = f"SELECT * FROM {source}(?) ORDER BY conversation, time"
        found = connection.sql(query, params=[str(path)])
        return sum(batch.num_rows for batch in found.to_arrow_reader(1 << 17))


WAYS: dict[str, Callable[[Path], int]] = {"fsm": fsm, "msgspec": a_line, "pyarrow": arrow, "DuckDB": duckdb}
SAYS = {
    "fsm": "fsm, to the report",
    "msgspec": "msgspec, a line to a dict",
    "pyarrow": "pyarrow's reader",
    "DuckDB": "DuckDB, read and put in order",
}


def task_time(way: str, path: str) -> None:
    one_thread()
    began, cpu = time.perf_counter(), time.process_time()
    lines = WAYS[way](Path(path))
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    unit = 1 if sys.platform == "darwin" else 1024
    print(json.dumps(Took(lines, took, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MB)))


def apart(*task: str) -> str:
    """What a process of its own answers to a task."""
    command = [sys.executable, str(HERE / "file.py"), "--task", *task]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def measured(folder: Path, events: int, rounds: int) -> Iterator[tuple[str, str, list[Took]]]:
    """What each way took of each format, round by round; all of a round after each other."""
    found: dict[tuple[str, str], list[Took]] = {}
    for _ in range(rounds):
        for form in FORMATS:
            for way in WAYS:
                if way == "msgspec" and form != "jsonl":
                    continue
                say(f"{CALLED[form]}: {SAYS[way]}")
                took = Took(*json.loads(apart("time", way, str(folder / f"log.{form}"))))
                if took.lines != events:
                    raise AssertionError(f"{way} finds {took.lines:,} lines of {events:,} in {CALLED[form]}")
                say(f"  {took.seconds:.3g} s, of its processor {took.cpu:.3g} s, {took.peak:,.0f} MB")
                found.setdefault((form, way), []).append(took)
    return ((form, way, took) for (form, way), took in found.items())


def page(found: list[tuple[str, str, list[Took]]], heading: str, pm4py: dict[str, Any]) -> str:
    by = {(form, way): took for form, way, took in found}

    def ratio(one: list[Took], other: list[Took]) -> float:
        return median(a.cpu / b.cpu for a, b in zip(one, other, strict=True))

    parsing = ratio(by["jsonl", "fsm"], by["jsonl", "msgspec"])
    lines = ["# From the file to the answer", "", "Written by `python benchmarks/file.py --write`; not edited by hand."]
    lines += ["", heading, "", "| bar | measured | |", "|---|---:|---|"]
    verdict = "met" if parsing <= BAR else "NOT MET"
    lines += [f"| JSON Lines: at most {BAR:g} x merely parsing each line | {parsing:.2f} | {verdict} |"]
    for form in FORMATS:
        lines += ["", f"## {CALLED[form]}", "", "| | seconds | CPU s | ns/line | of fsm | peak MB |"]
        lines += ["|---|---:|---:|---:|---:|---:|"]
        for (its, way), took in by.items():
            if its == form:
                cpu, over = median(each.cpu for each in took), ratio(took, by[form, "fsm"])
                lines.append(
                    f"| {SAYS[way]} | {median(each.seconds for each in took):.3g} | {cpu:.3g} | "
                    f"{cpu / took[0].lines * 1e9:,.0f} | {over:.2f} | {max(each.peak for each in took):,.0f} |"
                )
    if "missing" in pm4py:
        lines += ["", f"Not measured: {pm4py['missing']}."]
    else:
        lines += ["", "## Beside pm4py", "", "| | µs/event | ratio |", "|---|---:|---:|"]
        lines += [f"| fsm, a small log from the file on | {pm4py['ours'] * 1e6:.3g} | 1 |"]
        lines += [
            f"| pm4py {pm4py['version']}, token replay | {pm4py['theirs'] * 1e6:,.3g} | "
            f"{pm4py['theirs'] / pm4py['ours']:,.0f} |"
        ]
    return "\n".join([*lines, "", NOTES])


NOTES = f"""\
## How it is measured

- One log in three formats: conversations of {bulk_log.LENGTH} events on average between people of {MIXED} profiles, in
  order of time, named by strings, times in ISO 8601 with microseconds; the first event of each says who the two are.
- Every measurement is a process of its own on one thread. A ratio is of CPU seconds, and is the median of the quotients
  within a round: other work on the machine slows both alike.
- fsm: everything from the file to the report, the tables being kept from a replay before. msgspec: each line decoded
  to a dict that is dropped. pyarrow: its reader, whose batches are dropped. DuckDB: the file read, put in order of
  conversation and time, and handed out as Arrow batches, which is what a replay would begin with.
- pm4py replays a log of one small profile, as in [](bulk.md); its time is that of token replay alone.

To repeat it: `pip install 'interop-fsm[bulk]' -r benchmarks/requirements.txt`, `pip install pm4py` in an environment of
its own, and `python benchmarks/file.py --pm4py ENVIRONMENT/bin/python --write`. `--events 1e6` takes a minute.
"""


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Measure bulk replay from the file on.")
    parser.add_argument("--events", type=float, default=1e7, help="lines of the log (default: 1e7)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (default: 3)")
    parser.add_argument("--pm4py", metavar="PYTHON", help="an interpreter that has pm4py")
    parser.add_argument("--folder", type=Path, help="where to put the log for a while (default: a temporary folder)")
    parser.add_argument("--write", action="store_true", help="write benchmarks/file.md as well")
    parser.add_argument("--task", nargs="+", help=argparse.SUPPRESS)
    given: Any = parser.parse_args(argv)
    if given.task:
        {"write": task_write, "time": task_time}[given.task[0]](*given.task[1:])
        return
    if given.events < 1e4 or given.rounds < 1:
        parser.error("give --events 1e4 or more, and --rounds 1 or more")
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        pm4py: dict[str, Any] = {"missing": "pm4py; name an interpreter that has it with --pm4py"}
        if given.pm4py:
            say("replaying with pm4py")
            pm4py = against_pm4py(given.pm4py, Path(folder))
        say(f"writing {int(given.events):,} events")
        apart("write", folder, str(int(given.events)))
        sizes = {form: (Path(folder) / f"log.{form}").stat().st_size / MB for form in FORMATS}
        say("making tables")
        made = Took(*json.loads(apart("time", "fsm", str(Path(folder) / "log.parquet"))))
        began = os.getloadavg()[0]
        found = list(measured(Path(folder), int(given.events), given.rounds))
    megabytes = ", ".join(f"{size:,.0f} of {CALLED[form]}" for form, size in sizes.items())
    heading = (
        f"Python {platform.python_version()}, pyarrow {pa.__version__}, msgspec {msgspec.__version__}. "
        f"{int(given.events):,} lines, MB: {megabytes}. Rounds: {given.rounds}. Load of the machine, which has "
        f"{os.cpu_count()} processors: {began:.1f} before, {os.getloadavg()[0]:.1f} after. A first replay of the "
        f"Parquet file, which may have had the tables to make, took {made.cpu:.3g} CPU s."
    )
    text = page(found, heading, pm4py)
    print(text)
    if given.write:
        (HERE / "file.md").write_text(text, encoding="utf-8")


def say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
