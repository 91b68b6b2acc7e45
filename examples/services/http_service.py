"""A conversation service over HTTP that embeds the specification as a real service would.

It keeps conversations as snapshots in a store, carries effects out as messages to the clients, the gateway and the
meeting service, and answers with what it did.

    POST   /conversations               {"originator": {...}, "recipient": {...}, ...}    201 {"id": "1"}
    POST   /conversations/1/events      {"event": "call_audio", "by": "originator"}       200, or 409 where refused
    PUT    /conversations/1/pairing     {"originator": {...}, ...}                        200
    DELETE /conversations/1                                                               204

What makes no sense is answered 400, what is not there 404, what is too long 413, what does not say how long it is 411,
each with {"error": "..."}, and changes nothing; after what cannot be read to its end the connection ends. Those who
want something of one conversation at once take turns.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Lock
from typing import Any

import msgspec

from fsm import Conversation, Outcome, Pairing, Refused, Sent, known
from fsm.notation.echo import echo, plain

FAULTS = {
    "keeps-call": "does not end the call once the meeting exists",
    "wrong-banner": "shows the interop banner to the other party",
    "keeps-pairing": "forgets the new policies of a conversation that goes on",
    "dies": "dies when a link could not be delivered",
    "hangs": "does not answer when a meeting could not be made",
}


LONGEST = 1 << 20
"""Bytes that a body may have."""
LONGEST_MESSAGE = 1500
"""Characters of an error that are said."""
PATIENCE = 30.0
"""How many seconds a client has for the next part of a request."""
IDLE = 3600.0
"""How many seconds a client may keep a connection without a request."""
LENGTH = re.compile(r"[0-9]{1,9}")
NAME = re.compile(r"[0-9]{1,18}")


class NoSuch(Exception):
    """There is no such conversation."""


class Fired(msgspec.Struct, forbid_unknown_fields=True):
    """The body of an event."""

    event: str
    by: str


class Row:
    """A conversation as the database would keep it. Whoever has its lock is the only one that looks at it."""

    def __init__(self, talk: Conversation) -> None:
        self.lock = Lock()
        self.text: str | None = json.dumps(talk.snapshot())


class Store:
    """Conversations as the database would keep them."""

    def __init__(self) -> None:
        self._rows: dict[str, Row] = {}
        self._ids = count(1)

    def add(self, talk: Conversation) -> str:
        """Keep a new conversation under a new id."""
        name = str(next(self._ids))
        self._rows[name] = Row(talk)
        return name

    @contextmanager
    def taken(self, name: str, keep: bool = True) -> Iterator[Conversation]:
        """A conversation that nobody else takes meanwhile; what has become of it is kept, unless something goes wrong.

        Raises:
            NoSuch: there is none of that name.
        """
        row = self._rows.get(name)
        if row is None:
            raise NoSuch(name)
        with row.lock:
            if row.text is None:  # it was forgotten while this one waited
                raise NoSuch(name)
            talk = Conversation.restore(json.loads(row.text))
            yield talk
            if keep:
                row.text = json.dumps(talk.snapshot())

    def drop(self, name: str) -> None:
        """Forget a conversation.

        Raises:
            NoSuch: there is none of that name.
        """
        row = self._rows.pop(name, None)
        if row is None:
            raise NoSuch(name)
        with row.lock:
            row.text = None


class Service:
    """What the service does.

    Args:
        fault: a fault that is put into it, one of FAULTS.
    """

    def __init__(self, fault: str = "") -> None:
        self.fault = fault
        self.store = Store()

    def create(self, body: bytes) -> tuple[int, Any]:
        """Begin a conversation."""
        return 201, {"id": self.store.add(Conversation(msgspec.json.decode(body, type=Pairing)))}

    def fire(self, name: str, body: bytes) -> tuple[int, Any]:
        """Let somebody fire an event."""
        asked = msgspec.json.decode(body, type=Fired)
        with self.store.taken(name) as talk:
            try:
                outcome = talk.fire(known.event(asked.event), known.party(asked.by))
            except Refused as refused:
                refusal = refused.refusal
                return 409, {"rule": refusal.rule or "", "message": refusal.message} | self._standing(talk)
            return 200, self._done(talk, outcome)

    def change(self, name: str, body: bytes) -> tuple[int, Any]:
        """Let a conversation go on under a new pairing."""
        pairing = msgspec.json.decode(body, type=Pairing)
        with self.store.taken(name, keep=self.fault != "keeps-pairing") as talk:
            return 200, self._done(talk, talk.change(pairing))

    def end(self, name: str, body: bytes) -> tuple[int, Any]:
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


def short(message: str) -> str:
    """A message that may hold what somebody sent, safe and cut."""
    return plain(message) if len(message) <= LONGEST_MESSAGE else echo(message)


class Unreadable(Exception):
    """A request whose body cannot be told from what follows: it is answered with a status, and the connection ends."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Handler(BaseHTTPRequestHandler):
    """Requests to calls of the service, and what they raise to status codes."""

    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.0"  # what is no request at all is answered with a status, too
    wbufsize = -1  # headers and body in one packet; apart, each answer waits for an acknowledgement
    service: Service

    def handle_one_request(self) -> None:
        self.connection.settimeout(IDLE)
        super().handle_one_request()

    def parse_request(self) -> bool:
        self.connection.settimeout(PATIENCE)
        return super().parse_request()

    def do_POST(self) -> None:
        match self.path.split("/")[1:]:
            case ["conversations"]:
                self._answer(self.service.create)
            case ["conversations", name, "events"] if NAME.fullmatch(name):
                self._answer(lambda body: self.service.fire(name, body))
            case _:
                self._answer(None)

    def do_PUT(self) -> None:
        match self.path.split("/")[1:]:
            case ["conversations", name, "pairing"] if NAME.fullmatch(name):
                self._answer(lambda body: self.service.change(name, body))
            case _:
                self._answer(None)

    def do_DELETE(self) -> None:
        match self.path.split("/")[1:]:
            case ["conversations", name] if NAME.fullmatch(name):
                self._answer(lambda body: self.service.end(name, body))
            case _:
                self._answer(None)

    def _answer(self, call: Callable[[bytes], tuple[int, Any]] | None) -> None:
        status: int
        body: Any
        try:
            raw = self._body()
            status, body = call(raw) if call else (404, {"error": f"no such path: {echo(self.path)}"})
        except Unreadable as unreadable:
            self.close_connection = True
            status, body = unreadable.status, {"error": str(unreadable)}
        except NoSuch as missing:
            status, body = 404, {"error": f"no such conversation: {missing}"}
        except (ValueError, RecursionError) as error:  # of msgspec and fsm: they say what is accepted
            status, body = 400, {"error": short(str(error))}
        self._say(status, b"" if body is None else msgspec.json.encode(body))

    def _body(self) -> bytes:
        """The body of a request.

        Raises:
            Unreadable: it does not say how long it is, or is too long, or ends before that.
        """
        if self.headers.get_all("Transfer-Encoding"):
            raise Unreadable(411, "Transfer-Encoding: is not accepted; give Content-Length")
        said = set(self.headers.get_all("Content-Length", ["0"]))
        length = said.pop()
        if said or not LENGTH.fullmatch(length):
            raise Unreadable(400, f"Content-Length: {echo(length)} is not accepted; give one number of bytes")
        if int(length) > LONGEST:
            raise Unreadable(413, f"Content-Length: {length} is not accepted; {LONGEST} bytes are")
        raw = self.rfile.read(int(length))
        if len(raw) < int(length):
            raise Unreadable(400, f"Content-Length: {length} bytes are announced and {len(raw)} came")
        return raw

    def _say(self, status: int, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the base class finds wrong, said as everything else is."""
        self.close_connection = True
        self._say(code, msgspec.json.encode({"error": short(message or self.responses[code][0])}))

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of each request."""


class Server(ThreadingHTTPServer):
    """A thread a connection. A client that goes in the middle is nobody's fault."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def serving(port: int = 0, fault: str = "") -> Server:
    """A server of a new service, that does not serve yet."""
    handler = type("Handler", (Handler,), {"service": Service(fault)})
    return Server(("127.0.0.1", port), handler)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="default: any that is free")
    parser.add_argument("--fault", choices=FAULTS, default="", help="; ".join(f"{k}: {v}" for k, v in FAULTS.items()))
    given = parser.parse_args()
    server = serving(given.port, given.fault)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
