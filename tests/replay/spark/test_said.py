"""What is said of a pairing is a number that means the same everywhere."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fsm.replay.spark.said import DIGITS, Codes, Said, code, facts
from tests.replay.bulk.logs import table


@given(st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in DIGITS.items()}))
def test_facts_are_a_number(said: dict[str, Any]) -> None:
    number = code(said)
    assert facts(number) == said
    assert 0 <= number < 2**63  # a column of 64 bits holds it


def test_nothing_is_0() -> None:
    assert code({}) == 0
    assert facts(0) == {}
    assert Said().said(0) == {}


def test_what_processes_numbered_as_it_came_is_the_same_number() -> None:
    from fsm.replay.bulk.numbers import Numbers

    one, other = ({"event": "change", "scope": scope} for scope in ("federated", "in-tenant"))
    found = []
    for rows in ([one, other], [other, one]):
        log = table(rows, "by")
        numbers = Numbers(log.column_names)
        numbers.of(log.to_batches()[0], 1)
        found.append(Codes(numbers).all())
    assert found[0] == [found[1][0], found[1][2], found[1][1]]


def test_a_process_numbers_what_it_meets() -> None:
    said, met = Said(), {"scope": "federated"}
    assert [said.number(each) for each in (code(met), 0, code(met))] == [1, 0, 1]
    assert (said.kinds, said.said(1)) == (2, met)
