"""What cmdlets answer, in the shapes that PowerShell writes: JSON, lists of properties, and comma-separated values.

A file holds one answer, or several by name, as ``{"meeting_policies": [...], "tenant": {...}}`` does. An answer is
records: one object in JSON, an array, or ``{"value": [...], "Count": n}``; the paragraphs of ``Format-List``; or rows
of ``Export-Csv``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias, TypeVar

from fsm.notation.echo import LONGEST, echo, plain
from fsm.readers.csvfile import cause, encoding, header, opened, rows

T = TypeVar("T")
Record: TypeAlias = tuple[int, dict[str, Any]]
"""The line it begins on, and its properties."""
TEXT = {"true": True, "false": False}
SHAPES = {
    "json": re.compile(r"\s*[\[{]"),
    "list": re.compile(r"\s*[A-Za-z]\w*[ \t]*:(?:[ \t]|$)", re.MULTILINE),
    "csv": re.compile(r"\s*(?:#TYPE\b|\"?\w+\"?[,;\t])"),
}
"""How each shape begins."""
OF_A_RECORD = ("Identity", "UserPrincipalName", "SipAddress", "TenantId", "DisplayName", "AllowFederatedUsers")
"""Properties that an object with one of them is a record by, for all that others of its properties are objects."""
PROPERTY = re.compile(r"([A-Za-z@]\S*)[ \t]*:(?:[ \t]+(.*))?")
WIDE = "write it with | Format-List | Out-File -Width 4096, or as JSON"


class TenantError(ValueError):
    """A file as a whole is of no use. The message names the file, what is wrong with it, and what is accepted."""


class Answer(NamedTuple):
    """What one cmdlet answered; the name it has in the file, empty where the file is that answer alone."""

    name: str
    records: list[Record]


def folded(table: Mapping[str, T]) -> dict[str, T]:
    """A table to look up as PowerShell compares: whatever the case."""
    return {key.casefold(): value for key, value in table.items()}


def shape(text: str) -> str:
    """Which shape a text has, by how it begins: json, list, csv, or empty where it is none of them."""
    return next((name for name, begins in SHAPES.items() if begins.match(text)), "")


def true_or_false(name: str, value: Any) -> bool:
    """A value that is true or false, or one of these words in any case.

    Raises:
        ValueError: it is neither.
    """
    found = TEXT.get(value.strip().casefold()) if isinstance(value, str) else value
    if not isinstance(found, bool):
        from fsm.readers.jsontext import written

        raise ValueError(f"{name}: {written(value)} is not accepted; use true or false")
    return found


def answers(path: str, most: int, give: str) -> list[Answer]:
    """The answers in a file, whatever its shape and encoding.

    Args:
        path: the file.
        most: bytes it may have; it is read whole.
        give: what to do about one that is of no use.

    Raises:
        TenantError: it cannot be read, has more bytes, or is not whole.
    """
    import msgspec

    try:
        with opened(path) as binary:
            kind_of_text = encoding(binary)
            content = binary.read(most + 1)
        if len(content) > most:
            raise ValueError(f"has more than {most:,} bytes")
        text = content.decode(kind_of_text)
        found = shape(text)
        if found == "list":
            return [Answer("", list(_paragraphs(text)))]
        return [Answer("", list(_rows(text)))] if found == "csv" else list(_json(text))
    except (OSError, ValueError, msgspec.DecodeError, RecursionError) as error:
        raise TenantError(f"{plain(path)}: {cause(error, give)}") from None
    except csv.Error as error:
        raise TenantError(f"{plain(path)}: {plain(str(error))}; {give}") from None


def _json(text: str) -> Iterator[Answer]:
    import msgspec

    from fsm.readers.jsontext import once

    root = msgspec.json.decode(text, type=dict[str, Any] | list[dict[str, Any]])
    once(text, root)
    lines = _Places(text)
    if isinstance(root, list):
        yield Answer("", [(lines.of(raw), record) for raw, record in zip(_raw(text), root, strict=True)])
    elif any(map(_is_answer, root.values())) and not any(
        isinstance(root.get(name), str | bool) for name in OF_A_RECORD
    ):
        raws = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
        names = [name for name, value in root.items() if _is_answer(value)]
        for name in names:
            value, shown = root[name], "" if names == ["value"] else name
            if isinstance(value, dict):
                yield Answer(shown, [(lines.of(raws[name]), value)])
            else:
                yield Answer(shown, [(lines.of(raw), each) for raw, each in zip(_raw(raws[name]), value, strict=True)])
        count = root.get("Count")
        if type(count) is int and isinstance(root.get("value"), list) and count != len(root["value"]):
            raise ValueError(f"says Count {count} and has {len(root['value'])} of them under value; export it again")
    else:
        yield Answer("", [(lines.of(text.strip()), root)])


def _raw(text: Any) -> Any:
    import msgspec

    return msgspec.json.decode(text, type=list[msgspec.Raw])


def _is_answer(value: Any) -> bool:
    return isinstance(value, dict) or (
        bool(value) and isinstance(value, list) and all(type(each) is dict for each in value)
    )


class _Places:
    """Where in a text its parts are, in the order they come in."""

    def __init__(self, text: str) -> None:
        self._text = text.encode()
        self._at, self._line = 0, 1

    def of(self, part: Any) -> int:
        """The line on which a part begins."""
        sought = part.encode() if isinstance(part, str) else bytes(part)
        at = self._text.index(sought, self._at)
        line = self._line + self._text.count(b"\n", self._at, at)
        self._at, self._line = at + len(sought), line + sought.count(b"\n")
        return line


def _paragraphs(text: str) -> Iterator[Record]:
    """The records of Format-List. What is wrapped keeps its line break, so that nobody takes a part for the whole."""
    record: dict[str, list[str]] = {}
    begins, name = 0, ""
    for number, line in enumerate(io.StringIO(f"{text}\n\n", newline=None), 1):
        if not line.strip():
            if record:
                yield begins, {each: "\n".join(value) for each, value in record.items()}
                record = {}
            continue
        found = PROPERTY.fullmatch(line.rstrip())
        if found:
            name = found[1]
            if name in record:
                raise ValueError(f"line {number}: {echo(name)} is given twice in one paragraph; {WIDE}")
            begins = begins if record else number
            record[name] = [(found[2] or "").strip()]
        elif record and line[:1].isspace():
            record[name].append(line.strip())
        else:
            raise ValueError(f"line {number}: {echo(line.strip())} is no property with a value; {WIDE}")


def _rows(text: str) -> Iterator[Record]:
    file = io.StringIO(text, newline="")
    above = header(file)
    names = next(csv.reader([above.text], delimiter=above.delimiter, strict=True))
    names = [name.strip() for name in names]
    for line, row in rows(file, above, len(names)):
        if isinstance(row, str):
            raise ValueError(f"line {line}: {plain(row)}")
        yield line, dict(zip(names, row, strict=False))


def told(name: str) -> str:
    """A name as a message has it: as it is if it is short, else cut."""
    return plain(name) if len(name) <= LONGEST else echo(name)
