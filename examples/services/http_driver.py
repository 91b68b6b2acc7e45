"""The driver of a service over HTTP."""

from __future__ import annotations

import os
from http.client import HTTPConnection, HTTPException
from typing import Any

import msgspec
from process import Process

from fsm import Pairing
from fsm.testing.running.driver import Observation

NAMES = ("originator", "recipient", "gateway", "meeting-service")


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
            self.server = HTTPConnection(self.process.hear().strip().removeprefix("http://"), timeout=self.timeout)
        elif self.path:
            self._ask("DELETE", self.path)
        self.path = f"/conversations/{self._ask('POST', '/conversations', pairing)[1]['id']}"

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

    def _observed(self, status: int, body: dict[str, Any]) -> Observation:
        sent = body.get("sent", {})
        seen = {
            "accepted": status == 200,
            "rule": body.get("rule"),
            "state": body["state"],
            "owners": body["owners"],
            "openers": body["openers"],
            "effects": {name: sent.get(name, []) for name in NAMES},
            "timers": body.get("timers", [[], []]),
        }
        return msgspec.convert(seen, Observation)

    def _ask(self, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        """The status and body of an answer.

        Raises:
            ConnectionError: the service has died.
            TimeoutError: it does not answer; it is killed.
            RuntimeError: the request is not one it understands.
        """
        assert self.process, "start first"
        assert self.server
        try:
            self.server.request(method, path, msgspec.json.encode(body))
            response = self.server.getresponse()
            text = response.read()
        except TimeoutError:
            self.close()
            raise TimeoutError(
                f"no answer to {method} {path} within {self.timeout:g} s; the service was killed"
            ) from None
        except (OSError, HTTPException):
            self.process.hear()  # says that it has died, or waits until it is killed
            raise
        if response.status not in (200, 201, 204, 409):
            raise RuntimeError(f"{method} {path} answers {response.status}: {text.decode()}")
        return response.status, msgspec.json.decode(text or b"{}")
