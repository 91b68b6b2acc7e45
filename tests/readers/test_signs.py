"""What a sign means is a row of a table."""

from __future__ import annotations

from fsm.readers.signs import Meaning, Who, sign


def test_what_it_means_is_a_table() -> None:
    assert sign("x", "shows", "hang_up by either", sure="medium", open="by whom") == (
        *("x", "shows", (Meaning("hang_up", Who.EITHER),), "medium", "by whom", True),
    )
