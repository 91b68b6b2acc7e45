"""The process: a socket, uvicorn, and connections that nobody can hold for ever."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import h11
import uvicorn
from starlette.responses import Response
from uvicorn.protocols.http.h11_impl import H11Protocol

from fsm.hosts.sql.sync import Host
from fsm.serve.app import Service, service
from fsm.serve.problems import problem
from fsm.serve.settings import Settings
from fsm.serve.store import conversations

PATIENCE = 10.0
"""Seconds in which the head of a request has to come, and in which some of an answer has to be read."""
REST = 75
"""Seconds that a connection is kept without a request."""
STOPPING = 30
"""Seconds that requests have to end when the service stops."""
LONGEST_HEAD = 16_384
"""Bytes that the head of a request may have."""
BESIDES = 1_000
"""Connections there may be besides streams."""


BACKLOG = 2_048
"""Connections that wait to be taken."""


class Connection(H11Protocol):
    """A connection that ends where the head of a request does not come, or an answer is not read."""

    patience = PATIENCE

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Wait for the head of a request, and not for ever."""
        self._head: asyncio.TimerHandle | None = None
        self._reader: asyncio.TimerHandle | None = None
        super().connection_made(transport)
        self._expect()

    def data_received(self, data: bytes) -> None:
        """Take what comes; where a head is not whole, wait on."""
        super().data_received(data)
        self._expect()

    def _expect(self) -> None:
        waiting = self.conn.their_state is h11.IDLE and not self.transport.is_closing()
        if waiting and self._head is None:
            self._head = self.loop.call_later(self.patience, self._too_slow)
        elif not waiting and self._head is not None:
            self._head.cancel()
            self._head = None

    def _too_slow(self) -> None:
        self._say(problem("too-slow", f"the head of the request has not come in {self.patience:g} seconds"))

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request."""
        self._say(problem("not-understood", "this is no HTTP request, or its head is too long"))

    def _say(self, said: Response) -> None:
        """Answer here, and end the connection; whatever is still at work for it is told so."""
        with suppress(h11.LocalProtocolError):  # an answer has begun already
            headers = [*said.raw_headers, (b"connection", b"close")]
            for event in (
                h11.Response(status_code=said.status_code, headers=headers),
                h11.Data(data=bytes(said.body)),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()

    def pause_writing(self) -> None:
        """More is to be read than is taken: wait, and not for ever."""
        super().pause_writing()
        self._reader = self.loop.call_later(self.patience, self.transport.abort)

    def resume_writing(self) -> None:
        """It is read."""
        super().resume_writing()
        if self._reader is not None:  # pragma: no branch  # nothing is resumed that was not paused
            self._reader.cancel()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        for each in (self._head, self._reader):
            if each is not None:
                each.cancel()
        super().connection_lost(exc)


class Server(uvicorn.Server):
    """A server that tells where it listens, and whose streams end before it waits for requests to end.

    Args:
        app: the service.
        settings: how it is set.
        listening: called with the address once it listens.
    """

    def __init__(self, app: Service, settings: Settings, listening: Callable[[str], object]) -> None:
        config = uvicorn.Config(
            app,
            http=Connection,
            ws="none",
            loop="asyncio",
            lifespan="on",
            proxy_headers=False,
            server_header=False,
            access_log=False,
            log_level="error",
            timeout_keep_alive=REST,
            timeout_graceful_shutdown=STOPPING,
            limit_concurrency=settings.streams + BESIDES,
            h11_max_incomplete_event_size=LONGEST_HEAD,
            backlog=BACKLOG,
        )
        super().__init__(config)
        self._app = app
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin, and tell where it listens."""
        await super().startup(sockets)
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        self._listening(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams; then what is being answered; then the workers."""
        self._app.state.desk.streams.stop()
        await super().shutdown(sockets)


def serve(host: Host, settings: Settings, listening: Callable[[str], object]) -> None:
    """Serve until it is told to stop, by SIGTERM or an interrupt.

    Args:
        host: what keeps the conversations; it is the caller's to close.
        settings: how the service is set.
        listening: called with the address once it listens.

    Raises:
        OSError: it cannot listen there.
    """
    _many_files()
    server = Server(service(host, settings, count=partial(conversations, host.engine)), settings, listening)
    with bound(settings) as found, suppress(KeyboardInterrupt, SystemExit):  # it has stopped, and says by what
        server.run([found])


def bound(settings: Settings) -> socket.socket:
    """The socket that a service listens on.

    Raises:
        OSError: it cannot listen there.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # an answer in two parts waits for nobody
    return listening


def _many_files() -> None:
    """Let the process have as many connections as it may."""
    with suppress(ImportError):  # Windows has no such limit
        import resource

        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
