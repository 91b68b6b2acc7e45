"""Places by number, so that many are asked about at once: a set of them is an integer, bit n being place n."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from fsm.engine.program import Config
from fsm.notation import At


class Places:
    """Places where so many lifecycles stand, numbered as they are added.

    Args:
        lifecycles: how many there are.
        configs: the first places.
    """

    __slots__ = ("_number", "configs", "in_state", "standing")

    def __init__(self, lifecycles: int, configs: Iterable[Config] = ()) -> None:
        self.configs: list[Config] = []
        self.standing: tuple[dict[At, int], ...] = tuple(defaultdict(int) for _ in range(lifecycles))
        """By lifecycle, the places where it stands so."""
        self.in_state: tuple[dict[str, int], ...] = tuple(defaultdict(int) for _ in range(lifecycles))
        """By lifecycle, the places where it is in a state, whoever it remembers."""
        self._number: dict[Config, int] = {}
        for config in configs:
            self.number(config)

    def __len__(self) -> int:
        return len(self.configs)

    @property
    def all(self) -> int:
        """The set of all of them."""
        return (1 << len(self.configs)) - 1

    def number(self, config: Config) -> int:
        """The number of a place, which is added if it is new."""
        found = self._number.get(config)
        if found is None:
            found = self._number[config] = len(self.configs)
            self.configs.append(config)
            for at, standing, in_state in zip(config, self.standing, self.in_state, strict=True):
                standing[at] |= 1 << found
                in_state[at.state] |= 1 << found
        return found

    def apart(self, some: int, lifecycle: int) -> Iterator[tuple[At, int]]:
        """Some of them, told apart by where a lifecycle stands."""
        while some:
            at = self.configs[low(some)][lifecycle]
            there = some & self.standing[lifecycle][at]
            yield at, there
            some ^= there


def low(some: int) -> int:
    """The first number in a set."""
    return (some & -some).bit_length() - 1


def numbers(some: int) -> Iterator[int]:
    """Every number in a set, in order."""
    while some:
        lowest = some & -some
        yield lowest.bit_length() - 1
        some ^= lowest
