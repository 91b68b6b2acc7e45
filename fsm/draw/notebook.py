"""What notebooks show of a lifecycle, a conversation or a picture."""

from __future__ import annotations

from fsm.draw.conversation import standing
from fsm.draw.formats import render
from fsm.draw.lifecycles import lifecycle
from fsm.draw.picture import Picture
from fsm.engine.conversation import Conversation
from fsm.notation import Lifecycle


def svg_of(shown: Conversation | Lifecycle | Picture) -> str:
    """The SVG of something that can be drawn; a lifecycle at a glance, a conversation where it stands.

    Raises:
        TypeError: it is none of these.
    """
    match shown:
        case Picture():
            picture = shown
        case Lifecycle():
            picture = lifecycle(shown, detail="brief")
        case Conversation():
            picture = standing(shown)
        case _:
            raise TypeError(f"{shown!r} cannot be drawn; give a Conversation, a Lifecycle or a Picture")
    return render(picture, "svg").decode()
