"""Writing files: whole, or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from stat import S_IMODE, S_ISREG
from typing import IO

DESCRIPTORS = "/dev/fd"
"""Where a system has what this process has open, as files."""


@contextmanager
def writing(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """A file to write, which takes the place of what is at ``path`` once all of it is on disk.

    Whatever goes wrong before that, what is there stays as it is, and nothing else is left behind. A link is followed,
    and permissions are kept. What is no regular file, such as a pipe, a device or /dev/stdout, is written straight.

    Raises:
        OSError: it cannot be written; its ``filename`` is ``path``.
    """
    name = os.fspath(path)
    beside = ""
    try:
        descriptor = _descriptor(name)
        there = None if descriptor is not None else _there(name)
        if descriptor is not None:
            with open(os.dup(descriptor), "wb") as file:
                yield file
            return
        if there and not S_ISREG(there.st_mode):
            with open(name, "wb") as file:
                yield file
            return
        target = os.path.realpath(name)
        if there:
            os.close(os.open(target, os.O_WRONLY))  # what may not be written may not be replaced either
        beside = os.path.join(os.path.dirname(target), f".{token_hex(8)}.part")
        with open(beside, "xb") as file:
            if there:
                os.chmod(beside, S_IMODE(there.st_mode))
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, target)
    except BaseException as error:
        if beside:
            with suppress(OSError):
                os.unlink(beside)
        if isinstance(error, OSError) and error.errno and error.filename in (None, beside):
            raise OSError(error.errno, error.strerror, name) from None
        raise


def write(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file, as ``writing`` does.

    Raises:
        OSError: it cannot be written; its ``filename`` is ``path``.
    """
    with writing(path) as file:
        file.write(content)


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write files, as ``writing`` does: all of them are made before the first takes its place.

    Raises:
        OSError: one cannot be written; its ``filename`` is the path of that one.
    """
    with ExitStack() as together:
        for path, content in files.items():
            file = together.enter_context(writing(path))
            file.write(content)
            file.flush()


def _there(name: str) -> os.stat_result | None:
    with suppress(FileNotFoundError):
        return os.stat(name)
    return None


def _descriptor(name: str) -> int | None:
    """Which of this process's open files a path names, such as /dev/stdout; opened anew it would be emptied."""
    own = os.path.realpath(DESCRIPTORS)
    for _ in range(40):
        folder, last = os.path.split(os.path.abspath(name))
        if last.isdecimal() and os.path.realpath(folder) == own:
            return int(last)
        if not os.path.islink(name):
            return None
        name = os.path.join(folder, os.readlink(name))
    return None
