"""Traces and records of others in bulk: ``python benchmarks/traces.py [NUMBER] [--write]``.

Writes so many SIP messages as a client logs them, and so many call records of Microsoft Graph as JSON Lines, and reads
them as conversations; beside that, in the same run, what reading costs at least: the lines of the file alone, and each
record parsed by msgspec, into nothing and into the shape that the reader uses. Each phase is a process of its own, so
that its memory is its own. ``--write`` writes ``traces.md``.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import msgspec  # the checkout comes first
from million import peak

from fsm.readers.graph.sessions import CallRecord
from fsm.readers.log import Log
from fsm.readers.opening import parts
from fsm.readers.sip.messages import messages
from fsm.replay import replay
from tests.readers.sip.writing import conversation, trace

HERE = Path(__file__).resolve().parent
CASE = HERE.parent / "tests/readers/cases/graph/40-callrecord-interop.json"
ID = "00000000-0000-4000-8000-000000000040"


def sip(path: Path, number: int) -> int:
    """Write a trace of so many messages or a few more; how many."""
    count = n = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        while count < number:
            sent = conversation(random.Random(n), f"c{n}", 500.0 * n)[0]
            file.write(trace(sent))
            count, n = count + len(sent), n + 1
    return count


def records(path: Path, number: int) -> int:
    """Write so many records, which differ in their names."""
    with path.open("wb") as file:
        file.writelines(each + b"\n" for each in _records(number))
    return number


def array(path: Path, number: int) -> int:
    """Write a tenth of them as one array, as a page of answers is; how many."""
    with path.open("wb") as file:
        file.write(b"[\n")
        file.writelines((b",\n" if n else b"") + each for n, each in enumerate(_records(number // 10)))
        file.write(b"\n]\n")
    return number // 10


def _records(number: int) -> Iterator[bytes]:
    before, _, after = json.dumps(json.loads(CASE.read_bytes())).encode().partition(ID.encode())
    for n in range(number):
        yield b"%s%08x-0000-4000-8000-%012x%s" % (before, n * 2654435761 % 2**32, n, after)


def lines(path: Path) -> int:
    """Read the lines alone."""
    with path.open("rb") as file:
        return sum(1 for _ in file)


def found(path: Path) -> int:
    """Find the messages alone."""
    with parts(str(path)) as some:
        return sum(1 for each in some for _ in messages(each))


def valid(path: Path) -> int:
    """Parse records into nothing: they are JSON."""
    decode = msgspec.json.Decoder(msgspec.Raw).decode
    with path.open("rb") as file:
        return sum(1 for line in file if decode(line))


def parsed(path: Path) -> int:
    """Parse records into the shape that the reader uses."""
    decode = msgspec.json.Decoder(CallRecord).decode
    with path.open("rb") as file:
        return sum(1 for line in file if decode(line))


def read(path: Path) -> int:
    """Read conversations."""
    return sum(1 for _ in Log(path))


def followed(path: Path) -> int:
    """Read and follow conversations."""
    return len(replay(path, skip_bad=True))


class Kind(NamedTuple):
    """A kind of log: what it is called and counted in, who writes it, and its phases, the floor first."""

    title: str
    of: str
    write: Callable[[Path, int], int]
    phases: dict[str, Callable[[Path], int]]


KINDS = {
    "sip": Kind(
        "SIP, as a client logs it (UccApilog)",
        "messages",
        sip,
        {"lines alone": lines, "messages alone": found, "events": read, "followed": followed},
    ),
    "records": Kind(
        "Call records of Microsoft Graph, JSON Lines",
        "records",
        records,
        {
            "lines alone": lines,
            "parsed into nothing": valid,
            "parsed into our shape": parsed,
            "events": read,
            "followed": followed,
        },
    ),
    "array": Kind("The same as one JSON array", "records", array, {"events": read}),
}


def measured(number: int) -> Iterator[str]:
    """A table a kind, line by line."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        for name, kind in KINDS.items():
            count = kind.write(path, number)
            yield f"## {kind.title}"
            yield ""
            yield f"{count:,} {kind.of}, {path.stat().st_size >> 20:,} MiB."
            yield ""
            yield f"| | found | seconds | {kind.of} a second | peak, MiB |"
            yield "|---|---:|---:|---:|---:|"
            for phase in kind.phases:
                run = [sys.executable, __file__, "--phase", name, phase, str(path)]
                told = json.loads(subprocess.run(run, capture_output=True, text=True, check=True).stdout)
                took = told["seconds"]
                yield f"| {phase} | {told['found']:,} | {took:,.1f} | {count / took:,.0f} | {told['peak']:,.0f} |"
            yield ""


def main() -> None:
    """Write, and take the time of each phase."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("number", nargs="?", type=int, default=1_000_000)
    options.add_argument("--write", action="store_true")
    options.add_argument("--phase", nargs=3, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.phase:
        name, phase, path = given.phase
        begun = time.perf_counter()
        count = KINDS[name].phases[phase](Path(path))
        print(json.dumps({"found": count, "seconds": time.perf_counter() - begun, "peak": peak()}))
        return
    page = [
        "# Traces and records of others",
        "",
        "Written by `python benchmarks/traces.py --write`; not edited by hand.",
        "",
        f"Python {platform.python_version()}, msgspec {msgspec.__version__}; one core, each line a process of its own.",
        "",
    ]
    for line in measured(given.number):
        print(line, flush=True)
        page.append(line)
    page += [
        "- Found is lines, messages, records, events or conversations, as the phase says.",
        "- Followed keeps a result for each conversation, which is most of its peak.",
    ]
    if given.write:
        (HERE / "traces.md").write_text("\n".join(page) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
