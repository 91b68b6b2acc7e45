"""Logs in XES: traces are conversations, and their events are events."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm.readers import xes
from fsm.readers.faults import LogError
from tests.readers.reading import answers, read

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand -->
<log xes.version="1849-2016" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="trace"><string key="recipient.mode" value="SfBOnly"/></global>
  <global scope="event"><string key="org:resource" value="recipient"/></global>
  <global scope="log"><string key="x" value="y"/></global>
  <classifier name="activity" keys="concept:name"/>
  <string key="source" value="nobody"/>
"""


def attributes(given: dict[str, str]) -> str:
    return "".join(f"<string key={quoteattr(key)} value={quoteattr(value)}/>" for key, value in given.items())


def event(name: str, **more: str) -> str:
    said = {"concept:name": name} | {key.replace("__", ":"): each for key, each in more.items()}
    return f"<event>{attributes(said)}</event>"


def trace(name: str, *events: str) -> str:
    said = attributes({"originator.mode": "TeamsOnly"} | ({"concept:name": name} if name else {}))
    return f"<trace>{said}{''.join(events)}</trace>"


def log(*traces: str) -> str:
    return f"{HEAD}{''.join(traces)}</log>"


def test_a_trace_is_a_conversation() -> None:
    found = read(
        log(
            trace(
                "c1",
                event("open_chat", org__resource="originator", time__timestamp="2026-11-27T09:00:00Z"),
                event("send_text"),
            )
        )
    )
    assert [each["conversation"] for each in found.rows] == ["c1", "c1"]
    assert found.told == [("open_chat", "originator"), ("send_text", "recipient")]
    assert (found.rows[0]["time"], found.rows[0]["originator.mode"]) == ("2026-11-27T09:00:00Z", "TeamsOnly")
    assert answers(found.rows) == ["follows"]


def test_a_trace_without_a_name_has_its_number() -> None:
    found = read(log(trace("", event("open_chat")), trace("", event("open_chat"))))
    assert [each["conversation"] for each in found.rows] == ["trace 1", "trace 2"]


def test_only_what_is_complete_happened() -> None:
    found = read(
        log(trace("c", event("hold", lifecycle__transition="start"), event("hold", lifecycle__transition="complete")))
    )
    assert len(found.rows) == 1
    assert "no event is complete by it" in found.notes[0]


def test_what_is_within_an_attribute_is_passed_over_and_what_is_no_column_noted() -> None:
    inner = '<string key="concept:name" value="hold"><string key="by" value="service"/></string><list key="z"/>'
    nested = f"<event>{inner}</event>"
    found = read(log(trace("c", nested, event("resume", cost="1"), event("resume", cost="2"))))
    assert found.told == [("hold", "recipient"), ("resume", "recipient"), ("resume", "recipient")]
    assert ["1 column (cost)" in each for each in found.notes] == [True]


def test_prefixes_of_elements_do_not_matter() -> None:
    plain = log(trace("c", event("open_chat")))
    other = (
        plain.replace("<", "<x:")
        .replace("<x:/", "</x:")
        .replace("<x:?", "<?")
        .replace("<x:!", "<!")
        .replace("xmlns=", "xmlns:x=")
    )
    assert read(other, format="xes").rows == read(plain).rows


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<log>", "no element found"),
        ("<log><trace></log>", "mismatched tag"),
        ("<html/>", "it begins with html"),
        ('<!DOCTYPE log [<!ENTITY a "aaa">]><log/>', "it declares an entity, which no log needs"),
        (f"<log>{'<a>' * 100}", "more than 64 elements within each other"),
    ],
)
def test_what_is_no_log_is_refused(text: str, says: str) -> None:
    with pytest.raises(LogError, match=rf"log:1: no XES log: {says}.*; give traces and their events, in XML"):
        read(text, format="xes")


def test_what_says_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xes, "LARGEST", 1000)
    with pytest.raises(LogError, match="what is said of a trace has more than 1,000 characters"):
        read(log(trace("c", event("x" * 2000))))
    assert len(read(log(trace("c", *[event("hold")] * 2000))).rows) == 2000
    monkeypatch.setattr(xes, "CHUNK", 100)
    with pytest.raises(LogError, match="an element has more than 1,000 bytes"):
        read(log(trace("c", event("x" * 9000))))


def test_a_column_that_is_misspelt_is_said_of_its_event() -> None:
    assert "column 'acepted' is not known" in read(log(trace("c", event("hold", acepted="true")))).bad[0]


names = st.text(
    st.characters(min_codepoint=32, exclude_characters="\ufffe\uffff", exclude_categories=["Cs"]),
    min_size=1,
    max_size=8,
)


@given(
    st.dictionaries(
        names, st.lists(st.sampled_from(["open_chat", "hold"]), min_size=1, max_size=3), min_size=1, max_size=3
    )
)
def test_what_is_written_is_read(traces: dict[str, list[str]]) -> None:
    text = log(*(trace(name, *map(event, events)) for name, events in traces.items()))
    for format in (None, "xes"):
        found = read(text, format=format)
        assert [(each["conversation"], each["event"]) for each in found.rows] == [
            (name, each) for name, events in traces.items() for each in events
        ]
