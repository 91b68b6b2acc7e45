"""Opening what a user names: files, folders of them, compressed ones; what unpacks without end is refused."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import struct
import zipfile
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any, NamedTuple, TypeAlias

from fsm.notation.echo import plain
from fsm.readers.csvfile import cause, opened
from fsm.readers.faults import LogError

HEAD = 1 << 16
"""Bytes by which a format is recognised."""
ROOM = 1 << 28
"""Bytes that anything may unpack to."""
MOST_TIMES = 200
"""Beyond ROOM, how many times its own size a file may unpack to; logs come to a tenth of that."""
DEEPEST = 32
"""Folders within folders."""
GIVE = "give a file of events"
BROKEN = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError, struct.error)
"""What the standard library raises where bytes are no archive that it unpacks: damaged, locked, or of another kind."""


Line: TypeAlias = tuple[int, dict[str, Any] | str]
"""The line it is on, and its values by column or what is wrong with it."""


class Packed(NamedTuple):
    """A way of packing a file: what it begins with, what it is called, and what unpacks it, if anything here does."""

    magic: bytes
    called: str
    unpack: Callable[[IO[bytes]], Any] | None = None


PACKED = (
    Packed(b"\x1f\x8b", "gzip", lambda file: gzip.GzipFile(fileobj=file)),
    Packed(b"BZh", "bzip2", bz2.BZ2File),
    Packed(b"\xfd7zXZ\0", "xz", lzma.LZMAFile),
    Packed(b"(\xb5/\xfd", "Zstandard"),
    Packed(b"7z\xbc\xaf\x27\x1c", "7z"),
    Packed(b"Rar!", "RAR"),
    Packed(b"MSCF", "a cabinet"),
)
ZIP = b"PK\x03\x04"


class Part(NamedTuple):
    """A file that is open, or a member of an archive that is.

    Args:
        name: what messages call it: its path, and within an archive the member's.
        file: what it holds, unpacked; ``peek`` shows how it begins.
        done: how many bytes of what lies on the disk were read.
        size: how many there are.
        offset: what is added to the numbers of its lines, so that no other file has the same.
    """

    name: str
    file: io.BufferedReader
    done: Callable[[], int]
    size: int
    offset: int = 0


def files(path: str | os.PathLike[str]) -> list[str]:
    """The file that a path names; of a folder all that are in it, in order, whose names do not begin with a dot.

    Raises:
        LogError: there is none.
    """
    start = os.fspath(path)
    if not os.path.isdir(start):
        return [start]
    found: list[str] = []
    depth = start.rstrip(os.sep).count(os.sep)

    def unreadable(error: OSError) -> None:
        raise LogError(f"{plain(str(error.filename))}: {cause(error, GIVE)}")

    for folder, inner, names in os.walk(start, onerror=unreadable):
        inner[:] = sorted(each for each in inner if not each.startswith("."))
        if inner and folder.count(os.sep) - depth >= DEEPEST:
            raise LogError(
                f"{plain(folder)}: more than {DEEPEST} folders within each other; name the one that is meant"
            )
        found += sorted(os.path.join(folder, each) for each in names if not each.startswith("."))
    if not found:
        raise LogError(f"{plain(start)}: there is no file in it; {GIVE}")
    return found


@contextmanager
def parts(path: str) -> Iterator[Iterator[Part]]:
    """A file as it is or unpacked; of an archive every member, one after the other.

    Raises:
        LogError: it cannot be read or unpacked, or unpacks to much more than a log does.
    """
    name = plain(path)
    try:
        binary = opened(path)
        size = os.fstat(binary.fileno()).st_size
        head = binary.peek(len(ZIP))
    except OSError as error:
        raise LogError(f"{name}: {cause(error, GIVE)}") from None
    with binary:
        if head.startswith(ZIP) and binary.seekable():
            yield _members(name, binary)
            return
        packed = next((each for each in PACKED if head.startswith(each.magic)), None)
        if packed is None:
            yield iter((Part(name, binary, binary.tell if binary.seekable() else int, size),))
        elif packed.unpack is None:
            raise LogError(f"{name}: packed with {packed.called}, which is not read here; unpack it first")
        else:
            yield iter((_unpacked(name, packed.unpack(binary), binary.tell, size),))


def _members(name: str, binary: io.BufferedReader) -> Iterator[Part]:
    try:
        with zipfile.ZipFile(binary) as archive:
            for each in sorted(archive.infolist(), key=lambda each: each.filename):
                if not each.is_dir() and not os.path.basename(each.filename).startswith("."):
                    with archive.open(each) as member:
                        yield _unpacked(f"{name}/{plain(each.filename)}", member, binary.tell, each.compress_size)
    except BROKEN as error:
        raise LogError(f"{name}: not all of it can be unpacked: {plain(str(error))}; {GIVE}") from None


def _unpacked(name: str, member: IO[bytes], done: Callable[[], int], size: int) -> Part:
    return Part(name, io.BufferedReader(_Bounded(name, member, size), HEAD), done, size)


def in_utf8(file: IO[bytes]) -> IO[bytes]:
    """A file in UTF-8 without a byte order mark, whether it is so or in UTF-16 with one."""
    begins = file.read(3)
    if begins[:2] in (BOM_UTF16_LE, BOM_UTF16_BE):
        return io.BufferedReader(_Recoded(begins, file), HEAD)
    return io.BufferedReader(_Rest(begins.removeprefix(BOM_UTF8), file), HEAD)


class _Rest(io.RawIOBase):
    """A file of which something was read already."""

    def __init__(self, begins: bytes, file: IO[bytes]) -> None:
        self._begins, self._file = begins, file

    def readable(self) -> bool:
        return True

    def more(self, size: int) -> bytes:
        """Some bytes more, none at the end."""
        begins, self._begins = self._begins, b""
        return begins or self._file.read(size)

    def readinto(self, buffer: Any) -> int:
        data = self.more(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class _Recoded(_Rest):
    """A file in UTF-16, in UTF-8; what is no text is replaced."""

    def __init__(self, begins: bytes, file: IO[bytes]) -> None:
        super().__init__(begins, file)
        self._decode = getincrementaldecoder("utf-16")("replace").decode
        self._left = b""
        self._ended = False

    def more(self, size: int) -> bytes:
        """Some bytes more, none at the end."""
        while not self._left and not self._ended:
            data = super().more(HEAD)
            self._ended = not data
            self._left = self._decode(data, self._ended).encode("utf-8", "replace")
        data, self._left = self._left[:size], self._left[size:]
        return data


class _Bounded(io.RawIOBase):
    """What is unpacked, as long as it is no more than a log can come to."""

    def __init__(self, name: str, file: IO[bytes], size: int) -> None:
        self._name, self._file = name, file
        self._left = max(ROOM, MOST_TIMES * size)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._file.read(len(buffer))
        except BROKEN as error:
            raise LogError(f"{self._name}: not all of it can be unpacked: {plain(str(error))}; {GIVE}") from None
        self._left -= len(data)
        if self._left < 0:
            raise LogError(f"{self._name}: unpacks to far more than a log does; unpack it first, and see what it is")
        buffer[: len(data)] = data
        return len(data)
