"""What became of the states of earlier releases, so that their snapshots can be restored.

A state that is not named here is one of the same name. One that was renamed or split is followed by the states that may
succeed it, the likeliest first: the first that the two people can be in, where their other lifecycles stand, is the
one. Whoever a state remembered is remembered still; where only its successor remembers somebody, that is first the
originator, who began the conversation.

``fsm compat`` proves what conversations come to from there; CONTRIBUTING.md says what a release adds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Earlier(NamedTuple):
    """The specification of earlier releases.

    Args:
        releases: which had it.
        stamp: what their snapshots are stamped with: its behaviour, or before there was that, its fingerprint.
        became: by lifecycle, its states that were renamed or split, and by what they are succeeded.
        openers: whether its snapshots say who opened what a lifecycle goes on with.
    """

    releases: tuple[str, ...]
    stamp: str
    became: Mapping[str, Mapping[str, tuple[str, ...]]]
    openers: bool = True

    @property
    def called(self) -> str:
        """Its releases in words."""
        return " and ".join(self.releases)


EARLIER = (
    Earlier(
        ("0.1.0", "0.2.0"),
        "50fa0df3994e20ca",
        {
            "chat": {
                # no thread, and yet the link had reached the peer: it came by a thread that is over
                "none": ("none", "closed", "locked"),
                # the other of the two may have the thread still
                "closed": ("closed", "one_sided", "locked"),
                "expired": ("expired", "one_sided", "locked"),
                # beside a call that is up nothing drains, nor where the two are barred
                "draining": ("draining", "expired", "locked"),
                "draining_interop": ("draining_interop", "locked"),
                "switch_offered": ("switch_offered", "locked"),
            },
            "call": {
                # calls across drain apart from those on one platform, and none of people who are barred
                "draining": ("draining", "draining_interop", "ended"),
                "draining_on_hold": ("draining_on_hold", "draining_interop_on_hold", "ended"),
            },
            "terminated_call": {
                # what is told of a call that is over because the two are barred
                "none": ("none", "failed"),
                "called_back": ("called_back", "failed"),
            },
            "meeting": {
                # it was "the link is on its way", which is a state of its own now
                "open": ("sent", "open"),
            },
        },
        openers=False,
    ),
)
"""Every specification that came before this one, the oldest first."""
