"""The reference, made of docstrings: every public name of a module, told once, where it is met first."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from enum import Enum
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.pycode import ModuleAnalyzer

if TYPE_CHECKING:
    from generator.pages import Generated

MODULES = (
    "fsm",
    "fsm.tenant",
    "fsm.draw",
    "fsm.explore",
    "fsm.engine.address",
    "fsm.plan",
    "fsm.plan.propose",
    "fsm.verify",
    "fsm.verify.compat",
    "fsm.testing",
    "fsm.testing.running.driver",
    "fsm.readers.log",
    "fsm.readers.formats",
    "fsm.readers.signs",
    "fsm.replay",
    "fsm.replay.bulk",
    "fsm.replay.spark",
    "fsm.replay.align",
    "fsm.space.arrays",
    "fsm.export",
    "fsm.export.json.values",
    "fsm.engine.awaiting",
    "fsm.engine.earlier",
    "fsm.hosts.host",
    "fsm.hosts.memory",
    "fsm.hosts.sql",
    "fsm.hosts.temporal",
    "fsm.hosts.cloudevents",
    "fsm.hosts.log",
    "fsm.hosts.transitions",
    "fsm.hosts.conformance",
    "fsm.notation",
)
"""The public modules, in the order of the reference; those without ``__all__`` are told by what they define."""


def api(asked: Generated) -> Iterator[nodes.Node]:
    """What a module says of itself and of its public names."""
    name = asked.arguments[0]
    names = getattr(import_module(name), "__all__", None)
    told = "\n".join(_told(name, names) if names else [f".. automodule:: {name}\n   :members:"])
    yield from asked.parse_text_to_nodes(f"```{{eval-rst}}\n{told}\n```")


def _told(module: str, names: list[str]) -> Iterator[str]:
    yield f".. automodule:: {module}\n   :no-members:\n"
    first = _first()
    elsewhere = [f"{first[module, each]}.{each}" for each in names if first[module, each] != module]
    if elsewhere:
        yield f"Also here: {', '.join(f':py:obj:`{each}`' for each in elsewhere)}.\n"
    for each in names:
        if first[module, each] == module:
            yield from _name(module, each, getattr(import_module(module), each))


def _name(module: str, name: str, value: Any) -> Iterator[str]:
    if inspect.isclass(value):
        error = issubclass(value, BaseException)
        kind = "autoexception" if error else "autoclass"
        more = "   :show-inheritance:\n" if error else "   :undoc-members:\n" if issubclass(value, Enum) else ""
        yield f".. {kind}:: {module}.{name}\n   :members:\n{more}"
    elif inspect.isfunction(value):
        yield f".. autofunction:: {module}.{name}\n"
    elif isinstance(value, ModuleType):
        yield f".. automodule:: {module}.{name}\n"
    else:
        said = ModuleAnalyzer.for_module(_home(module, name)).find_attr_docs().get(("", name), [])
        of = type(value)
        kind = f"   :type: {of.__name__}\n" if of.__module__.partition(".")[0] in ("builtins", "fsm") else ""
        yield f".. py:data:: {name}\n   :module: {module}\n{kind}\n" + "\n".join(f"   {line}" for line in said) + "\n"


@cache
def _first() -> dict[tuple[str, str], str]:
    """For each public name of each module, the module that tells of it."""
    seen: dict[int, str] = {}
    found = {}
    for module in MODULES:
        for name in getattr(import_module(module), "__all__", ()):
            value = getattr(import_module(module), name)
            found[module, name] = seen.setdefault(id(value), module)
    return found


def _home(module: str, name: str) -> str:
    """The module that a name is assigned in, however many faces give it."""
    for node in ast.walk(ast.parse(inspect.getsource(import_module(module)))):
        if (
            isinstance(node, ast.ImportFrom)
            and node.module
            and name in [each.asname or each.name for each in node.names]
        ):
            return _home(node.module, name)
    return module


def without_ways_back(app: object, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """On a page of source, no links back: they take every name for one of the module that was told of first."""
    if page.startswith("_modules/") and "body" in context:
        context["body"] = re.sub(r'<a class="viewcode-back".*?</a>', "", context["body"])


def fields_told(app: object, what: str, name: str, obj: object, skip: bool, options: object) -> bool | None:
    """The fields of a tuple are told by its class."""
    return True if type(obj).__name__ == "_tuplegetter" else None


def aliases_by_name(
    app: object, what: str, name: str, obj: object, options: object, signature: str | None, returned: str | None
) -> tuple[str | None, str | None]:
    """In a signature, an alias of a type goes by its name."""
    shown = [text and re.sub(r"TypeAliasForwardRef\('(\w+)'\)", r"\1", text) for text in (signature, returned)]
    return shown[0], shown[1]


def no_type_before_a_colon(app: object, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    """What is said of a value is a sentence: what stands before a colon in it is not a type, as napoleon has it."""
    if what in ("attribute", "data", "property"):
        lines[:0] = ["..", ""]  # a comment


def code_is_indented(app: object, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    """What is indented after a line that ends with a colon is code; in the docstring of a module, all that is."""
    told: list[str] = []
    for before, line, after in zip(["", *lines], lines, [*lines[1:], ""], strict=False):
        told.append(line)
        if not line and before and not before.startswith((" ", ":", "..")) and after.startswith("    "):
            if before.endswith(":"):
                told[-2] = f"{before.removesuffix(':')}::"
            elif what == "module":
                told += ["::", ""]
    lines[:] = told
