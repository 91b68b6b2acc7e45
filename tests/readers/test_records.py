"""Records come one a line, in a document, or in pages."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm.readers import records as module
from fsm.readers.faults import LogError
from fsm.readers.opening import Part
from fsm.readers.records import records

SOME: list[dict[str, Any]] = [{"id": 1}, {"id": 2, "value": [3]}, {"id": "ü"}]
PAGES: dict[str, Any] = {"@odata.context": "x", "@odata.nextLink": "y"}


def told(text: str | bytes) -> list[tuple[int, Any]]:
    raw = text.encode() if isinstance(text, str) else text
    return list(records(Part("a.json", io.BufferedReader(io.BytesIO(raw)), int, len(raw))))


def lines(*some: Any) -> str:
    return "\n".join(map(json.dumps, some))


@pytest.mark.parametrize(
    "text",
    [
        lines(*SOME),
        "\ufeff" + lines(*SOME),
        json.dumps(SOME),
        json.dumps(SOME, indent=2),
        json.dumps({**PAGES, "value": SOME}, indent=2),
        json.dumps({"value": SOME}),
        lines({"value": SOME[:1]}, {**PAGES, "value": SOME[1:]}),
        lines(*SOME).replace("\n", "\r\n\r\n"),
        lines(*SOME).encode("utf-16"),
        json.dumps(SOME, indent=1).encode("utf-16"),
    ],
)
def test_however_they_are_written_they_are_the_same(text: str | bytes) -> None:
    assert [each for _, each in told(text)] == SOME


def test_one_alone_is_a_document() -> None:
    assert told(json.dumps(SOME[0], indent=2)) == told(json.dumps(SOME[0])) == [(1, SOME[0])]


def test_they_are_numbered_by_line_or_one_by_one() -> None:
    assert [number for number, _ in told(f"{lines(SOME[0])}\n\n{lines({'value': SOME[1:]})}")] == [1, 3, 3]
    assert [number for number, _ in told(json.dumps(SOME, indent=1))] == [1, 2, 3]


def test_what_is_wrong_with_a_line_is_said_of_it() -> None:
    found = told('{"id": 1}\n{"id": \n{"id": 1, "id": 2}\n{"id": 3}')
    assert found[1][0] == 2
    assert found[1][1].startswith("not JSON: ")
    assert found[2:] == [(3, "'id' is given twice in one object; give it once"), (4, {"id": 3})]


@pytest.mark.parametrize("text", ["{\n", "[1,\n", '{"a":\n1, "a": 2}', "\xff\n", "[" * 5000])
def test_a_document_that_is_damaged_is_refused(text: str) -> None:
    with pytest.raises(LogError, match=r"^a.json: not JSON: "):
        told(text)


def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST", 20)
    monkeypatch.setattr(module, "LARGEST", 100)
    with pytest.raises(LogError, match=r"a.json:2: a record has more than 20 bytes; give each its own line"):
        told(lines({"id": 1}, {"id": "x" * 30}))
    with pytest.raises(LogError, match=r"a.json: a document of more than 100 bytes; give its records one a line"):
        told(json.dumps(["x" * 30] * 9))


@given(st.binary(max_size=200))
def test_whatever_it_is_it_is_told_or_refused(text: bytes) -> None:
    try:
        found = json.dumps(told(text))
    except LogError as error:
        found = str(error)
    assert found.isprintable()
