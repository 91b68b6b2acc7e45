"""What every request passes before anything is made of it: who asks, how often, how much, and how slowly.

It is the outermost part of the service, so whatever comes of a request, an answer of the service's own leaves here.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import time
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress

from starlette.datastructures import URL, Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fsm.notation.echo import LONGEST, echo, plain
from fsm.serve.measures import Measures
from fsm.serve.problems import Trouble, answer, problem
from fsm.serve.tokens import Token, holder

MOST_BODY = 65_536
"""Bytes that a body may have."""
PATIENCE = 20.0
"""Seconds in which a body has to come."""
LINGER = 5.0
"""Seconds for which what nobody reads is still taken in, so that whoever sends it sees the answer."""
MOST_AT_WORK = 500
"""Requests that are answered at once, streams not counted."""
MOST_CALLERS = 10_000
"""Callers whose rate is remembered."""
OPEN_TO_ALL = ("/health", "/ready")
"""Paths that need no token."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

log = logging.getLogger("fsm.serve")


class Rate:
    """How often each caller may ask: so often a second, and as much again at once after a rest.

    Args:
        most: requests a second; 0 is any number.
    """

    def __init__(self, most: float) -> None:
        self.most = most
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def admits(self, caller: str, now: float) -> bool:
        """Whether this caller may ask now."""
        if not self.most:
            return True
        left, then = self._left.pop(caller, (2 * self.most, now))
        left = min(left + (now - then) * self.most, 2 * self.most)
        admitted = left >= 1
        self._left[caller] = left - admitted, now
        if len(self._left) > MOST_CALLERS:
            self._left.popitem(last=False)
        return admitted


def local(name: str) -> bool:
    """Whether a host, as an address or a name, is this machine alone."""
    name = name.removeprefix("[").removesuffix("]")
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name.lower() == "localhost"


class Gate:
    """The gate in front of the service.

    Args:
        app: the service.
        measures: where requests are counted.
        tokens: who may ask; none where only this machine can.
        rate: requests a second that a caller may make; 0 is any number.
        patience: seconds in which a body has to come.
    """

    def __init__(
        self, app: ASGIApp, measures: Measures, tokens: Sequence[Token], rate: float, patience: float = PATIENCE
    ) -> None:
        self.app = app
        self.measures = measures
        self.tokens = tokens
        self.rate = Rate(rate)
        self.patience = patience
        self.at_work = 0
        measures.at_work.set_function(lambda: self.at_work)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        await Passage(self, scope, receive, send).run()


class Passage:
    """One request on its way through the gate."""

    def __init__(self, gate: Gate, scope: Scope, receive: Receive, send: Send) -> None:
        self._gate, self._scope, self._receive, self._send = gate, scope, receive, send
        self._headers = Headers(scope=scope)
        self._began = time.perf_counter()
        self._working = self._answered = False
        length = self._headers.get("content-length", "0")
        self._length = int(length) if length.isdecimal() else 0
        self._unread = self._length > 0 or "transfer-encoding" in self._headers

    async def run(self) -> None:
        """Let it pass, or answer it here."""
        try:
            self._scope["fsm.token"] = self._admitted()
            body = await self._body()
            self._work()
            await self._gate.app(self._scope, self._given(body), self._sent)
        except Exception as error:
            said = answer(error)
            if said is None:
                log.exception("%s %s: a fault", self._scope["method"], plain(self._scope["path"][:LONGEST]))
                said = problem("fault", "it is in the log of the service; ask again, with the same key")
            if not self._answered:
                await self._say(said)
        finally:
            self._rest()

    def _admitted(self) -> Token | None:
        """Whose request it is, if it takes a token.

        Raises:
            Trouble: it is not admitted.
        """
        gate, token = self._gate, None
        given = self._headers.getlist("authorization")
        if gate.tokens and len(given) == 1 and given[0][:7].lower() == "bearer ":
            token = holder(given[0][7:].strip(), gate.tokens)
        client = self._scope.get("client")
        caller = f"token {token.name}" if token else f"address {client[0] if client else ''}"
        if not gate.rate.admits(caller, time.monotonic()):
            raise Trouble("too-often", f"{gate.rate.most:g} requests a second are accepted; ask again later")
        if gate.tokens:
            if token is None and self._scope["path"] not in OPEN_TO_ALL:
                raise Trouble("no-token", "give a header, Authorization: Bearer TOKEN, with a token of this service")
        elif not local(URL(f"http://{self._headers.get('host', '')}").hostname or ""):
            host = echo(self._headers.get("host", ""))
            raise Trouble(
                "wrong-host", f"Host: {host} is not accepted; this service is for this machine: use localhost"
            )
        return token

    async def _body(self) -> bytes:
        """The body, once it is there.

        Raises:
            Trouble: it is too long, or comes too slowly.
        """
        if self._length > MOST_BODY:
            raise Trouble("too-long", f"Content-Length: {self._length} is not accepted; {MOST_BODY} bytes are")
        body = b""
        try:
            async with asyncio.timeout(self._gate.patience):
                while self._unread:
                    message = await self._receive()
                    body += message.get("body", b"")
                    self._unread = message.get("more_body", False)
                    if len(body) > MOST_BODY:
                        raise Trouble("too-long", f"the body is not accepted; {MOST_BODY} bytes are")
        except TimeoutError:
            raise Trouble("too-slow", f"the body has not come in {self._gate.patience:g} seconds") from None
        return body

    def _given(self, body: bytes) -> Receive:
        """What the service receives: the body, and then what comes."""
        whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Message:
            return whole.pop() if whole else await self._receive()

        return receive

    def _work(self) -> None:
        """Take a place among the requests that are answered.

        Raises:
            Trouble: there is none.
        """
        if self._gate.at_work >= MOST_AT_WORK:
            raise Trouble("busy", f"{MOST_AT_WORK} requests are being answered; ask again later, with the same key")
        self._gate.at_work += 1
        self._working = True

    def _rest(self) -> None:
        if self._working:
            self._gate.at_work -= 1
            self._working = False

    async def _sent(self, message: Message) -> None:
        """Pass on a part of the answer. A stream that has begun is counted as such and no longer here."""
        if message["type"] == "http.response.start":
            self._answered = True
            method, route = self._scope["method"], self._scope.get("route")
            self._gate.measures.requests.labels(
                method if method in METHODS else "other", route.path if route else "none", message["status"]
            ).observe(time.perf_counter() - self._began)
            if Headers(raw=message["headers"]).get("content-type", "").startswith("text/event-stream"):
                self._rest()
        await self._send(message)

    async def _say(self, said: Response) -> None:
        """Answer here. What is still being sent is taken in for a while: else it would drown the answer."""
        if not self._unread:
            await said(self._scope, self._receive, self._sent)
            return
        said.headers["connection"] = "close"
        await self._sent({"type": "http.response.start", "status": said.status_code, "headers": said.raw_headers})
        await self._sent({"type": "http.response.body", "body": said.body, "more_body": True})
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER):
                while (await self._receive()).get("more_body", False):
                    pass
        await self._sent({"type": "http.response.body", "body": b"", "more_body": False})
