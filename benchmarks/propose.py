"""Measure ``fsm.plan.propose`` beside waves by department: ``python benchmarks/propose.py [--seeds N] [--write]``.

Who talks to whom is made up: people are of communities, and three calls of four are within one, most others with a
neighbouring one. Departments are the same communities, or drawn by lot, or something in between. Both sides obey the
same size of waves, and both are weighed by ``Plan.degradation``. Each size is measured in a process of its own.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import igraph  # type: ignore[import-untyped]  # noqa: E402  # the checkout comes first
import numpy as np  # noqa: E402

from fsm.plan.people import Contacts  # noqa: E402
from fsm.plan.plan import Plan  # noqa: E402
from fsm.plan.propose import Proposal, propose  # noqa: E402
from fsm.spec.parties import Participant  # noqa: E402

PEOPLE, TALKS, COMMUNITIES, WAVES = 2000, 40_000, 40, 10
SHARES = (0.0, 0.5, 0.8, 1.0)
"""Which share of people is in the department that is their community."""
SIZES = ((1_000, 50_000), (10_000, 500_000), (30_000, 1_500_000), (100_000, 5_000_000))
"""People, and contacts."""
WITHIN, NEXT = 0.75, 0.6
"""The share of contacts within a community, and of the others that with a neighbouring one."""


class Town(NamedTuple):
    """People, who talks to whom, and their departments."""

    users: dict[str, Participant]
    contacts: Contacts
    columns: dict[str, list[str]]


def town(people: int, talks: int, communities: int, share: float, seed: int) -> Town:
    """People of communities, whose names are in no order that says who is next to whom."""
    chance = np.random.default_rng(seed)
    of = chance.integers(0, communities, people)
    order = np.argsort(of, kind="stable")
    begins = np.searchsorted(of[order], np.arange(communities + 1))
    first = chance.integers(0, people, talks)
    own = of[first]
    near = np.clip(own + chance.choice((-1, 1), talks), 0, communities - 1)
    other = np.where(chance.random(talks) < NEXT, near, chance.integers(0, communities, talks))
    whose = np.where(chance.random(talks) < WITHIN, own, other)
    second = order[begins[whose] + (chance.random(talks) * (begins[whose + 1] - begins[whose])).astype(np.int64)]
    minutes = chance.integers(1, 60, talks).astype(np.float64)
    there = first != second
    names = chance.permutation(communities)
    department = names[np.where(chance.random(people) < share, of, chance.integers(0, communities, people))]
    addresses = [f"u{n:06}@contoso.com" for n in chance.permutation(people)]
    users = {each: Participant(each, "SfBOnly", homing="on-prem") for each in addresses}
    contacts = Contacts(first[there].astype(np.int32), second[there].astype(np.int32), minutes[there])
    return Town(users, contacts, {"Department": [f"d{each:03}" for each in department]})


def proposed(made: Town, **asked: Any) -> Proposal:
    """A proposal, whose costs are what the plan says."""
    found = propose(made.users, made.contacts, WAVES, columns=made.columns, **asked)
    for waves, cost in ((found.waves, found.cost), (found.baseline, found.baseline_cost)):
        plain = Plan(made.users, waves, contacts=made.contacts).degradation
        assert abs(plain - cost) <= 1e-6 * plain, (plain, cost)
    return found


def percent(shares: list[float]) -> str:
    return f"{100 * min(shares):.1f} | {100 * median(shares):.1f} | {100 * max(shares):.1f}"


def saving(seeds: int) -> list[str]:
    """A line for each kind of departments, with people free to go and with departments as a whole."""
    found = []
    for whole in (None, "Department"):
        for share in SHARES:
            saved = []
            for seed in range(seeds):
                given = proposed(town(PEOPLE, TALKS, COMMUNITIES, share, seed), whole=whole, seed=seed)
                saved.append(1 - given.cost / given.baseline_cost)
            found.append(f"| {share:.0%} | {'as a whole' if whole else 'people are free'} | {percent(saved)} |")
            print(found[-1], flush=True)
    return found


def sized(people: int, talks: int) -> str:
    """A line of the table of sizes, measured in this process."""
    made = town(people, talks, max(COMMUNITIES, people // 500), 0.5, 1)
    before = memory()
    began = time.perf_counter()
    found = propose(made.users, made.contacts, WAVES, columns=made.columns)
    seconds = time.perf_counter() - began
    saved = 100 * (1 - found.cost / found.baseline_cost)
    return (
        f"| {people:,} | {len(made.contacts.first):,} | {seconds:.1f} | {memory():,.0f} | {before:,.0f} | {saved:.1f} |"
    )


def memory() -> float:
    """The most memory that this process has had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


PAGE = """# Proposed waves

Written by `python benchmarks/propose.py --write`; not edited by hand.

Python {python}, numpy {numpy}, igraph {igraph}; one core of {cores}, load {load} after.

What the proposal saves of the degradation of waves by department, in percent, over {seeds} seeds: {people:,} people,
{talks:,} contacts, {communities} communities, {waves} waves. The first column is the share of people whose department
is their community; the others' is drawn by lot.

| departments that are communities | departments | least | median | most |
|---|---|---:|---:|---:|
{saved}

What it takes, people being free and half of them in a department that is their community:

| people | contacts | seconds | MB at most | MB of them before | saved, % |
|---:|---:|---:|---:|---:|---:|
{sizes}

- Degradation is `Plan.degradation`: minutes of contacts in which something is lost against the start, a week, summed
  over all weeks. Both sides are weighed by a plan of their own, with waves of the same size at most.
- Waves by department go in alphabetical order and are of like size, a department going on in the next wave where it
  does not fit; where departments are kept as a whole, none does.
- Three contacts of four are within a community, and {next:.0%} of the others with a neighbouring one. Departments have
  names in no order, so that where they are the communities, what is saved is by who goes beside whom.
- People are made up, and alike but for whom they talk to. An organisation in which everybody talks to everybody has
  nothing to save.
- Each wave has somebody in it, and waves by department are of like size: fewer waves, or later ones, would cost less.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--write", action="store_true", help="write propose.md")
    parser.add_argument("--size", nargs=2, type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.size:
        print(sized(*given.size))
        return
    saved, sizes = saving(given.seeds), []
    for size in SIZES:
        run = [sys.executable, __file__, "--size", *map(str, size)]
        sizes.append(subprocess.run(run, check=True, capture_output=True, text=True).stdout.strip())
        print(sizes[-1], flush=True)
    if given.write:
        page = PAGE.format(
            python=platform.python_version(), numpy=np.__version__, igraph=igraph.__version__, cores=os.cpu_count(),
            load=f"{os.getloadavg()[0]:.1f}", seeds=given.seeds, people=PEOPLE, talks=TALKS, communities=COMMUNITIES,
            waves=WAVES, saved="\n".join(saved), sizes="\n".join(sizes), next=NEXT,
        )  # fmt: skip
        (HERE / "propose.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
