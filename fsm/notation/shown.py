"""What notebooks show of a thing, without the thing knowing who draws it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar


class Shown:
    """Shown as a picture in notebooks, by whoever says that they draw; ``import fsm`` says it of ``fsm.draw``."""

    __slots__ = ()
    draw: ClassVar[Callable[[Any], str]]
    """Draws it, as SVG."""

    def _repr_svg_(self) -> str:
        return Shown.draw(self)
