"""Errors as problem details (RFC 9457): every one there is, with its status, in one table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from fsm.engine.outcome import Refusal, Refused
from fsm.hosts.host import AlreadyOpen, KeyReused, NoConversation, refusal_json
from fsm.notation.echo import echo
from fsm.notation.text import short
from fsm.serve.bodies import Problem, RefusedProblem

MEDIA_TYPE = "application/problem+json"
URN = "urn:interop-fsm:problem:"
"""What the type of a problem begins with."""
LONGEST = 2_000
"""Characters of what stands against a request that are told."""
MOST_FAULTS = 20
"""Faults of a request that are told."""


class Kind(NamedTuple):
    """A kind of problem: the status of the answer, and what it is in words."""

    status: int
    title: str
    headers: Mapping[str, str] = {}


SOON = {"retry-after": "1"}
KINDS: Mapping[str, Kind] = {
    "not-understood": Kind(400, "The request cannot be read"),
    "no-token": Kind(401, "A token is needed", {"www-authenticate": "Bearer"}),
    "wrong-scope": Kind(403, "The token is not for this"),
    "no-path": Kind(404, "There is no such path"),
    "no-conversation": Kind(404, "There is no such conversation"),
    "no-method": Kind(405, "This path is not asked so"),
    "too-slow": Kind(408, "The request came too slowly"),
    "refused": Kind(409, "The event is refused"),
    "already-open": Kind(409, "The conversation is open already"),
    "too-long": Kind(413, "The request is too long"),
    "no-json": Kind(415, "The body is not said to be JSON"),
    "wrong-host": Kind(421, "The service is not asked by this name"),
    "not-accepted": Kind(422, "What is given is not accepted"),
    "key-reused": Kind(422, "The key was given for another request"),
    "too-often": Kind(429, "Too many requests", SOON),
    "fault": Kind(500, "A fault of the service"),
    "busy": Kind(503, "The service is busy", SOON),
    "no-store": Kind(503, "The database does not answer", SOON),
    "full": Kind(507, "There is no room for more conversations"),
}
"""Every kind of problem there is."""


class Trouble(Exception):
    """A request that is answered with a problem.

    Args:
        kind: one of KINDS.
        detail: what is wrong with this request, and what to do.
    """

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(kind, detail)
        self.kind = kind
        self.detail = detail

    def __str__(self) -> str:
        return self.detail


def problem(
    kind: str, detail: str, more: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """The answer that says what stands against a request."""
    known = KINDS[kind]
    body = {"type": f"{URN}{kind}", "title": known.title, "status": known.status, "detail": short(detail, LONGEST)}
    content = msgspec.json.encode({**body, **(more or {})})
    return Response(content, known.status, {**known.headers, **(headers or {})}, MEDIA_TYPE)


def refused(refusal: Refusal) -> Response:
    """The answer to a refused event."""
    return problem("refused", str(refusal), refusal_json(refusal))


def answer(error: Exception) -> Response | None:
    """The answer to a request that came to this; None where it is a fault of the service."""
    match error:
        case Refused():
            return refused(error.refusal)
        case Trouble():
            return problem(error.kind, str(error))
        case NoConversation():
            return problem("no-conversation", str(error))
        case AlreadyOpen():
            return problem("already-open", str(error))
        case KeyReused():
            return problem("key-reused", str(error))
        case RequestValidationError():
            return _faulty(error.errors())
        case HTTPException(status_code=405):
            return problem(
                "no-method",
                f"use {error.headers['Allow']}" if error.headers else str(error.detail),
                None,
                error.headers,
            )
        case HTTPException(status_code=404):
            return problem("no-path", "see /openapi.json for those there are")
    return None


def _faulty(errors: Sequence[Any]) -> Response:
    """The answer to a request whose parts are not as described: in their form, or in what they mean."""
    found = list(_faults(errors[:MOST_FAULTS]))
    ours = all(isinstance(each.get("ctx", {}).get("error"), ValueError) for each in errors)
    more = len(errors) - len(found)
    detail = "; ".join(each["says"] for each in found) + (f"; and {more} more" if more > 0 else "")
    return problem("not-accepted" if ours else "not-understood", detail, {"faults": found})


def _faults(errors: Sequence[Any]) -> Iterator[dict[str, str]]:
    for each in errors:
        path = [str(part) for part in each["loc"]]
        at = ".".join(path[1:]) or path[0]
        error = each.get("ctx", {}).get("error")
        if isinstance(error, ValueError):  # of ours: it names the field, the value and what is accepted
            says = str(error)
            says = says if says.startswith(path[-1]) else f"{path[-1]}: {says}"
            says = f"{at.rpartition('.')[0]}.{says}" if "." in at else says
        elif each["type"] == "missing":
            says = f"{at}: it is missing; give it"
        elif each["type"] == "extra_forbidden":
            says = f"{short(at, 200)}: there is no such field; leave it out"
        else:
            says = f"{at}: {echo(each['input'])} is not accepted; {each['msg'][:1].lower()}{each['msg'][1:]}"
        yield {"at": short(at, 200), "says": short(says)}


def described(*kinds: str) -> dict[int | str, dict[str, Any]]:
    """What the description of the service says of the problems that a request may come to."""
    found: dict[int | str, dict[str, Any]] = {}
    for name in kinds:
        kind = KINDS[name]
        model = RefusedProblem if name == "refused" else Problem
        said = found.setdefault(kind.status, {"model": model, "description": kind.title})
        if kind.title not in said["description"]:
            said["description"] += f". Or: {kind.title[0].lower()}{kind.title[1:]}"
        if kind.headers:
            said["headers"] = {
                name: {"schema": {"type": "string"}, "description": "See RFC 9110."} for name in kind.headers
            }
    return found
