"""Call records of Microsoft Graph in bulk: ``python benchmarks/records.py [NUMBER] [--keep FILE]``.

Writes so many records as JSON Lines, reads them as conversations, and parses them with msgspec alone, into the same
shape and into nothing, in the same run: what reading costs beside its floor. Then a tenth of them as one array, which
is split record by record. A line of JSON a phase; each phase in a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import msgspec  # the checkout comes first
from million import peak

from fsm.readers.graph import callrecords
from fsm.readers.graph.sessions import CallRecord
from fsm.readers.notes import Noted

CASE = Path(__file__).resolve().parents[1] / "tests/readers/cases/graph/40-callrecord-interop.json"
ID = "00000000-0000-4000-8000-000000000040"


def records(number: int) -> Iterator[bytes]:
    """Records that differ in their names."""
    before, _, after = json.dumps(json.loads(CASE.read_bytes())).encode().partition(ID.encode())
    for n in range(number):
        yield b"%s%08x-0000-4000-8000-%012x%s" % (before, n * 2654435761 % 2**32, n, after)


def write(path: Path, number: int, array: bool) -> None:
    """A file of them."""
    with path.open("wb") as file:
        if not array:
            file.writelines(each + b"\n" for each in records(number))
            return
        file.write(b"[\n")
        file.writelines((b",\n" if n else b"") + each for n, each in enumerate(records(number)))
        file.write(b"\n]\n")


def read(path: Path) -> int:
    """How many events there are."""
    with path.open("rb") as file:
        return sum(1 for _ in callrecords.read(file, Noted(str(path), "record")))


def parsed(path: Path) -> int:
    """How many records msgspec finds, in the shape that the reader uses."""
    decode = msgspec.json.Decoder(CallRecord).decode
    with path.open("rb") as file:
        return sum(1 for line in file if decode(line))


def valid(path: Path) -> int:
    """How many lines are JSON, whatever it is."""
    decode = msgspec.json.Decoder(msgspec.Raw).decode
    with path.open("rb") as file:
        return sum(1 for line in file if decode(line))


PHASES: dict[str, Callable[[Path], int]] = {"read": read, "parsed": parsed, "valid": valid, "read an array": read}


def main() -> None:
    """Write, and take the time of each phase."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("number", type=int, nargs="?", default=1_000_000)
    options.add_argument("--phase", choices=PHASES)
    options.add_argument("--file", type=Path)
    given = options.parse_args()
    if given.phase:
        begins = time.perf_counter()
        found = PHASES[given.phase](given.file)
        took = time.perf_counter() - begins
        rate = round(given.number / took)
        told = {"records": given.number, "found": found, "seconds": round(took, 2), "records/s": rate}
        print(json.dumps({"phase": given.phase, **told, "MiB": round(peak())}), flush=True)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records"
        for phase in PHASES:
            array = phase.endswith("array")
            number = given.number // 10 if array else given.number
            if phase in ("read", "read an array"):
                write(path, number, array)
                print(json.dumps({"file": f"{path.stat().st_size / 2**20:,.0f} MiB"}), flush=True)
            command = [sys.executable, __file__, str(number), "--phase", phase, "--file", str(path)]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
