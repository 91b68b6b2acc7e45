"""A real PostgreSQL of one's own: started in a directory, reached by a socket in it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from itertools import count
from pathlib import Path

from sqlalchemy import URL, create_engine, text

SYSTEM_USER = "postgres"
"""Who runs it where the tests are run by root, whom PostgreSQL does not serve."""
NUMBERS = count(1)


def programs() -> Path | None:
    """Where initdb and pg_ctl are: the newest of Debian's, or those on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


class Server:
    """A server in a directory.

    Args:
        at: the directory, which is its own; its path has to be short, as that of a socket.
        programs: where its programs are.
        options: what else it is started with.
    """

    def __init__(self, at: Path, programs: Path, options: str = "") -> None:
        self.at, self._programs, self._options = at, programs, options
        self._as: list[str] = []
        at.mkdir(mode=0o700)
        if os.geteuid() == 0:
            self._as = ["runuser", "-u", SYSTEM_USER, "--"]
            shutil.chown(at, SYSTEM_USER)
        self._run("initdb", "-D", f"{at}/data", "-A", "trust", "-U", "postgres", "--no-locale", "-E", "UTF8", "-N")
        self.start()

    def start(self) -> None:
        """Start it; it answers from then on."""
        options = f"-k {self.at} -c listen_addresses= -c max_connections=200 {self._options}"
        self._run("pg_ctl", "-D", f"{self.at}/data", "-w", "-l", f"{self.at}/log", "-o", options, "start")

    def stop(self) -> None:
        """Stop it."""
        self._run("pg_ctl", "-D", f"{self.at}/data", "-m", "immediate", "-w", "stop")

    def kill(self) -> None:
        """Kill it, as a crash would; nothing of it is left."""
        first = int((self.at / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(first, signal.SIGKILL)
        while Path(f"/proc/{first}").exists():
            time.sleep(0.01)

    def database(self) -> URL:
        """The address of a database in which there is nothing yet: a schema of its own, which is sooner made."""
        name = f"talks{next(NUMBERS)}"
        engine = create_engine(self._address())
        with engine.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {name}"))
        engine.dispose()
        return self._address(options=f"-csearch_path={name}")

    def _address(self, **given: str) -> URL:
        return URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": str(self.at), **given})

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as, str(self._programs / program), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")
