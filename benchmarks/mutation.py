"""How many faulty copies of the specification its suites find: ``python benchmarks/mutation.py [--write] [--jobs N]``.

A fault is one change in one place of the tables (``fsm.verify.faults``). Copies that come out the same count once, and
copies that are proven to do the same as the original are no faults (``fsm.verify.equivalence``). A suite finds a fault
when some step of it comes to something else: another state, effect, timer, refusal or rule, or no result at all.

With ``--keep FOLDER``, what is done is kept there, and a run that was broken off goes on where it was, as long as
neither the specification nor anything that is used here has changed.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import multiprocessing
import pickle
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from mutation_page import EFFECTS_ONLY, SUITES, Drawn, Result, told  # noqa: E402  # the checkout comes first
from mutation_questions import Question, Questions  # noqa: E402

from fsm import CONVERSATION, LIFECYCLES  # noqa: E402
from fsm.notation import Composition, DeclarationError, guards_of  # noqa: E402
from fsm.space.profiles import Profiles  # noqa: E402
from fsm.space.reachable import Space  # noqa: E402
from fsm.testing import generate  # noqa: E402
from fsm.testing.making.play import Player  # noqa: E402
from fsm.verify.equivalence import Comparison  # noqa: E402
from fsm.verify.faults import ONE_IN, Seed, seeds  # noqa: E402
from fsm.verify.operators import number  # noqa: E402

T = TypeVar("T")
WHOLE = tuple(each for each in SUITES if each != "complete")
"""The suites of the whole conversation only."""


class Made(NamedTuple):
    """What a suite asks: of the whole conversation, and of lifecycles alone; and how long it took to make."""

    whole: Questions
    alone: dict[str, Questions]
    seconds: float


class Keeping:
    """What was done already, in a folder that is that of these sources only."""

    def __init__(self, folder: Path) -> None:
        sources = hashlib.sha256()
        for path in (*sorted((HERE.parent / "fsm").rglob("*.py")), *sorted(HERE.glob("mutation*.py"))):
            sources.update(path.read_bytes())
        self._folder = folder / sources.hexdigest()[:16]
        self._folder.mkdir(parents=True, exist_ok=True)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What ``make`` makes, or made."""
        path = self._folder / f"{name}.pickle"
        if not path.exists():
            tell(f"making {name}")
            made = make()
            half = path.with_suffix(".half")
            half.write_bytes(pickle.dumps(made, pickle.HIGHEST_PROTOCOL))
            half.rename(path)
        found: T = pickle.loads(path.read_bytes())
        return found

    def results(self) -> list[Result]:
        """What became of faults so far."""
        path = self._folder / "results.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.exists() else []
        each = (json.loads(line) for line in lines if line.endswith("\n"))
        return [Result(n, k, frozenset(f), frozenset(u), e, s) for n, k, f, u, e, s in each]

    def add(self, result: Result) -> None:
        """Keep what became of a fault."""
        with (self._folder / "results.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps([sorted(each) if isinstance(each, frozenset) else each for each in result]) + "\n")


def tell(what: str) -> None:
    """Say how far it is."""
    print(what, file=sys.stderr, flush=True)


def tables(composition: Composition) -> object:
    """What two compositions that are the same have in common."""
    states = tuple(tuple(each.states.values()) for each in composition.lifecycles.values())
    dispatch = tuple(
        (event, tuple(row._replace(while_=tuple(row.while_.items())) for row in rows))  # type: ignore[arg-type]
        for event, rows in composition.dispatch.items()
    )
    return states, dispatch, composition.changes


def draw() -> Drawn:
    """The faults to try."""
    began = time.process_time()
    there, refused, same = Counter[str](), Counter[str](), Counter[str]()
    distinct: dict[object, str] = {}
    for name, kind, put in seeds():
        there[kind] += 1
        if number(name) % ONE_IN.get(kind, 1) == 0:
            try:
                copy = tables(put())
            except DeclarationError:
                refused[kind] += 1
                continue
            same[kind] += copy in distinct
            distinct.setdefault(copy, name)
    return Drawn(there, refused, same, tuple(distinct.values()), time.process_time() - began)


def make(suite: str) -> Made:
    """What a suite asks; that of ``profiles`` is made with ``complete``."""
    began = time.process_time()
    made = generate(suite).scenarios
    whole = Questions(each for each in made if each.lifecycle is None)
    names = LIFECYCLES if suite == "complete" else ()
    alone = {name: Questions((each for each in made if each.lifecycle == name), name) for name in names}
    return Made(whole, alone, time.process_time() - began)


class Bench:
    """What tells faults from the original, and a fault that no suite finds from no fault.

    Args:
        suites: what they ask, that of ``profiles`` under ``complete``.
    """

    def __init__(self, suites: dict[str, Made]) -> None:
        self._whole = {name: suites[name if name in suites else "complete"].whole for name in WHOLE}
        self._alone = suites["complete"].alone
        negated = [~guard for guard in guards_of(CONVERSATION)]
        self._comparison = Comparison(Space(CONVERSATION, Profiles(CONVERSATION, guards=negated)))

    def result(self, seed: Seed) -> Result:
        """What becomes of a fault."""
        began = time.process_time()
        composition = seed.put()
        player = Player(composition)
        found, unasked = set(), set()
        for name, questions in self._whole.items():
            asked = questions.of(composition)
            if any(each.departs(player, False) for each in asked):
                found.add(name)
                if name in EFFECTS_ONLY and any(each.departs(player, True) for each in asked):
                    found.add(f"{name}, effects only")
            elif not asked:
                unasked.add(name)
        equivalent = not found and self._equivalent(composition)
        if "profiles" in found:
            found.add("complete")
        elif not equivalent:
            player, asked = self._alone_of(composition)
            if any(each.departs(player, False) for each in asked):
                found.add("complete")
            elif not asked and "profiles" in unasked:
                unasked.add("complete")
        seconds = time.process_time() - began
        return Result(seed.name, seed.kind, frozenset(found), frozenset(unasked), equivalent, seconds)

    def _equivalent(self, composition: Composition) -> bool:
        return composition.changes == CONVERSATION.changes and self._comparison.difference(composition) is None

    def _alone_of(self, composition: Composition) -> tuple[Player, list[Question]]:
        """The lifecycle that has a fault, alone, and what is asked of that; nothing where the wiring has it."""
        for name, lifecycle in LIFECYCLES.items():
            if list(lifecycle) != list(composition.lifecycles[name]):
                return Player(composition, name), self._alone[name].of(composition)
        return Player(composition), []


def measure(keeping: Keeping, jobs: int) -> tuple[Drawn, list[Result], dict[str, int], float]:
    """What was drawn, what became of each fault, how many events the suites have, and how long it took."""
    drawn = keeping.once("faults", draw)
    suites = {each: keeping.once(each, lambda each=each: make(each)) for each in SUITES if each != "profiles"}  # type: ignore[misc]
    results = {each.name: each for each in keeping.results()}
    by_name = {seed.name: seed for seed in seeds()}
    left = [by_name[name] for name in drawn.names if name not in results]
    if left:
        tell(f"{len(left):,} faults to try")
        bench = Bench(suites)
        for n, result in enumerate(working(bench.result, left, jobs), 1):
            keeping.add(result)
            results[result.name] = result
            if not n % 500:
                tell(f"{n:,} of {len(left):,} faults")
    events = {each: made.whole.events for each, made in suites.items()}
    events["profiles"] = events["complete"]
    events["complete"] += sum(each.events for each in suites["complete"].alone.values())
    seconds = drawn.seconds + sum(each.seconds for each in suites.values())
    seconds += sum(each.seconds for each in results.values())
    return drawn, [results[name] for name in drawn.names], events, seconds


WORK: list[tuple[Callable[[Seed], Result], Sequence[Seed]]] = []
"""What other processes work on: they are copies of this one, since nothing of it can be sent to them."""


def working(ask: Callable[[Seed], Result], each: Sequence[Seed], jobs: int) -> Iterator[Result]:
    """What comes of each fault, in order, by so many processes."""
    gc.freeze()
    if jobs == 1:
        yield from map(ask, each)
        return
    WORK.append((ask, each))
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        yield from pool.imap(_nth, range(len(each)), chunksize=20)


def _nth(n: int) -> Result:
    ask, each = WORK[0]
    return ask(each[n])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write mutation.md beside this file")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="try faults in so many processes; default: 1")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep there what is done, and go on from there")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = "\n".join(told(*measure(Keeping(arguments.keep or Path(folder)), arguments.jobs))) + "\n"
    print(text)
    if arguments.write:
        (HERE / "mutation.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
