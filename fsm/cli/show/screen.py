"""A terminal, file or pipe to show things on: 80 columns and more, no colour needed, ASCII where that is all it has."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, DownloadColumn, TextColumn
from rich.progress import Progress as Bar
from rich.rule import Rule as Line
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from fsm.cli.ending import output
from fsm.notation.echo import plain
from fsm.readers.csvfile import Progress

BIG = 4_000_000
"""How many bytes make reading an export worth a progress bar."""
INDENT = 4


class Glyphs(NamedTuple):
    """The few signs there are."""

    yes: str
    no: str
    to: str
    back: str
    both: str
    none: str
    dot: str


UNICODE = Glyphs("✓", "✗", "→", "←", "↔", "–", "·")  # noqa: RUF001
ASCII = Glyphs("+", "x", "->", "<-", "<->", "-", "*")


class Safe(Console):
    """A console that nothing from outside can steer: of what it shows, only its own styles are more than text."""

    def render_str(self, text: str, **given: Any) -> Text:
        """A string as text, of which lines are all that is not printed."""
        return super().render_str(safe(text), **given)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Something as pieces, each printable but for the ends of lines."""
        for each in super().render(renderable, options):
            yield each if each.control else each._replace(text=safe(each.text))

    def on_broken_pipe(self) -> None:
        """Nobody listens any more, which is for whoever runs this to tell."""
        raise  # what is being handled


def safe(text: str) -> str:
    """Text of which nothing but its lines does anything on a terminal."""
    return text if text.isprintable() else "\n".join(map(plain, text.split("\n")))


class Screen:
    """Standard output, as text or as JSON, never both.

    Args:
        as_json: say nothing but ``answer``'s data.
    """

    def __init__(self, as_json: bool) -> None:
        reconfigure = getattr(sys.stdout, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")
        self.as_json = as_json
        self.console = Safe(highlight=False, markup=False, emoji=False)
        try:
            "".join(UNICODE).encode(self.console.encoding)
            self.glyphs = UNICODE
        except UnicodeEncodeError:
            self.glyphs = ASCII

    def answer(self, data: Any, *shown: RenderableType) -> None:
        """The data, or how it is shown."""
        with output():
            if self.as_json:
                self.print_json(data)
            else:
                self.print(*shown)

    def print_json(self, data: Any) -> None:
        """Data as JSON."""
        with output():
            print(json.dumps(data, indent=2).replace("\x7f", "\\u007f"), flush=True)

    def print(self, *shown: RenderableType) -> None:
        """Show things one below the other; what goes to a file or a pipe has no blanks at the ends of lines."""
        if self.console.is_terminal:
            self.console.print(Group(*shown))
            return
        with self.console.capture() as captured:
            self.console.print(Group(*shown))
        print("\n".join(line.rstrip() for line in captured.get().splitlines()), flush=True)

    def heading(self, text: str) -> RenderableType:
        """A title, with a line of room above."""
        return Text(f"\n{text}", style="bold")

    def section(self, text: str) -> RenderableType:
        """The title of a longer part."""
        return Padding(Line(Text(text, style="bold"), align="left", style="dim"), (1, 0, 0, 0))

    def mark(self, fine: bool) -> tuple[str, str]:
        """Yes or no, as a sign and its style."""
        return (self.glyphs.yes, "green") if fine else (self.glyphs.no, "red")

    def facts(self, *pairs: tuple[str, RenderableType], indent: int = INDENT) -> RenderableType:
        """Lines of a word and what it is; those with nothing to say are left out."""
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column(overflow="fold")
        for key, value in pairs:
            if value:
                grid.add_row(key, value)
        return Padding(grid, (0, 0, 0, indent))

    def note(self, text: str, indent: int = INDENT) -> RenderableType:
        """A line of text, indented."""
        return Padding(Text(text, overflow="fold"), (0, 0, 0, indent))

    def table(self, *columns: str) -> Table:
        """A table with a header and little else."""
        table = Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
        for column in table.columns:
            column.overflow = "fold"
        return table

    def lanes(self, left: RenderableType, right: RenderableType) -> RenderableType:
        """The originator's side and the recipient's."""
        table = Table(box=box.MINIMAL, show_header=False, show_edge=False, expand=True)
        table.add_column(ratio=1, overflow="fold")
        table.add_column(ratio=1, overflow="fold")
        table.add_row(left, right)
        return Padding(table, (0, 0, 0, INDENT - 1))

    def bullets(self, lines: Iterable[str]) -> RenderableType:
        """Lines with a dot before each."""
        grid = Table.grid(padding=(0, 1))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for line in lines:
            grid.add_row(self.glyphs.dot, line)
        return grid


def raw(content: bytes) -> None:
    """Something whole on standard output, such as a picture."""
    with output():
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


@contextmanager
def working(on: str) -> Iterator[Callable[[int, int, str], None]]:
    """A progress bar on a terminal's stderr: told what is done, of how much, and what comes next."""
    console = Console(stderr=True)
    with Bar(console=console, transient=True, disable=not console.is_interactive) as bar:
        task = bar.add_task(on)
        yield lambda done, total, what: bar.update(task, completed=done, total=total, description=escape(plain(what)))


@contextmanager
def loading() -> Iterator[Progress]:
    """A progress bar on a terminal's stderr, for what takes a while to read."""
    console = Console(stderr=True)
    if not console.is_interactive:
        yield lambda done, total: None
        return
    columns = (TextColumn("reading the export"), BarColumn(), DownloadColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", visible=False)
        yield lambda done, total: bar.update(task, completed=done, total=total, visible=total >= BIG)
