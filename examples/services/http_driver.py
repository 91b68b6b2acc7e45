"""The driver of a service over HTTP."""

from __future__ import annotations

import os
import re
from http.client import HTTPConnection, HTTPException
from threading import Timer
from typing import Annotated, Any

import msgspec
from process import LONGEST, Process

from fsm import Pairing
from fsm.notation.echo import echo
from fsm.testing.running.driver import Observation

NAMES = ("originator", "recipient", "gateway", "meeting-service")
ADDRESS = re.compile(r"http://(127\.0\.0\.1:\d{1,5})\s*")


class Begun(msgspec.Struct):
    """The answer to a new conversation."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z_-]{1,64}$")]


class Done(msgspec.Struct):
    """The answer to an event or a change."""

    state: dict[str, str]
    owners: dict[str, str]
    openers: dict[str, str]
    sent: dict[str, tuple[str, ...]] = {}
    timers: Any = ((), ())
    rule: str | None = None


class HttpDriver:
    """Drives ``http_service.py``; a service that has died is started again.

    Each client sees what it is sent, so effects are observed by addressee.

    Args:
        fault: a fault to put into it; default: the one that the environment variable FAULT names, if any.
        timeout: how many seconds to wait for an answer.
    """

    def __init__(self, fault: str | None = None, timeout: float = 10) -> None:
        fault = os.environ.get("FAULT", "") if fault is None else fault
        self.command = ["http_service.py", *(["--fault", fault] if fault else [])]
        self.timeout = timeout
        self.process: Process | None = None
        self.server: HTTPConnection | None = None
        self.path = ""

    def start(self, pairing: Pairing, lifecycle: str | None = None) -> None:
        if lifecycle:
            raise NotImplementedError("this service does whole conversations")
        if self.process is None or not self.process.alive:
            self.close()
            self.process = Process(self.command, self.timeout)
            self.server = HTTPConnection(self._address(self.process.hear()), timeout=self.timeout)
        elif self.path:
            self._ask("DELETE", self.path)
        self.path = (
            f"/conversations/{msgspec.json.decode(self._ask('POST', '/conversations', pairing)[1], type=Begun).id}"
        )

    def apply(self, event: str, by: str) -> Observation:
        return self._observed(*self._ask("POST", f"{self.path}/events", {"event": event, "by": by}))

    def change(self, pairing: Pairing) -> Observation:
        return self._observed(*self._ask("PUT", f"{self.path}/pairing", pairing))

    def close(self) -> None:
        if self.server:
            self.server.close()
        if self.process:
            self.process.kill()
        self.server, self.process, self.path = None, None, ""

    def _address(self, line: str) -> str:
        if not (found := ADDRESS.fullmatch(line)):
            self.close()
            raise ValueError(f"the service says {echo(line)} and not where it listens; it was killed")
        return found[1]

    def _observed(self, status: int, body: bytes) -> Observation:
        done = msgspec.json.decode(body, type=Done)
        seen = {
            "accepted": status == 200,
            "rule": done.rule,
            "state": done.state,
            "owners": done.owners,
            "openers": done.openers,
            "effects": {name: done.sent.get(name, ()) for name in NAMES},
            "timers": done.timers,
        }
        return msgspec.convert(seen, Observation)

    def _ask(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        """The status and body of an answer. One that comes too late is never heard: its connection has ended by then.

        Raises:
            ConnectionError: the service has died.
            TimeoutError: it does not answer, or not to the end; it is killed.
            ValueError: it answers too much; it is killed.
            RuntimeError: the request is not one it understands.
        """
        assert self.process, "start first"
        assert self.server
        process = self.process
        over = Timer(self.timeout, process.kill)  # for one that says a little, again and again
        over.start()
        try:
            self.server.request(method, path, msgspec.json.encode(body))
            response = self.server.getresponse()
            text = response.read(LONGEST + 1)
            if process.killed:  # that may look like the end of its answer
                raise TimeoutError
            if len(text) > LONGEST:
                raise ValueError(f"{method} {path} answers more than {LONGEST:,} bytes: {echo(text)}")
        except (OSError, HTTPException) as error:
            late = isinstance(error, TimeoutError) or process.killed
            died = "" if late else process.ended()
            process.kill()
            if late:
                raise TimeoutError(
                    f"no answer to {method} {path} within {self.timeout:g} s; the service was killed"
                ) from None
            if died:
                raise ConnectionError(died) from None
            raise ValueError(
                f"{method} {path} is answered with no HTTP: {echo(error)}; the service was killed"
            ) from None
        except BaseException:
            self.close()
            raise
        finally:
            over.cancel()
        if response.status not in (200, 201, 204, 409):
            raise RuntimeError(f"{method} {path} answers {response.status}: {echo(text.decode(errors='replace'))}")
        return response.status, text
