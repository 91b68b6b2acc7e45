"""All tables and stories played once, before any one test, so that no test is on record for what all of them do."""

from __future__ import annotations

import pytest

from tests.spec.tables import FACTS, STORIES, Seen, load


@pytest.fixture(scope="session")
def everything_played() -> Seen:
    load()
    seen = Seen()
    for fact in FACTS:
        fact.play(seen)
    for story in STORIES:
        story.play(seen)
    return seen
