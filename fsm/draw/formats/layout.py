"""Runs the layout engine."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig

ENGINES = {
    "pure": ("graphviz-pure", "pip install graphviz-pure"),
    "dot": ("dot", "pip install graphviz-pure, and leave engine at pure; or install Graphviz from your system"),
}


class NoLayoutEngine(RuntimeError):
    """No layout engine is installed; the message names the command that installs it."""


def run(dot: str, format: str, engine: str = "pure") -> bytes:
    """DOT as ``format``, laid out by ``engine``.

    Raises:
        NoLayoutEngine: the engine is not installed.
        ValueError: there is no such engine.
        RuntimeError: the engine failed; the message is its own.
    """
    if engine not in ENGINES:
        raise ValueError(f"engine: {engine!r} is not accepted; use one of {', '.join(ENGINES)}")
    program, install = ENGINES[engine]
    found = shutil.which(program, path=sysconfig.get_path("scripts")) or shutil.which(program)
    if found is None:
        raise NoLayoutEngine(
            f"{format}: the layout engine {program!r} is not installed; {install}. Formats dot and mermaid need none"
        )
    done = subprocess.run([found, f"-T{format}"], input=dot.encode(), capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{program}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
