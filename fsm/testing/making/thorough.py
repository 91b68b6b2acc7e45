"""The engine, asked under many profiles at once, that asks every guard of a row, also after one that fails."""

from __future__ import annotations

from fsm.notation import At, Party, Row
from fsm.space.cases import Asked, Together


class Thorough(Together):
    """Cases in which it is known of every row tried which of its guards hold, so that one that fails alone shows."""

    __slots__ = ()

    def failing(self, row: Row, here: At, actor: Party) -> tuple[int, Party] | None:
        """As a program finds it, and noting the guards after it as well."""
        found = super().failing(row, here, actor)
        n = None if found is None else found[0]
        while n is not None:
            rest = super(Together, self).failing(row._replace(when=row.when[n + 1 :]), here, actor)
            then = len(row.when) if rest is None else n + 1 + rest[0]
            self._asked.update(Asked(row.id, each, each < then) for each in range(n + 1, min(then + 1, len(row.when))))
            n = None if rest is None else then
        return found
