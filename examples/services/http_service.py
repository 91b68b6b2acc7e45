"""A conversation service over HTTP that embeds the specification as a real service would.

It keeps conversations as snapshots in a store, carries effects out as messages to the clients, the gateway and the
meeting service, and answers with what it did.

    POST   /conversations               {"originator": {...}, "recipient": {...}, ...}    201 {"id": "1"}
    POST   /conversations/1/events      {"event": "call_audio", "by": "originator"}       200, or 409 where refused
    PUT    /conversations/1/pairing     {"originator": {...}, ...}                        200
    DELETE /conversations/1                                                               204
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

import msgspec

from fsm import Conversation, Outcome, Pairing, Refused, Sent, UnknownEvent

FAULTS = {
    "keeps-call": "does not end the call once the meeting exists",
    "wrong-banner": "shows the interop banner to the other party",
    "keeps-pairing": "forgets the new policies of a conversation that goes on",
    "dies": "dies when a link could not be delivered",
    "hangs": "does not answer when a meeting could not be made",
}


class Store:
    """Conversations as the database would keep them."""

    def __init__(self) -> None:
        self._rows: dict[str, str] = {}
        self._ids = count(1)

    def add(self, talk: Conversation) -> str:
        """Keep a new conversation under a new id."""
        name = str(next(self._ids))
        self.save(name, talk)
        return name

    def save(self, name: str, talk: Conversation) -> None:
        """Keep a conversation."""
        self._rows[name] = json.dumps(talk.snapshot())

    def load(self, name: str) -> Conversation:
        """A conversation that is kept.

        Raises:
            KeyError: there is none of that name.
        """
        return Conversation.restore(json.loads(self._rows[name]))

    def drop(self, name: str) -> None:
        """Forget a conversation."""
        del self._rows[name]


class Service:
    """What the service does.

    Args:
        fault: a fault that is put into it, one of FAULTS.
    """

    def __init__(self, fault: str = "") -> None:
        self.fault = fault
        self.store = Store()

    def create(self, body: dict[str, Any]) -> tuple[int, Any]:
        """Begin a conversation."""
        return 201, {"id": self.store.add(Conversation(msgspec.convert(body, Pairing)))}

    def fire(self, name: str, body: dict[str, Any]) -> tuple[int, Any]:
        """Let somebody fire an event."""
        talk = self.store.load(name)
        try:
            outcome = talk.fire(body["event"], body["by"])
        except Refused as refused:
            refusal = refused.refusal
            return 409, {"rule": refusal.rule or "", "message": refusal.message} | self._standing(talk)
        self.store.save(name, talk)
        return 200, self._done(talk, outcome)

    def change(self, name: str, body: dict[str, Any]) -> tuple[int, Any]:
        """Let a conversation go on under a new pairing."""
        talk = self.store.load(name)
        outcome = talk.change(msgspec.convert(body, Pairing))
        if self.fault != "keeps-pairing":
            self.store.save(name, talk)
        return 200, self._done(talk, outcome)

    def end(self, name: str, body: dict[str, Any]) -> tuple[int, Any]:
        """Forget a conversation."""
        self.store.drop(name)
        return 204, None

    def _done(self, talk: Conversation, outcome: Outcome) -> dict[str, Any]:
        sent: dict[str, list[str]] = {}
        for effect in outcome.effects:
            self._carry_out(effect, outcome.event, sent)
        return self._standing(talk) | {"sent": sent, "timers": outcome.timers}

    def _carry_out(self, effect: Sent, event: str, sent: dict[str, list[str]]) -> None:
        """Send a client, the gateway or the meeting service its message."""
        name, to = effect
        if self.fault == "keeps-call" and (name, event) == ("end_call", "meeting_created"):
            return
        if self.fault == "wrong-banner" and name == "show_interop_banner":
            to = "recipient" if to == "originator" else "originator"
        if self.fault == "dies" and name == "report_link_undelivered":
            os._exit(3)
        if self.fault == "hangs" and name == "report_no_meeting":
            time.sleep(3600)
        sent.setdefault(to, []).append(name)

    @staticmethod
    def _standing(talk: Conversation) -> dict[str, Any]:
        return {"state": talk.state, "owners": talk.owners, "openers": talk.openers}


class Handler(BaseHTTPRequestHandler):
    """Requests to calls of the service, and what they raise to status codes."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one packet; apart, each answer waits for an acknowledgement
    service: Service

    def do_POST(self) -> None:
        match self.path.split("/")[1:]:
            case ["conversations"]:
                self._answer(self.service.create)
            case ["conversations", name, "events"]:
                self._answer(lambda body: self.service.fire(name, body))
            case _:
                self._answer(None)

    def do_PUT(self) -> None:
        match self.path.split("/")[1:]:
            case ["conversations", name, "pairing"]:
                self._answer(lambda body: self.service.change(name, body))
            case _:
                self._answer(None)

    def do_DELETE(self) -> None:
        match self.path.split("/")[1:]:
            case ["conversations", name]:
                self._answer(lambda body: self.service.end(name, body))
            case _:
                self._answer(None)

    def _answer(self, call: Callable[[dict[str, Any]], tuple[int, Any]] | None) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            status, body = call(json.loads(raw or b"{}")) if call else (404, {"error": f"no such path {self.path}"})
        except KeyError as error:
            status, body = 404, {"error": f"not found: {error}"}
        except (UnknownEvent, msgspec.ValidationError, ValueError) as error:
            status, body = 400, {"error": str(error)}
        data = b"" if body is None else msgspec.json.encode(body)
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of each request."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="default: any that is free")
    parser.add_argument("--fault", choices=FAULTS, default="", help="; ".join(f"{k}: {v}" for k, v in FAULTS.items()))
    given = parser.parse_args()
    Handler.service = Service(given.fault)
    server = ThreadingHTTPServer(("127.0.0.1", given.port), Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
