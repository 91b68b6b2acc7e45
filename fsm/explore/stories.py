"""Stories of the guidance, between users of the bundled exports, told by the tour and played in the explorer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fsm.notation import Party
from fsm.readers.tenant import contoso, fabrikam
from fsm.spec.parties import Pairing, Scope

if TYPE_CHECKING:
    from fsm.spec.names import Event

ORIGINATOR, RECIPIENT, SERVICE = Party
ADELE, GRADY, PRADEEP, NESTOR = (
    f"{name}@contoso.com" for name in ("adele.vance", "grady.archie", "pradeep.gupta", "nestor.wilke")
)
DANIELA = "daniela.mandera@fabrikam.com"


class Scene(NamedTuple):
    """Something that happens, and by whom; of a change, the facts that it changes."""

    event: Event | str
    by: Party
    changes: tuple[tuple[str, str], ...] = ()


class Story(NamedTuple):
    """A conversation to play: who starts it with whom, and what happens."""

    title: str
    originator: str
    recipient: str
    scenes: tuple[Scene, ...]


SHARING = Story(
    "A desktop is shared in a call",
    ADELE,
    GRADY,
    (
        Scene("call_audio", ORIGINATOR),
        Scene("accept_call", RECIPIENT),
        Scene("share_desktop", ORIGINATOR),
        Scene("warn_peer", ORIGINATOR),
        Scene("accept_meeting", ORIGINATOR),
        Scene("meeting_created", SERVICE),
        Scene("link_delivered", SERVICE),
        Scene("join_meeting", RECIPIENT),
        Scene("start_sharing", ORIGINATOR),
        Scene("stop_sharing", ORIGINATOR),
        Scene("leave_meeting", ORIGINATOR),
    ),
)
FILE = Story(
    "Refused: a file in an interop chat",
    ADELE,
    GRADY,
    (Scene("open_chat", ORIGINATOR), Scene("send_file", ORIGINATOR), Scene("meet_now", ORIGINATOR)),
)
POLICY = Story(
    "Refused: desktop sharing that the meeting policy forbids",
    PRADEEP,
    GRADY,
    (Scene("open_chat", ORIGINATOR), Scene("share_desktop", ORIGINATOR), Scene("meet_now", RECIPIENT)),
)
FROM_SFB = Story(
    "An SfB user shares a desktop",
    GRADY,
    ADELE,
    (
        Scene("open_chat", ORIGINATOR),
        Scene("share_desktop", ORIGINATOR),
        Scene("accept_meeting", ORIGINATOR),
        Scene("meeting_created", SERVICE),
        Scene("link_delivered", SERVICE),
        Scene("join_meeting", RECIPIENT),
        Scene("start_sharing", ORIGINATOR),
    ),
)
ISLANDS = Story("Out of reach: from Islands to SfB", NESTOR, GRADY, (Scene("open_chat", ORIGINATOR),))
MOVED = Story(
    "Moved to TeamsOnly between two messages",
    ADELE,
    DANIELA,
    (
        Scene("open_chat", ORIGINATOR),
        Scene("send_text", RECIPIENT),
        Scene("change", SERVICE, (("recipient.mode", "TeamsOnly"), ("recipient.homing", "online"))),
        Scene("switch_to_native", ORIGINATOR),
        Scene("send_rich_text", RECIPIENT),
    ),
)
STORIES = (SHARING, FROM_SFB, FILE, POLICY, ISLANDS, MOVED)


def two(story: Story) -> Pairing:
    """The two of a story, out of the bundled exports; of two organisations, where they are in both."""
    homes = [contoso(), fabrikam()]
    (first, here), (second, there) = (
        next((home[name], home) for home in homes if name in home) for name in (story.originator, story.recipient)
    )
    return Pairing(first, second, scope=Scope.IN_TENANT if here is there else Scope.FEDERATED)
