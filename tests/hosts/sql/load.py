"""The processes of ``tests.hosts.sql.crash``: writers, workers and who receives what they deliver.

A process that is killed is started anew and goes on where its log ends.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple, cast, get_args

import psycopg
import sqlalchemy

from fsm.engine.awaiting import awaiting, expected
from fsm.engine.conversation import Conversation
from fsm.engine.fingerprint import fingerprint
from fsm.engine.outcome import Refused
from fsm.hosts.host import CHANGE, OPEN, NoConversation
from fsm.hosts.sql import Host
from fsm.hosts.sql.statements import DialectName, statements
from fsm.spec.conversation import CONVERSATION
from tests.hosts.sql.evidence import digest
from tests.hosts.sql.unsafe import SAFEGUARDS, Making
from tests.people import PAIRS

if TYPE_CHECKING:
    from fsm.spec.names import Event, PartyName

CONVERSATIONS = 200
HOT = 8
"""Conversations that are asked more often than others, so that writers meet there."""
PAIRINGS = ("teams>sfb", "sfb>teams", "teams>teams")
"""Those of the conversations, in turn, and what they change to."""
FASTER = 100.0
"""How many seconds of the tables, of leases and pauses, go by in one."""
LEASE = 60.0
EVENTS = sorted({row.event for row in CONVERSATION.rows.values() if not row.internal})
POSSIBLE = {
    (name, state.name): sorted({row.event for row in state.rows if not (row.internal or row.refused)})
    for name, each in CONVERSATION.lifecycles.items()
    for state in each
}
"""The events that a lifecycle may accept in a state."""


def gone(error: BaseException) -> bool:
    """Whether an error says that the server is gone: the answer is not known, and is asked for again."""
    return isinstance(getattr(error, "orig", error), psycopg.OperationalError)


class Setting(NamedTuple):
    """What every process is told."""

    address: str
    at: str
    seed: int
    began: float
    without: str | None
    port: int = 0

    def clock(self) -> float:
        """The time, which goes faster."""
        return self.began + (time.time() - self.began) * FASTER

    def host(self) -> Host:
        """A host in the database, perhaps without one of its safeguards."""
        making: Making = Host if self.without is None else SAFEGUARDS[self.without]
        return making(self.address, attempts=1_000_000, clock=self.clock)

    def log(self, name: str) -> Log:
        """A log of somebody's."""
        return Log(Path(self.at) / f"{name}.log")


class Log:
    """Lines of JSON that are on the disk when they are written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._lock = threading.Lock()

    def write(self, line: Mapping[str, Any], sync: bool = True) -> None:
        """Add a line."""
        with self._lock:
            os.write(self._file, json.dumps(line).encode() + b"\n")
            if sync:
                os.fsync(self._file)

    def close(self) -> None:
        """Close it."""
        os.close(self._file)

    @staticmethod
    def read(path: Path) -> list[dict[str, Any]]:
        """The lines."""
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


class Ask(NamedTuple):
    """What somebody asks of a host."""

    conversation: str
    key: str
    event: str
    by: str = "service"
    of: int | None = None
    pairing: str | None = None

    def put(self, host: Host) -> dict[str, Any]:
        """Ask it; the answer, or the error that is none."""
        try:
            if self.event == OPEN:
                done = host.open(self.conversation, PAIRS[str(self.pairing)], key=self.key)
            elif self.event == CHANGE:
                done = host.change(self.conversation, PAIRS[str(self.pairing)], key=self.key)
            else:
                event, by = cast("Event", self.event), cast("PartyName", self.by)
                done = host.fire(self.conversation, event, by, key=self.key, of=self.of)
        except Refused as refused:
            return {"accepted": False, "digest": digest(refused.refusal), "again": False}
        except Exception as error:
            if gone(error):
                raise
            return {"error": f"{type(error).__name__}: {error}"}
        return {"accepted": True, "seq": done.seq, "digest": digest(done), "again": done.again}

    def until_answered(self, host: Host, log: Log, stop: threading.Event) -> None:
        """Ask until there is an answer, and log it."""
        while not stop.is_set():
            try:
                answer = self.put(host)
            except (psycopg.OperationalError, sqlalchemy.exc.OperationalError):  # it is gone
                stop.wait(0.05)
            else:
                log.write({"answer": answer, "ask": self})
                return


def stopping() -> threading.Event:
    """What is set when this process is told to stop."""
    flag = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: flag.set())
    return flag


# Writers


def writer(setting: Setting, name: str) -> None:
    """Ask this and that, until told to stop. What was asked and not heard of before is asked first."""
    stop, log = stopping(), setting.log(name)
    before = Log.read(log.path)
    asked = [Ask(*line["ask"]) for line in before if "answer" not in line]
    heard = {Ask(*line["ask"]) for line in before if "answer" in line}
    rng = Random(f"{setting.seed} {name} {len(before)}")
    with setting.host() as host, ThreadPoolExecutor(2) as twice:
        for each in (each for each in asked[-1:] if each not in heard):
            each.until_answered(host, log, stop)
        for n in range(len(asked), sys.maxsize):
            if stop.is_set():
                break
            number = rng.randrange(HOT if rng.random() < 0.5 else CONVERSATIONS)
            ask = (
                rng.choice(asked[-50:])
                if asked and rng.random() < 0.1
                else _chosen(rng, host, number, f"{name}-{n}", stop)
            )
            asked.append(ask)
            log.write({"ask": ask}, sync=False)
            threads = 2 if rng.random() < 0.15 else 1  # somebody who does not wait for the answer asks again meanwhile
            for asking in [twice.submit(ask.until_answered, host, log, stop) for _ in range(threads)]:
                asking.result()


def _chosen(rng: Random, host: Host, number: int, key: str, stop: threading.Event) -> Ask:
    """An event that may be possible, mostly; or any, or a change; or to open the conversation, if it is not."""
    conversation, events, awaited = f"c{number}", EVENTS, dict[str, int]()
    opening = Ask(conversation, "open", OPEN, pairing=PAIRINGS[number % len(PAIRINGS)])
    while not stop.wait(0.0):
        try:
            talk = host.read(conversation)
            awaited = {each.event: each.seq for each in host.awaited(conversation)}
        except NoConversation:
            return opening
        except Exception as error:
            if not gone(error):
                raise
            stop.wait(0.05)
        else:
            events = EVENTS if rng.random() < 0.1 else possible(talk)
            break
    else:
        return opening
    if rng.random() < 0.04:
        return Ask(conversation, key, CHANGE, pairing=rng.choice(PAIRINGS))
    event, of = rng.choice(events), None
    if event in expected().owed or (event in expected().causes and rng.random() < 0.5):
        of = awaited.get(event, 0) if rng.random() < 0.8 else rng.randrange(10)
    return Ask(conversation, key, event, rng.choice(("originator", "recipient")), of)


def possible(talk: Conversation) -> list[str]:
    """The events that a conversation may accept where it stands."""
    return sorted({event for name, at in talk.places.items() for event in POSSIBLE[name, at.state]})


def warm() -> None:
    """Work out what the first steps of conversations come to, for every process that is forked off here."""
    rng = Random(0)
    fingerprint()
    for dialect in get_args(DialectName):
        statements(dialect)
    for name in PAIRINGS * 3:
        talk, awaited = Conversation(PAIRS[name]), dict[str, int]()
        for seq in range(40):
            with suppress(Refused):
                event = cast("Event", rng.choice(possible(talk)))
                outcome = talk.fire(event, rng.choice(("originator", "recipient", "service")))
                awaited = awaiting(awaited, outcome, seq)
            talk = Conversation.restore(talk.snapshot())


def forking() -> ForkServerContext:
    """What starts processes: forked off one that has done nothing but ``warm``."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.hosts.sql.warm"])
    return context


# Workers, and who receives what they deliver


class Down(Exception):
    """The receiver has not taken it, or has not said so."""


class Wrong(logging.Handler):
    """Puts down what goes wrong in a worker, but for a server that is gone."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Put it down, as an answer that there must not be."""
        error = record.exc_info[1] if record.exc_info else None
        if error is None or not gone(error):
            says = f"{record.getMessage()}: {type(error).__name__}: {error}"
            self._log.write({"ask": Ask("some", "work", "work"), "answer": {"error": says}})


def worker(setting: Setting, name: str) -> None:
    """Deliver effects and fire timers, until told to stop."""
    stop = stopping()
    logging.getLogger("fsm.hosts.sql").addHandler(Wrong(setting.log(f"{name}-wrong")))
    with setting.host() as host, delivering(setting, name, host, stop) as deliver:
        host.run(deliver, lease=LEASE, source="/crash", stop=stop, rest=0.02)


@contextmanager
def delivering(setting: Setting, name: str, host: Host, stop: threading.Event) -> Iterator[Callable[[Any], None]]:
    """What posts an effect to the receiver and fires what the outside answers, if it does."""
    log, connection = setting.log(name), HTTPConnection("127.0.0.1", setting.port, timeout=60)

    def deliver(event: Any) -> None:
        try:
            connection.request("POST", "/", json.dumps(event), {"Content-Type": "application/cloudevents+json"})
            answer = connection.getresponse()
            answer.read()
        except (OSError, HTTPException) as error:
            connection.close()
            raise Down(type(error).__name__) from None
        if answer.status != 204:
            raise Down(answer.status)
        rng, data = Random(f"{setting.seed} {event['id']}"), event["data"]
        answers = sorted(expected().owed.intersection(data["answers"]))
        if answers and rng.random() < 0.7:
            ask = Ask(data["conversation"], event["id"], rng.choice(answers), "service", data["seq"])
            log.write({"ask": ask}, sync=False)
            ask.until_answered(host, log, stop)

    with closing(connection):
        yield deliver
    log.close()


def receiver(setting: Setting) -> None:
    """Take what is posted, or not, or take it and say that it did not; log what was taken, in order."""
    stop, log, rng = stopping(), setting.log("received"), Random(f"{setting.seed} receiver")
    calm = Path(setting.at) / "calm"

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            chance = 1.0 if calm.exists() else rng.random()
            if chance >= 0.1:
                log.write({**event["data"], "id": event["id"]}, sync=False)
            if 0.1 <= chance < 0.13:
                self.close_connection = True  # what it took, it took
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(503 if chance < 0.16 else 204)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            with suppress(OSError, ValueError):  # whoever posted is gone
                super().handle()

        def finish(self) -> None:
            with suppress(OSError, ValueError):
                super().finish()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port = Path(setting.at) / "port"
    port.with_suffix(".new").write_text(str(server.server_port))
    port.with_suffix(".new").rename(port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stop.wait()
