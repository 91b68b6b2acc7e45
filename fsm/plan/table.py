"""Tables that a plan is made of, as CSV: whom a row is about, and what it says of them, by the name of a fact."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from fsm.notation.echo import echo, plain
from fsm.readers.answers import TenantError
from fsm.readers.csvfile import cause, encoding, header, lines, opened, rows
from fsm.readers.policies import MODE, POLICY_COLUMNS, Policies
from fsm.readers.tenant import Problem
from fsm.spec.facts import read
from fsm.spec.parties import PERSONAL

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would run."""
Complaint: TypeAlias = tuple[str, str, str]
"""Column, value, and what is accepted instead."""
Cells: TypeAlias = tuple[tuple[str, str], ...]
"""What is in a row, by column; empty cells are left out."""


class Row(NamedTuple):
    """A row: on which line, the cells that are taken apart, in their order, and the others."""

    line: int
    apart: tuple[str, ...]
    cells: Cells


def table(
    path: str,
    apart: Sequence[str],
    others: Iterable[str],
    needed: Iterable[str],
    give: str,
    problems: list[Problem],
    alone: str = "",
) -> tuple[list[Row], tuple[str, ...]]:
    """The rows of a CSV, and the columns that nobody reads.

    Args:
        path: UTF-8 or UTF-16, separated by comma, semicolon or tab.
        apart: columns that are taken apart, such as an address; empty where they are not there.
        others: columns that are read besides; their names in any case.
        needed: those that have to be there.
        give: what to give instead of a file that is of no use.
        problems: takes the rows that cannot be read.
        alone: which column a file is of that has one, without a name.

    Raises:
        TenantError: the file cannot be read, or lacks a column, or has one twice.
    """
    known = {name.casefold(): name for name in (*apart, *others)}
    try:
        with opened(path) as binary, io.TextIOWrapper(binary, encoding(binary), "replace", newline="") as text:
            above = header(text)
            names = [
                each.strip() for each in next(csv.reader([above.text], delimiter=above.delimiter, strict=True), [])
            ]
            columns = [known.get(name.casefold(), "") for name in names]
            if alone and len(names) == 1 and alone not in columns:
                text.seek(0)
                empty = [""] * (len(apart) - 1)
                found = enumerate(map(str.strip, lines(text)), 1)
                return [Row(n, (each, *empty), ()) for n, each in found if each], ()
            if lacking := [name for name in needed if name not in columns]:
                told = f"has no column {' and '.join(lacking)}; found {echo(', '.join(names))}; {give}"
                raise TenantError(f"{plain(path)}:{above.line}: {told}")
            if twice := [name for name in columns if name and columns.count(name) > 1]:
                raise TenantError(f"{plain(path)}:{above.line}: has {twice[0]} twice; give it once")
            at = [columns.index(name) if name in columns else len(names) for name in apart]
            rest = [(n, name) for n, name in enumerate(columns) if name and n not in at]
            taken = []
            for line, row in rows(text, above, len(names)):
                if isinstance(row, str):
                    problems.append(Problem(path, line, "row", row, f"give {len(names)} fields, and close every quote"))
                else:
                    cells = tuple([(name, cell) for n, name in rest if (cell := unquoted(row[n].strip()))])
                    taken.append(Row(line, tuple([unquoted(row[n].strip()) for n in at]), cells))
    except csv.Error as error:
        raise TenantError(f"{plain(path)}: {error}; {give}") from None
    except OSError as error:
        raise TenantError(f"{plain(path)}: {cause(error, give)}") from None
    return taken, tuple(name for name, column in zip(names, columns, strict=True) if not column)


def quoted(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: a quote goes before what it would run."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def unquoted(cell: str) -> str:
    """A cell without the quote that stands before what would be a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def facts_of(cells: Iterable[tuple[str, str]], policies: Policies) -> Mapping[str, Any] | list[Complaint]:
    """What cells say of a user, by the name of a fact; or what is wrong with them.

    A mode goes by the name of its policy too, and a policy by its name among ``policies``.
    """
    said: dict[str, Any] = {}
    wrong: list[Complaint] = []
    for name, cell in cells:
        if name in POLICY_COLUMNS:
            policy = policies.find(name, cell)
            if policy is None:
                wrong.append((name, cell, policies.accepted(name)))
            else:
                said[POLICY_COLUMNS[name][1]] = policy.allows
            continue
        try:
            said[name] = read(name, MODE.get(cell.casefold(), cell) if name == "mode" else cell, PERSONAL)
        except ValueError as error:
            wrong.append((name, cell, str(error).rpartition(" is not accepted; ")[2]))
    return wrong or said
