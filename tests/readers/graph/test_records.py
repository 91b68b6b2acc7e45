"""Records out of JSON Lines, documents, arrays and pages: one by one, whatever is around them."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm.readers.graph import records as module
from fsm.readers.graph.records import Record, records


class Thing(Record):
    """A record."""

    id: str | None = None


def found(data: bytes, pages: bool = True) -> list[tuple[int, str, str]]:
    """Each record: its line or number, what it is, and its pointer."""
    return [
        (line, each if isinstance(each, str) else each.id or "", pointer)
        for line, each, pointer in records(io.BytesIO(data), Thing, pages)
    ]


A, B = {"id": "a"}, {"id": "b", "text": 'brackets ]} and "quotes\\'}
PAGE = {"@odata.context": "x", "value": [A, B], "@odata.nextLink": "y", "other": [1, {"value": [A]}]}


def dumps(value: Any) -> bytes:
    """As a document that people read."""
    return json.dumps(value, indent=1).encode()


def test_lines() -> None:
    data = b"\xef\xbb\xbf\n \n" + json.dumps(A).encode() + b"\r\n\n" + json.dumps(B).encode()
    assert found(data) == [(3, "a", ""), (5, "b", "")]


def test_lines_of_pages_and_of_arrays() -> None:
    data = json.dumps(PAGE).encode() + b"\n" + json.dumps([B, A]).encode()
    assert found(data) == [(1, "a", "/value/0"), (1, "b", "/value/1"), (2, "b", "/0"), (2, "a", "/1")]


def test_documents() -> None:
    assert found(dumps(A)) == [(1, "a", "")]
    assert found(dumps([A, B])) == [(1, "a", "/0"), (2, "b", "/1")]
    assert found(dumps(PAGE) + b"\n" + dumps(PAGE)) == [
        (1, "a", "/value/0"),
        (2, "b", "/value/1"),
        (3, "a", "/value/0"),
        (4, "b", "/value/1"),
    ]
    assert found(dumps([[A, B]])) == [(1, "a", "/0/0"), (1, "b", "/0/1")]
    assert found(dumps([PAGE])) == [(1, "a", "/0/value/0"), (1, "b", "/0/value/1")]


def test_where_a_value_is_no_page_the_object_is_the_record() -> None:
    thing = {"id": "a", "value": [{}]}
    assert found(dumps(thing), pages=False) == found(json.dumps(thing).encode(), pages=False) == [(1, "a", "")]
    assert found(dumps({"id": "a", "x": "value", "y": [1], "z": {"value": [1]}})) == [(1, "a", "")]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\xef\xbb\xbf"])
def test_nothing(text: str) -> None:
    assert found(text.encode("latin-1")) == []


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'{"id": "a"}\nnonsense\n{"id": "b"}', "no record that can be read"),
        (b'{"id": "a"}\n{"id": 5}\n{"id": "b"}', "no record that can be read: Expected `str | null`, got `int`"),
        (b'{"id": "a"}\n[5]\n{"id": "b"}', "no record that can be read"),
        (b'{"id": "a"}\n{"id": "\xff"}\n{"id": "b"}', "no record that can be read"),
        (b'[\n{"id": "a"},\n{"id": 5},\n{"id": "b"}]', "no record that can be read"),
        (b'[\n{"id": "a"}, 5, {"id": "b"}]', "what stands here is no record"),
        (b'[\n{"id": "a"}, "5", {"id": "b"}]', "what stands here is no record"),
        (b'[\n{"id": "a"}]]{"id": "b"\n}', "a bracket closes here that was never opened"),
    ],
)
def test_what_is_no_record_is_told_and_the_others_are_read(data: bytes, says: str) -> None:
    first, bad, last = found(data)
    assert (first[1], last[1]) == ("a", "b")
    assert bad[1].startswith(says)


@pytest.mark.parametrize(
    "data", [b'{\n"id": "a"', b'[\n{"id": "a"}', b'{"value": [\n{"id": "a"}', b'[\n{"id": "a', b'[\n{"id": "a"}] 5']
)
def test_a_document_that_is_cut_is_told(data: bytes) -> None:
    assert found(data)[-1][1] == "the document ends before it is closed; save it again"


def test_utf_16_is_read_too() -> None:
    text = '{"a": "ü"}\n{"a": "b"}'
    assert found(text.encode("utf-16")) == found(text.encode()) == found(text.encode("utf-8-sig"))


def test_a_record_that_is_too_long_is_told_and_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST", 100)
    monkeypatch.setattr(module, "PIECE", 10)
    long = json.dumps({"id": "x" * 300}).encode()
    assert [each[1] for each in found(b'{"id": "a"}\n' + long + b'\n{"id": "b"}')] == ["a", module.TOO_LONG, "b"]
    assert [each[1] for each in found(b'{"id": "a"}\n' + b"x" * 101 + b"\n")] == ["a", module.TOO_LONG]
    assert found(b'[\n{"id": "a"},' + long + b"]")[1] == (
        2,
        f"{module.TOO_LONG}; what comes after it is not read",
        "/1",
    )


def nested() -> st.SearchStrategy[Any]:
    """Whatever may be in a record."""
    leaves = (
        st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(['"value": [', "value", "]}", "\\"])
    )
    return st.recursive(leaves, lambda each: st.lists(each) | st.dictionaries(st.text() | st.just("value"), each))


@given(
    things=st.lists(st.tuples(st.text(min_size=1), nested())),
    indent=st.sampled_from([None, 0, 2]),
    shape=st.sampled_from(["lines", "array", "page"]),
    piece=st.integers(1, 40),
)
def test_whatever_the_shape_the_records_are_the_same(
    things: list[tuple[str, Any]], indent: int | None, shape: str, piece: int
) -> None:
    given = [{"id": name, "rest": {"of": rest}} for name, rest in things]
    document: Any = given if shape == "array" else {"a": {"value": []}, "value": given, "z": ["value", []]}
    data = json.dumps(document, indent=indent).encode()
    if shape == "lines":
        data = b"\n".join(json.dumps(each).encode() for each in given)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PIECE", piece)
        assert [each[1] for each in found(data)] == [name for name, _ in things]
