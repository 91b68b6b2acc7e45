"""Measure ``fsm plan``: ``python benchmarks/plan.py [--sizes 1000 10000 100000 1000000] [--write]``.

Each size runs in a process of its own, from files to every number: an export of so many people, 20 waves of all of
them, and a CSV of contacts, 50 for each person up to five million. Nothing here fails because of a time.
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
from pathlib import Path
from random import Random

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

WAVES = 20
CONTACTS = 50
MOST = 5_000_000
MODES = ["SfBOnly"] * 5 + ["SfBWithTeamsCollab"] * 2 + ["Islands"] * 2 + ["SfBWithTeamsCollabAndMeetings"]
USERS = (
    "UserPrincipalName,SipAddress,TeamsUpgradeEffectiveMode,InterpretedUserType,HostingProvider,"
    "TeamsMeetingPolicy,TeamsMessagingPolicy,TeamsCallingPolicy,Department"
)
POLICIES = ("meeting-policies.json", "messaging-policies.json", "calling-policies.json")
DATA = HERE.parent / "fsm" / "data" / "contoso"
PARTS = ("export", "waves", "contacts", "compared", "open", "departments")


def write(at: Path, size: int) -> None:
    """Write an organisation of so many people, their waves and contacts."""
    import numpy as np

    chance = Random(size)
    with (at / "users.csv").open("w", encoding="utf-8") as file:
        file.write(f"{USERS}\n")
        for n in range(size):
            policies = ",".join("" if chance.random() < 0.9 else name for name in ("NoMeetNow", "NoChat", "NoCalling"))
            address = f"u{n}@contoso.com"
            kind = "HybridOnpremSfBUserWithTeamsLicense,SRV:"
            file.write(f"{address},sip:{address},{chance.choice(MODES)},{kind},{policies},D{n % 40}\n")
    with (at / "waves.csv").open("w", encoding="utf-8") as file:
        file.write("address,wave,mode\n")
        file.writelines(f"u{n}@contoso.com,{n * WAVES // size + 1},TeamsOnly\n" for n in range(size))
    made = np.random.default_rng(size)
    count = min(MOST, CONTACTS * size)
    first = made.integers(0, size, count)
    second = (first + made.integers(1, size, count)) % size
    minutes = made.integers(1, 60, count)
    with (at / "contacts.csv").open("w", encoding="utf-8") as file:
        file.write("a,b,minutes\n")
        for n in range(0, count, 100_000):
            some = zip(*(each[n : n + 100_000].tolist() for each in (first, second, minutes)), strict=True)
            file.writelines(f"u{a}@contoso.com,u{b}@contoso.com,{m}\n" for a, b, m in some)


def measure(at: Path) -> dict[str, float]:
    """Plan it, from the files to every number; seconds of each part, and the most memory in MiB."""
    begun = time.perf_counter()
    from fsm.plan import Plan, read_waves
    from fsm.tenant import load

    laps = []

    def lap() -> None:
        laps.append(time.perf_counter())

    tenant = load(at / "users.csv", [DATA / name for name in POLICIES], keep=["Department"])
    lap()
    waves = read_waves(at / "waves.csv", tenant)
    lap()
    columns = {name: [of[each] for each in tenant] for name, of in tenant.columns.items()}
    plan = Plan(tenant, waves, columns=columns, contacts=at / "contacts.csv")
    lap()
    for each in (*(stage.step for stage in plan.stages), plan.whole):
        each.changes(), each.fixes(), each.unreachable(), each.islands()
    assert plan.degradation
    lap()
    for stage in plan.stages:
        stage.step.endings()
    lap()
    for each in (*(stage.step for stage in plan.stages), plan.whole):
        each.tally("Department")
    lap()
    took = [after - before for before, after in zip([begun, *laps], laps, strict=False)]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**dict(zip(PARTS, took, strict=True)), "all": sum(took), "MiB": memory, "kinds": len(plan.kinds.kinds)}


PAGE = """# Planning

Written by `python benchmarks/plan.py --write`; not edited by hand.

Python {python}, numpy {numpy}, pyarrow {pyarrow}; one core of {cores}; load {load} before. Seconds of the quickest
of {rounds} runs, each in a process of its own.

| people | contacts | kinds | {parts} | all | MiB |
|---:|---:|---:|{lines}---:|---:|
{rows}

- From files to every number: an export as CSV, {waves} waves of everybody, contacts as CSV; {count} contacts a
  person, up to five million. *Compared* is every change, fix, person cut off and pair that Islands mode keeps apart, of
  each wave and of the whole, and what has changed since the start. *Open* is what becomes of open conversations at
  every place where one can stand. *Departments* adds up contacts person by person.
- Ordered pairs of people are the square: 10^12 of a million. What is looked at are pairs of fates, which do not grow.
"""


def main() -> None:
    """Measure, and write the page if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="write plan.md")
    parser.add_argument("--at", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.at:
        print(json.dumps(measure(given.at)))
        return
    import numpy
    import pyarrow  # type: ignore[import-untyped]

    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    rows = []
    for size in given.sizes:
        with tempfile.TemporaryDirectory(prefix="plan-") as where:
            write(Path(where), size)
            command = ["taskset", "-c", "0", sys.executable, __file__, "--at", where]
            runs = [json.loads(subprocess.check_output(command)) for _ in range(given.rounds)]
        best = min(runs, key=lambda each: each["all"])
        cells = " | ".join(f"{best[each]:.2f}" for each in PARTS)
        contacts = min(MOST, CONTACTS * size)
        rows.append(f"| {size:,} | {contacts:,} | {best['kinds']} | {cells} | {best['all']:.2f} | {best['MiB']:,.0f} |")
        print(rows[-1], flush=True)
    if given.write:
        page = PAGE.format(
            python=platform.python_version(),
            numpy=numpy.__version__,
            pyarrow=pyarrow.__version__,
            cores=os.cpu_count(),
            load=load,
            rounds=given.rounds,
            parts=" | ".join(PARTS),
            lines="---:|" * len(PARTS),
            rows="\n".join(rows),
            waves=WAVES,
            count=CONTACTS,
        )
        (HERE / "plan.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
