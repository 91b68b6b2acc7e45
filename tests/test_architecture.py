"""The house by its own imports: which room may know which, and that no files go round in a circle. ``-s`` prints it."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "fsm").rglob("*.py"))
}
PLAN: Mapping[str, list[str]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "interop-fsm"
]["rooms"]
"""What each room may import from. The command line may from all."""
FACES = {"fsm", "fsm.__main__", "fsm.tenant", "fsm.engine.bulk"}
"""Files that only give names that live elsewhere; they may stand anywhere."""


def imported(path: Path) -> Iterator[str]:
    """The files that a file imports, wherever in it; not for types alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(each)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for each in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and id(node) not in for_types:
            for name in node.names:
                inner = f"{node.module}.{name.name}"
                yield inner if inner in FILES else node.module
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


@pytest.fixture(scope="module")
def imports() -> Mapping[str, set[str]]:
    """For each file, the files of the house that it imports."""
    return {name: set(imported(path)) & set(FILES) - {name} for name, path in FILES.items()}


def room(name: str) -> str:
    """The room a file is in; the face is none."""
    return f"{name}.".split(".")[1]


def test_rooms_know_only_what_is_below_them(imports: Mapping[str, set[str]]) -> None:
    files = FILES.keys() - FACES
    arrows = {(room(name), room(to)) for name in files for to in imports[name] - FACES if room(name) != room(to)}
    for each in ROOMS:
        print(f"{each:10} {' '.join(sorted(to for name, to in arrows if name == each))}")
    assert sorted((name, to) for name, to in arrows if name in PLAN and to not in PLAN[name]) == []


ROOMS = [*PLAN, "cli"]


def test_every_room_is_on_the_plan() -> None:
    assert {room(name) for name in FILES.keys() - FACES} - {"data"} == set(ROOMS)


def test_no_files_go_round_in_a_circle(imports: Mapping[str, set[str]]) -> None:
    try:
        order = list(TopologicalSorter(imports).static_order())
    except CycleError as error:
        pytest.fail(" imports ".join(error.args[1][::-1]))
    print(f"{len(order)} files")
    assert set(order) == set(FILES)
