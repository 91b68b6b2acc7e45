"""What the hand-written pages show is run: Python, commands, and what comes of them.

On a page, ``python`` blocks share their names; a ``text`` block after one is what it prints. A captioned block is a
file. A ``console`` block has commands after ``$`` and what they answer; ``...`` stands for whatever is left out. Blocks
of other languages are for the reader alone. All of it runs in processes of its own: a page is no evidence of a rule.
"""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
RUN = {"python", "text", "console"}
SLOW = {"change"}
"""Pages that prove something for every pairing there is."""
REAL = {"temporal": "temporal", "spark": "java"}
"""Pages that start a server, and its program: those are skipped where that is not."""
MARKS = {"slow": SLOW, "real": REAL}
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
BETWEEN = "-- the next block --"
FENCED = re.compile(
    r"^```(?P<language>\{code-block\} \w+|\w+)\n(?::caption: `?(?P<file>[^`\n]+)`?\n\n?)?(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


class Block(NamedTuple):
    """A block of a page: its language, the file it is to be, if any, and what is in it."""

    language: str
    file: str | None
    code: str


def blocks(page: Path) -> Iterator[Block]:
    for found in FENCED.finditer(page.read_text(encoding="utf-8")):
        yield Block(found["language"].removeprefix("{code-block} "), found["file"], found["code"])


PAGES = sorted(page for page in DOCS.rglob("*.md") if any(block.language in RUN for block in blocks(page)))


def same(wanted: str, got: str) -> bool:
    """Whether an answer is what the page shows, however its lines end."""
    shown, said = ("\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n" for text in (wanted, got))
    return doctest.OutputChecker().check_output(shown, said, doctest.ELLIPSIS)


def run(command: str | list[str], at: Path) -> str:
    """What a command says, in a directory, with this project at hand."""
    environment = {
        **os.environ,
        "PATH": PATH,
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "COLUMNS": "80",
    }
    done = subprocess.run(
        command,
        shell=isinstance(command, str),
        cwd=at,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=300,
    )
    return done.stdout


def printed(parts: list[str], at: Path) -> list[str]:
    """What each part of a program prints."""
    program = f"\nprint({BETWEEN!r})\n".join(parts)
    return run([sys.executable, "-c", program], at).split(f"{BETWEEN}\n")


def shown(page: Path, at: Path) -> Iterator[tuple[str, str, str]]:
    """Each command or piece of Python on a page, what the page shows of it, and what comes of it."""
    found = list(blocks(page))
    for block in found:
        if block.file:
            (at / block.file).write_text(block.code, encoding="utf-8")
    found = [block for block in found if not block.file and block.language in RUN]
    python = [block.code for block in found if block.language == "python"]
    prints = iter(printed(python, at) if python else ())
    for block, after in zip(found, [*found[1:], None], strict=True):
        if block.language == "python":
            yield block.code, after.code if after and after.language == "text" else "", next(prints, "nothing")
        elif block.language == "console":
            for part in re.split(r"^\$ ", block.code, flags=re.MULTILINE)[1:]:
                command, _, answer = part.partition("\n")
                yield command, answer, run(command, at)


def test_the_pages_by_task_show_code() -> None:
    assert set((DOCS / "tasks").glob("*.md")) <= set(PAGES)


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, marks=[getattr(pytest.mark, name) for name, some in MARKS.items() if page.stem in some])
        for page in PAGES
    ],
    ids=[str(page.relative_to(DOCS)) for page in PAGES],
)
def test_what_a_page_shows_is_so(page: Path, tmp_path: Path) -> None:
    if page.stem in REAL and not shutil.which(REAL[page.stem], path=PATH):
        pytest.skip(f"no {REAL[page.stem]} on this machine: pip install 'interop-fsm[test]'")
    for given in (*(ROOT / "fsm" / "data" / "contoso").iterdir(), *(ROOT / "examples").glob("*.[jU]*")):
        shutil.copy(given, tmp_path)
    for what, wanted, got in shown(page, tmp_path):
        assert same(wanted, got), f"of\n{what}\nthe page shows\n{wanted}\nand it says\n{got}"
