"""Who may do what: tokens with scopes. Only digests of them are kept."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from typing import Literal, NamedTuple, get_args

from fsm.notation.echo import echo

Scope = Literal["read", "write", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
SHORTEST = 32
"""Characters of a token, at least."""
LONGEST = 200
"""Characters of a token, at most."""
MOST = 1_000
"""Tokens there may be."""
NAME = re.compile(r"[\w.-]{1,50}", re.ASCII)
TOKEN = re.compile(r"[!-~]*")
LINE = "give a line for each: NAME SCOPES TOKEN, such as gateway read,write 5f0c..."


class Token(NamedTuple):
    """A token: what it is called in logs and metrics, what it may do, and its SHA-256."""

    name: str
    scopes: frozenset[str]
    digest: bytes


def tokens(text: str, where: str) -> tuple[Token, ...]:
    """The tokens in a text: a line for each, name, scopes and token. What follows # in a line's beginning is a comment.

    Args:
        text: the lines.
        where: what messages call it.

    Raises:
        ValueError: a line is none; the message names it and never shows a token.
    """
    found: dict[str, Token] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        at = f"{where}, line {number}"
        if len(words) != 3:
            raise ValueError(f"{at}: it has {len(words)} words; {LINE}")
        name, scopes, token = words
        if not NAME.fullmatch(name) or name in found:
            raise ValueError(f"{at}: {echo(name)} is not accepted as a name; give each its own, of letters and digits")
        unknown = [scope for scope in scopes.split(",") if scope not in SCOPES]
        if unknown:
            raise ValueError(f"{at}: {echo(unknown[0])} is not a scope; use {', '.join(SCOPES)}, with commas between")
        if not (SHORTEST <= len(token) <= LONGEST and TOKEN.fullmatch(token)):
            raise ValueError(f"{at}: the token is not accepted; give {SHORTEST} to {LONGEST} random letters and digits")
        digest = hashlib.sha256(token.encode()).digest()
        if any(digest == each.digest for each in found.values()):
            raise ValueError(f"{at}: the token is given twice; give each its own")
        found[name] = Token(name, frozenset(scopes.split(",")), digest)
    if not 0 < len(found) <= MOST:
        raise ValueError(f"{where}: it has {len(found)} tokens; give 1 to {MOST:,}")
    return tuple(found.values())


def holder(given: str, known: Iterable[Token]) -> Token | None:
    """The token that was given, if it is one. It takes as long whichever it is, and whether it is one or not."""
    digest = hashlib.sha256(given.encode(errors="surrogateescape")).digest()
    found = None
    for each in known:
        if hmac.compare_digest(each.digest, digest):
            found = each
    return found
