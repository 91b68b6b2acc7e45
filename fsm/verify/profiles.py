from fsm.engine.pairings import *  # noqa: F403  # until every import has moved
