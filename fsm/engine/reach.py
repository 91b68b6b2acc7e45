"""Where a pairing can come: at which places a conversation of these two can stand.

Whoever can be at a place can stay there while a policy or a client changes, and so can be all who differ in nothing
that change rows look at. So who can be where depends on that alone: for our tables, on twenty-six kinds of pairing out
of some two thousand profiles. All places together are worked out by ``fsm.space`` in seconds, too long for restoring
one snapshot; so the answer for our tables is a file, made by `fsm export places` of the same tables and kept fresh by
a test. A specification of somebody's own has none: its places are worked out when one is first asked about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import chain, product
from typing import Any, NamedTuple

from fsm.notation import At, Composition
from fsm.spec.conversation import CONVERSATION
from fsm.spec.routing import View, views

Comes = Callable[[Any, tuple[At, ...]], bool]
"""Whether a pairing can come to a place."""


class Places(NamedTuple):
    """Who can be where.

    Args:
        facts: the facts of the originator's view that tell.
        kinds: their values, by kind of pairing, to the places: each a set for every lifecycle, of which any goes with
            any.
    """

    facts: tuple[str, ...]
    kinds: Mapping[tuple[str, ...], list[tuple[frozenset[At], ...]]]


def comes(composition: Composition, pairing: Any, config: tuple[At, ...]) -> bool:
    """Whether a conversation of ``pairing`` can come to a place, by events or by changes of the pairing."""
    if composition is CONVERSATION:
        return _comes(views(pairing)[0], config)
    if config == _begins(composition):
        return True
    own: Comes = composition.comes  # type: ignore[attr-defined]  # it is a Specification
    return own(pairing, config)


@lru_cache(maxsize=1 << 12)
def _comes(view: View, config: tuple[At, ...]) -> bool:
    """Whether whoever sees this as originator can come to a place of ours."""
    return config == _begins(CONVERSATION) or any(
        all(map(frozenset.__contains__, each, config)) for each in _seen(view)
    )


def _begins(composition: Composition) -> tuple[At, ...]:
    return tuple(each.initial for each in composition.lifecycles.values())


def nearest(composition: Composition, pairing: Any, config: tuple[At, ...]) -> tuple[At, ...] | None:
    """A place that ``pairing`` can come to and where most lifecycles stand so; None for other tables than ours."""
    if composition is not CONVERSATION:
        return None
    best = max(_of(pairing), key=lambda each: sum(map(frozenset.__contains__, each, config)))
    return tuple(at if at in some else min(some, key=str) for at, some in zip(config, best, strict=True))


def standings(pairing: Any) -> Iterator[tuple[At, ...]]:
    """Every place where a conversation of ``pairing`` can stand by our tables, each once."""
    return iter(dict.fromkeys(chain.from_iterable(product(*each) for each in _of(pairing))))


def _of(pairing: Any) -> list[tuple[frozenset[At], ...]]:
    return _seen(views(pairing)[0])


def _seen(view: View) -> list[tuple[frozenset[At], ...]]:
    places = shipped()
    return places.kinds[tuple([str(getattr(view, name)) for name in places.facts])]


@cache
def shipped() -> Places:
    """Who can be where by our tables, from the file."""
    import json
    from importlib.resources import files

    read = json.loads(files("fsm").joinpath("data", "places.json").read_text(encoding="utf-8"))
    kinds: dict[tuple[str, ...], list[tuple[frozenset[At], ...]]] = {tuple(each): [] for each in read["pairings"]}
    lists = list(kinds.values())
    texts = {name: {str(at): at for at in each.places} for name, each in CONVERSATION.lifecycles.items()}
    for box in read["places"]:
        sets = tuple(frozenset(texts[name][at] for at in box[name].split()) for name in texts)
        for n in box["pairings"]:
            lists[n].append(sets)
    return Places(tuple(read["facts"]), kinds)
