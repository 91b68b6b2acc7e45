"""What claims look at, kept for as long as a step takes, and the assertions made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from fsm.export.promela.claims import Look, NotData, Part, failing, of_place, of_step, tree
from fsm.export.promela.steps import Steps
from fsm.export.promela.tables import Tables, all_of, any_of, negated, variable, word
from fsm.notation import PARTIES, Claim, Party
from fsm.notation.text import commented

LONGEST = 3
"""How many addressees a claim can be told of in one step; SPIN asserts that there are no more."""
Combinations = tuple[tuple[Part, ...], ...]
"""On which answers a claim fails."""


class Record:
    """What is kept of a step, so that claims can be asserted of it.

    Args:
        tables: what takes the steps.
        claims: the properties; those that are neither of every step nor of every place are not asserted.
    """

    def __init__(self, tables: Tables, claims: Iterable[Claim]) -> None:
        self.tables = tables
        self.claims = tuple(claims)
        self._together = Steps(tables)
        self._answered: dict[Look, Sequence[Any]] = {}
        self._base = len(tables.addressees) + 1
        self.steps: dict[Claim, Combinations] = {}
        """Claims of every step."""
        self.places: dict[Claim, Combinations] = {}
        """Claims of every place."""
        self.left_out: dict[Claim, str] = {}
        """Claims of steps and places that cannot be asserted, and why."""
        for claim in self.claims:
            try:
                if claim.step:
                    self.steps[claim] = tuple(failing(tree(of_step(claim, tables.holds), self._beside)))
                if claim.place:
                    asked = [of_place(claim, who, tables.composition, tables.holds) for who in PARTIES]
                    self.places[claim] = tuple(each for ask in asked for each in failing(tree(ask, self._beside)))
            except NotData as reason:
                self.left_out[claim] = str(reason)
        found = (*self.steps.values(), *self.places.values())
        parts = [part for combinations in found for combination in combinations for part in combination]
        looks = list(dict.fromkeys(part.look for part in parts))
        self.before = [look.names[0] for look in looks if look.at == "before"]
        self.possible = sorted(look.names for look in looks if look.at == "possible")
        self.actor = any(look.at == "event" for look in looks)
        self.sent = {look.names: f"sent_{n}" for n, look in enumerate((x for x in looks if x.at == "sent"), 1)}
        self._told = {answer for part in parts if part.look.at == "sent" for answer in self._shorter(part)}

    def declared(self) -> Iterator[str]:
        """The hidden variables, and what is possible where."""
        yield from (f"hidden mtype:{name} {variable(name, 'was')};" for name in self.before)
        if self.actor:
            yield "hidden mtype:party actor;"
        for names, query in self.sent.items():
            yield f"hidden int {query}; /* who was sent {' or '.join(names)} */"
        for answer in sorted(self._told, key=self._number):
            yield f"#define {_to(answer)} {self._number(answer)}"
        for event, by in self.possible:
            yield f"#define {event}_by_{by}_is_possible ({self.tables.may(event, Party(by))})"

    def begun(self) -> Iterator[str]:
        """What is claimed of the place where a step begins, and what is noted as it does."""
        yield from self._asserted(self.places)
        yield from (f"{variable(name, 'was')} = {name};" for name in self.before)
        if self.actor:
            yield "actor = by;"
        yield from (f"{query} = 0;" for query in self.sent.values())

    def noted(self, effect: str, to: str) -> Iterator[str]:
        """What is noted when an effect is sent."""
        for names, query in self.sent.items():
            if effect in names:
                yield f"{query} = {query} * {self._base} + {self._number((to,))};"

    def asserted(self) -> Iterator[str]:
        """Every claim of steps, as assertions after one."""
        yield from (f"assert({query} < {self._base ** (LONGEST + 1)});" for query in self.sent.values())
        for claim, reason in self.left_out.items():
            yield f"/* {commented(f'{claim.name} cannot be asserted: {reason}')} */"
        yield from self._asserted(self.steps)

    def _asserted(self, claims: dict[Claim, Combinations]) -> Iterator[str]:
        for claim, combinations in claims.items():
            says = f"{claim.name}: {claim.says}. {' '.join(claim.cites)}"
            yield f"/* {commented(says)} */"
            if not combinations:
                yield "/* (nothing that these two can do goes against it) */"
            for parts in combinations:
                yield f"assert({negated(all_of([self._condition(part) for part in parts]) or 'true')});"

    def _beside(self, look: Look, given: Mapping[Look, Any]) -> Sequence[Any]:
        """The answers that can go together with those given."""
        return self._together.beside(look, given, self._answers(look))

    def _answers(self, look: Look) -> Sequence[Any]:
        if look not in self._answered:
            self._answered[look] = self._every(look)
        return self._answered[look]

    def _every(self, look: Look) -> Sequence[Any]:
        if look.at == "event":
            return list(self.tables.possible)
        if look.at == "possible":
            event, by = look.names
            return [False, True] if (event, Party(by)) in self.tables.possible else [False]
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
        if at in ("before", "after", "is"):
            return self.tables.stands(names[0], part.answers, "was" if at == "before" else "is")
        if at == "possible":
            condition = f"{names[0]}_by_{names[1]}_is_possible"
            return condition if part.answers == (True,) else negated(condition)
        given = self._shorter(part)
        values = [f"({self.sent[names]} == {_to(each)})" for each in given] if names else list(self._fired(given))
        shorter = any_of(values)
        return negated(shorter) if _most(part, self._answers(part.look)) else shorter

    def _fired(self, given: Sequence[tuple[str, Party]]) -> Iterator[str]:
        """That the step is one of these events by one of these."""
        for event in dict.fromkeys(event for event, _ in given):
            parties = [by for by in Party if (event, by) in given]
            if all(by in parties for by in Party if (event, by) in self.tables.possible):
                yield f"(event == {event})"
            else:
                yield all_of([f"(event == {event})", any_of([f"(actor == {by})" for by in parties])])

    def _number(self, told: Sequence[str]) -> int:
        number = 0
        for to in told:
            number = number * self._base + self.tables.addressees.index(to) + 1
        return number


def _most(part: Part, every: Sequence[Any]) -> bool:
    return 2 * len(part.answers) > len(every)


def _to(told: Sequence[str]) -> str:
    return "_".join(["to", *(map(word, told) if told else ["nobody"])])
