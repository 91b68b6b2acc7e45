"""``python -m tests.fuzz [DOOR ...] --number 100000 --seed 1 --keep`` tries doors for long, and keeps what got past."""

from __future__ import annotations

import argparse
import sys
import time

from tests.fuzz.doors import every
from tests.fuzz.run import findings, keep


def main() -> int:
    """Try them; 1 where something got past one."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("doors", nargs="*", metavar="DOOR", help="default: all")
    parser.add_argument("--number", type=int, default=10_000, help="inputs a door")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", action="store_true", help="put findings into the corpus")
    asked = parser.parse_args()
    known = {door.name: door for door in every()}
    if odd := set(asked.doors) - known.keys():
        parser.error(f"{', '.join(sorted(odd))}: no door; use one of {', '.join(known)}")
    total = 0
    for name in asked.doors or known:
        began, kinds = time.perf_counter(), dict[str, int]()
        for found in findings(known[name], asked.number, asked.seed):
            kind = found.says[:160]
            kinds[kind] = kinds.get(kind, 0) + 1
            if kinds[kind] == 1:
                print(f"  {kind}\n    {found.data[:200]!r}", flush=True)
                if asked.keep:
                    keep(known[name], found)
        total += sum(kinds.values())
        took = time.perf_counter() - began
        print(
            f"{name:24} {asked.number:>9,} tried {sum(kinds.values()):>7,} got past, {len(kinds)} kinds, {took:.0f} s"
        )
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
