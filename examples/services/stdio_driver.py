"""The driver of a service that takes JSON Lines on standard input and answers on standard output."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import count
from typing import Any

import msgspec
from process import Process

from fsm import EDITIONS, Client, Mode, Pairing
from fsm.notation.echo import echo
from fsm.testing.running.driver import Observation

TODAY = EDITIONS["2022-10"]
ADELE = TODAY.participant("adele@contoso.com", Mode.TEAMS_ONLY)
GRADY = TODAY.participant("grady@contoso.com", Mode.SFB_ONLY, client=Client.SFB_LEGACY)
PRADEEP = TODAY.participant("pradeep@contoso.com", Mode.SFB_ONLY)
PAIRINGS = (Pairing(ADELE, GRADY), Pairing(PRADEEP, ADELE), Pairing(replace(ADELE, allow_private_calling=False), GRADY))


class StdioDriver:
    """Drives ``calls_by_hand.py``; a service that has died is started again.

    Questions are numbered, and an answer names the question that it is to: one that comes too late, or that nobody
    asked for, is not taken for the next.

    Args:
        fault: a fault to put into it; default: the one that the environment variable FAULT names, if any.
        timeout: how many seconds to wait for an answer.
    """

    conversations = tuple({"pairing": pairing, "lifecycle": "call"} for pairing in PAIRINGS)
    """What the service does, and so what it is tested for."""

    def __init__(self, fault: str | None = None, timeout: float = 10) -> None:
        fault = os.environ.get("FAULT", "") if fault is None else fault
        self.command = ["calls_by_hand.py", *(["--fault", fault] if fault else [])]
        self.timeout = timeout
        self.process: Process | None = None
        self._numbers = count(1)

    def start(self, pairing: Pairing, lifecycle: str | None = None) -> None:
        if lifecycle != "call":
            raise NotImplementedError("this service does the call lifecycle alone")
        if self.process is None or not self.process.alive:
            self.close()
            self.process = Process(self.command, self.timeout)
        self._ask({"start": pairing})

    def apply(self, event: str, by: str) -> Observation:
        return msgspec.convert(self._ask({"event": event, "by": by}), Observation)

    def change(self, pairing: Pairing) -> Observation:
        return msgspec.convert(self._ask({"change": pairing}), Observation)

    def close(self) -> None:
        if self.process:
            self.process.kill()
            self.process = None

    def _ask(self, line: dict[str, Any]) -> dict[str, Any]:
        """What is answered. Raises what ``Process.hear`` raises.

        Raises:
            NotImplementedError: the service says that it does not do this.
            RuntimeError: the service does not understand it.
            ValueError: it is no answer, or one to another question; the service is killed.
        """
        assert self.process, "start first"
        number = next(self._numbers)
        said = self.process.ask(msgspec.json.encode({"id": number, **line}).decode())
        try:
            answer = msgspec.json.decode(said, type=dict[str, Any])
        except (ValueError, RecursionError) as error:
            self.close()
            raise ValueError(f"the service answers {echo(said)}: {str(error)[:200]}") from None
        if (to := answer.pop("id", None)) != number:
            self.close()
            raise ValueError(f"question {number}: the service answers question {echo(to)}; it was killed")
        if "unsupported" in answer:
            raise NotImplementedError(answer["unsupported"])
        if "error" in answer:
            raise RuntimeError(f"the service says {echo(answer['error'])} to {echo(line)}")
        return answer
