"""Links to what is in the tables: roles such as {row}`chat.interop.share_desktop.1`, and every rule id in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from typing import Any, ClassVar

from docutils import nodes
from sphinx import addnodes
from sphinx.builders import Builder
from sphinx.domains import Domain, ObjType
from sphinx.environment import BuildEnvironment
from sphinx.roles import XRefRole
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

from fsm.spec.rules import GROUPS, RULES
from generator.things import KINDS, things

RULE = re.compile(rf"\b(?:{'|'.join(GROUPS)})-\d+\b")
UNLINKED = (nodes.literal, nodes.literal_block, nodes.reference, nodes.title, nodes.comment, nodes.raw)
FIRST = {"rule": 0, "claim": 0, "lifecycle": 0, "row": 2}
"""What is first and last among what a search finds; all else is in between."""


def ref(kind: str, name: str, label: str = "", *, code: bool = True) -> addnodes.pending_xref:
    """A link to a thing, by its name or another label."""
    shown = nodes.literal(text=label or name) if code else nodes.inline(text=label or name)
    return addnodes.pending_xref(
        "", shown, refdomain=Specification.name, reftype=kind, reftarget=name, refwarn=True, refexplicit=True
    )


class Specification(Domain):
    """What has an address: rules, rows and all the rest."""

    name = "fsm"
    label = "Specification"
    object_types: ClassVar = {kind: ObjType(kind, kind) for kind in KINDS}
    roles: ClassVar = {kind: XRefRole(warn_dangling=True) for kind in KINDS}

    def resolve_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: addnodes.pending_xref,
        contnode: nodes.Element,
    ) -> nodes.reference | None:
        """The link, or None where there is no such thing, which Sphinx then warns of."""
        found = things().get((typ, target))
        return found and make_refnode(builder, fromdocname, found.page, found.anchor, contnode, target)

    def resolve_any_xref(self, *_: Any) -> list[tuple[str, nodes.reference]]:
        """Nothing: a link says of which kind its target is."""
        return []

    def get_objects(self) -> Iterable[tuple[str, str, str, str, str, int]]:
        """Every thing, for search and for the inventory that other projects link by."""
        for (kind, name), each in things().items():
            yield name, name, kind, each.page, each.anchor, FIRST.get(kind, 1)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Nothing to merge: what there is follows from the tables alone."""


class LinkRules(SphinxTransform):
    """Every id of a rule in a text leads to the rule."""

    default_priority = 400

    def apply(self, **_: Any) -> None:
        """Link them, and warn of an id that is none."""
        for text in list(self.document.findall(nodes.Text)):
            if RULE.search(text) and not _within(text, UNLINKED):
                text.parent.replace(text, list(self._linked(text)))

    def _linked(self, text: nodes.Text) -> Iterable[nodes.Node]:
        end = 0
        for found in RULE.finditer(text):
            if found[0] not in RULES:
                logging.getLogger(__name__).warning("%s is not a rule", found[0], location=text.parent)
                continue
            yield nodes.Text(text[end : found.start()])
            yield ref("rule", found[0], code=False)
            end = found.end()
        yield nodes.Text(text[end:])


def _within(node: nodes.Node, kinds: tuple[type[nodes.Node], ...]) -> bool:
    while (node := node.parent) is not None:
        if isinstance(node, (*kinds, addnodes.pending_xref, addnodes.desc_signature)):
            return True
    return False
