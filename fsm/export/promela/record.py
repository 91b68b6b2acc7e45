"""What claims look at, kept for as long as a step takes, and the assertions made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any

from fsm.export.promela.claims import Look, NotData, Part, failing, tree
from fsm.export.promela.tables import Tables, all_of, any_of, negated, variable
from fsm.spec.invariants import Invariant

LONGEST = 3
"""How many addressees a claim can be told of in one step; SPIN asserts that there are no more."""


class Record:
    """What is kept of a step, so that claims can be asserted after it.

    Args:
        tables: what takes the steps.
        claims: what is claimed of each.
    """

    def __init__(self, tables: Tables, claims: Iterable[Invariant]) -> None:
        self.tables = tables
        self._base = len(tables.addressees) + 1
        self.failing: dict[Invariant, tuple[tuple[Part, ...], ...]] = {}
        self.left_out: list[Invariant] = []
        """Claims that cannot be asserted, because they look at all effects at once."""
        for claim in claims:
            try:
                self.failing[claim] = tuple(failing(tree(claim, tables.holds, self._answers)))
            except NotData:
                self.left_out.append(claim)
        parts = [part for found in self.failing.values() for combination in found for part in combination]
        looks = list(dict.fromkeys(part.look for part in parts))
        self.before = [look.names[0] for look in looks if look.at == "before"]
        self.sent = {look.names: f"sent_{n}" for n, look in enumerate((x for x in looks if x.at == "sent"), 1)}
        self._told = {answer for part in parts if part.look.at == "sent" for answer in self._shorter(part)}

    def declared(self) -> Iterator[str]:
        """The hidden variables."""
        yield from (f"hidden mtype:{name} {variable(name, 'was')};" for name in self.before)
        for names, query in self.sent.items():
            yield f"hidden int {query}; /* who was sent {' or '.join(names)} */"
        for answer in sorted(self._told, key=self._number):
            yield f"#define {_to(answer)} {self._number(answer)}"

    def begun(self) -> Iterator[str]:
        """What is noted as a step begins."""
        yield from (f"{variable(name, 'was')} = {name};" for name in self.before)
        yield from (f"{query} = 0;" for query in self.sent.values())

    def noted(self, effect: str, to: str) -> Iterator[str]:
        """What is noted when an effect is sent."""
        for names, query in self.sent.items():
            if effect in names:
                yield f"{query} = {query} * {self._base} + {self._number((to,))};"

    def asserted(self) -> Iterator[str]:
        """Every claim, as assertions after a step."""
        yield from (f"assert({query} < {self._base ** (LONGEST + 1)});" for query in self.sent.values())
        for claim in self.left_out:
            yield f"/* {claim.name} cannot be asserted: it looks at all effects at once */"
        for claim, combinations in self.failing.items():
            yield f"/* {claim.name}: {claim.says}. {claim.cites} */"
            if not combinations:
                yield "/* (nothing that these two can do goes against it) */"
            for parts in combinations:
                yield f"assert({negated(all_of([self._condition(part) for part in parts]) or 'true')});"

    def _answers(self, look: Look) -> Sequence[Any]:
        if look.at == "event":
            return self.tables.composition.events
        if look.at == "sent":
            to = [
                each for each in self.tables.addressees if any((name, each) in self.tables.sent for name in look.names)
            ]
            return [told for n in range(LONGEST + 1) for told in product(to, repeat=n)]
        return self.tables.lifecycles[look.names[0]].places

    def _shorter(self, part: Part) -> Sequence[Any]:
        """The answers of a part, or all others where these are fewer."""
        every = self._answers(part.look)
        return [each for each in every if each not in part.answers] if _most(part, every) else part.answers

    def _condition(self, part: Part) -> str:
        at, names = part.look
        if at in ("before", "after"):
            return self.tables.stands(names[0], part.answers, "was" if at == "before" else "is")
        name = self.sent[names] if names else at
        values = (_to(each) if names else str(each) for each in self._shorter(part))
        shorter = any_of([f"({name} == {value})" for value in values])
        return negated(shorter) if _most(part, self._answers(part.look)) else shorter

    def _number(self, told: Sequence[str]) -> int:
        number = 0
        for to in told:
            number = number * self._base + self.tables.addressees.index(to) + 1
        return number


def _most(part: Part, every: Sequence[Any]) -> bool:
    return 2 * len(part.answers) > len(every)


def _to(told: Sequence[str]) -> str:
    return "_".join(["to", *(told or ["nobody"])]).replace("-", "_")
