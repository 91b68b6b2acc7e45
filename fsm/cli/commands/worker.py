"""A worker of conversations on Temporal."""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Annotated, Any, NoReturn

import typer

from fsm.cli import SIGNALS
from fsm.cli.ask.options import command
from fsm.cli.ending import InputError, ended
from fsm.cli.statuses import NONE
from fsm.notation.echo import echo

SOURCE = "urn:interop-fsm"
"""The source of the CloudEvents."""


@command
def worker(
    address: Annotated[str, typer.Option(metavar="ADDRESS", help="Where the Temporal server listens.")] = (
        "localhost:7233"
    ),
    namespace: Annotated[str, typer.Option(metavar="NAME", help="The namespace of the conversations.")] = "default",
    queue: Annotated[str, typer.Option(metavar="NAME", help="The task queue.")] = "conversations",
    deliver: Annotated[
        str | None,
        typer.Option(
            metavar="MODULE:FUNCTION",
            help="What is called with each effect, as a CloudEvent; a coroutine function or not. Default: print it.",
        ),
    ] = None,
    current: Annotated[
        bool,
        typer.Option("--current", help="Let conversations begin under this version, where another is current."),
    ] = False,
) -> None:
    """Run the conversations of a Temporal server.

    Events, timers, effects. Any number may work at one queue. It needs the extra temporal. Its version is the
    fingerprint of the specification; conversations that have begun under another are left to the workers of that one.
    SIGTERM and Ctrl-C end it once what it has begun is done.
    """
    try:
        import fsm.hosts.temporal  # noqa: F401  # what is missing is told at once

        from temporalio.service import RPCError  # isort: skip
    except ImportError as error:
        raise InputError(f"worker: {error}") from None

    def run() -> None:
        delivers = _found(deliver) if deliver else _printed
        try:
            asyncio.run(_working(address, namespace, queue, delivers, current))
        except (RPCError, RuntimeError, ValueError) as error:
            raise InputError(f"worker: at {echo(address)}, namespace {echo(namespace)}: {error}") from None

    with _Ending():
        raise SystemExit(ended(run))


class _Ending:
    """Ends the process with the status that the block exits with, when all else is done that is to be done then."""

    def __init__(self) -> None:
        self.status: Any = NONE

    def __enter__(self) -> None:
        atexit.register(self)

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self.status = error.code if isinstance(error, SystemExit) else NONE

    def __call__(self) -> NoReturn:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):
                stream.flush()
        os._exit(self.status)  # at its end the interpreter aborts where a thread of the SDK asks for it: sdk-python#300


async def _working(address: str, namespace: str, queue: str, deliver: Callable[[Any], Any], current: bool) -> None:
    from temporalio.client import Client
    from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

    from fsm.engine.fingerprint import fingerprint
    from fsm.hosts.temporal import make_current, working

    forwarding = LogForwardingConfig(logging.getLogger("fsm.worker"))  # else they are written between the events
    logs = LoggingConfig(TelemetryFilter(core_level="WARN", other_level="ERROR"), forwarding)
    runtime = Runtime(telemetry=TelemetryConfig(logging=logs))
    client = await Client.connect(address, namespace=namespace, runtime=runtime)
    stop = asyncio.Event()
    with suppress(NotImplementedError):  # on Windows
        for each in SIGNALS:
            asyncio.get_running_loop().add_signal_handler(each, stop.set)
    async with working(client, deliver, queue=queue, source=SOURCE, take=current):
        is_current = await make_current(client, queue=queue, take=False)
        told = "is current" if is_current else "is not current, and waits for fsm worker --current"
        typer.echo(f"Working at {queue} of {address}; version {fingerprint()} {told}", err=True)
        await stop.wait()


async def _printed(event: dict[str, Any]) -> None:
    import json

    print(json.dumps(event), flush=True)


def _found(name: str) -> Callable[[Any], Any]:
    """The function of a name.

    Raises:
        InputError: there is none.
    """
    module, _, function = name.partition(":")
    try:
        found = getattr(import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        raise InputError(f"--deliver: {echo(name)}: {error}; give MODULE:FUNCTION") from None
    if not callable(found):
        raise InputError(f"--deliver: {echo(name)} is no function; give MODULE:FUNCTION")
    return found  # type: ignore[no-any-return]  # it is one
