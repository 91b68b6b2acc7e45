"""Documents as earlier releases wrote them, in the shape that this one reads.

What an earlier shape did not have is what it meant: nobody but an owner was remembered, and a rule named its source in
words.
"""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]
VERSION = 1
"""The version of the documents that 0.2.0 wrote."""


def raised(found: Document) -> Document:
    """Such a document in today's shape. Profiles and completed tables, which follow from the rest, are left out.

    Raises:
        KeyError, TypeError, AttributeError: it is not of that shape.
    """
    sources = {each["source"]: f"source-{n}" for n, each in enumerate(found["rules"])}
    return {
        **found,
        "lifecycles": [{**each, "states": [_state(state) for state in each["states"]]} for each in found["lifecycles"]],
        "documents": [
            {"id": id, "title": title, **dict.fromkeys(("publisher", "date", "address", "confirmed"), "")}
            for title, id in sources.items()
        ],
        "rules": [
            {"id": each["id"], "says": each["says"], "document": sources[each["source"]], "section": ""}
            for each in found["rules"]
        ],
        "routing": {
            **found["routing"],
            "rows": [{**row, "bars": False} for row in found["routing"]["rows"]],
        },
        "profiles": [],
        "tables": [],
    }


def _state(state: Document) -> Document:
    return {**state, "opener": None, "rows": [{**row, "opener": None} for row in state["rows"]]}
