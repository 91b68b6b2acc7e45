"""What a sign says as columns."""

from __future__ import annotations

import pytest

from fsm.readers.signs import Meaning, Who, said, sign


@pytest.mark.parametrize(
    ("means", "columns"),
    [
        (("hold by sender",), {"event": "hold", "by": "a"}),
        (("hold by other",), {"event": "hold", "by": "b"}),
        (("hold by either",), {"event": "hold", "by": "unknown"}),
        (("no_answer by service",), {"event": "no_answer", "by": "service"}),
        (("hold by sender", "hold by other"), {"event": [["hold", "a"], ["hold", "b"]]}),
    ],
)
def test_by_whom_it_is_goes_by_role(means: tuple[str, ...], columns: dict[str, object]) -> None:
    assert said(sign("x", "shows", *means), "a", "b") == columns


def test_what_was_refused_says_so() -> None:
    assert said(sign("x", "shows", "send_file by sender", accepted=False), "a", "b") == {
        "event": "send_file",
        "by": "a",
        "accepted": False,
    }


def test_what_it_means_is_a_table() -> None:
    assert sign("x", "shows", "hang_up by either", sure="medium", open="by whom") == (
        *("x", "shows", (Meaning("hang_up", Who.EITHER),), "medium", "by whom", True),
    )
