"""Records of Microsoft Graph, made for tests."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

BEGIN = datetime(2020, 3, 2, 9, tzinfo=UTC)
OC = "UCCAPI/16.0.12527.20122 OC/16.0.12527.20194 (Skype for Business)"
TEAMS = {"platform": "windows", "productFamily": "teams", "headerValue": "Teams/1.0"}
SFB = {"platform": "windows", "productFamily": "skypeForBusiness", "headerValue": OC}


def time(seconds: float) -> str:
    """A time so many seconds after the first."""
    return (BEGIN + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def identity(name: str, **more: Any) -> dict[str, Any]:
    """Somebody."""
    return {"id": f"id-{name}", "displayName": name, "userPrincipalName": f"{name}@contoso.com", **more}


def at(name: str, agent: dict[str, Any] = TEAMS, **more: Any) -> dict[str, Any]:
    """An end with somebody."""
    return {"userAgent": agent, "associatedIdentity": identity(name, **more)}


def service(role: str) -> dict[str, Any]:
    """An end with a service."""
    return {"userAgent": {"role": role, "headerValue": role}}


def session(caller: Any, callee: Any, first: float | None = 0, last: float | None = 300, **more: Any) -> dict[str, Any]:
    """A session."""
    times = {"startDateTime": first, "endDateTime": last}
    return {
        "id": "s",
        "caller": caller,
        "callee": callee,
        "modalities": ["audio"],
        **{name: time(each) for name, each in times.items() if each is not None},
        **more,
    }


def record(*sessions: Any, name: str = "c", **more: Any) -> dict[str, Any]:
    """A call record."""
    return {"id": name, "version": 1, "type": "peerToPeer", "sessions": list(sessions), **more}


def failed(stage: str) -> dict[str, Any]:
    """A failure at a stage."""
    return {"failureInfo": {"stage": stage, "reason": ""}}


def lines(*records: Any) -> bytes:
    """JSON Lines."""
    return b"\n".join(json.dumps(each).encode() for each in records)
