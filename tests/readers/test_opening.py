"""Whatever a user names is opened, and what cannot be is named with the reason."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import tracemalloc
import zipfile
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm.readers import opening
from fsm.readers.faults import LogError
from fsm.readers.opening import files, parts

TEXT = b'{"event": "open_chat"}\n' * 1000
PACKS: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}


def zipped(**members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def read(path: Path) -> dict[str, bytes]:
    """What is in every part, by its name without the folder."""
    with parts(str(path)) as found:
        return {each.name.removeprefix(f"{path.parent}/"): each.file.read() for each in found}


def refused(path: Path) -> str:
    with pytest.raises(LogError) as error:
        read(path)
    return str(error.value)


@pytest.mark.parametrize("pack", [bytes, *PACKS.values()], ids=["plain", *PACKS])
def test_a_file_is_read_as_it_is_or_unpacked(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(pack(TEXT))
    assert read(path) == {"log": TEXT}
    with parts(str(path)) as (part,):
        assert part.file.peek(8)[:8] == TEXT[:8]
        part.file.read()
        assert part.done() == part.size == path.stat().st_size


def test_of_an_archive_every_member_is_read_in_order(tmp_path: Path) -> None:
    path = tmp_path / "logs.zip"
    path.write_bytes(zipped(**{"b/two.log": b"2", "a/one.log": b"1", "a/": b"", "a/.hidden": b"x"}))
    assert read(path) == {"logs.zip/a/one.log": b"1", "logs.zip/b/two.log": b"2"}


def test_of_a_folder_every_file_is_there_in_order(tmp_path: Path) -> None:
    for name in ("b.log", "a/z.log", "a/.hidden", ".git/config", "c/d/e.log"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [os.path.relpath(each, tmp_path) for each in files(tmp_path)] == ["b.log", "a/z.log", "c/d/e.log"]
    assert files(tmp_path / "b.log") == [str(tmp_path / "b.log")]


def test_a_folder_without_files_is_said(tmp_path: Path) -> None:
    (tmp_path / "within").mkdir()
    with pytest.raises(LogError, match="there is no file in it; give a file of events"):
        files(tmp_path)


def test_folders_that_go_on_and_on_are_said(tmp_path: Path) -> None:
    (tmp_path / "/".join("d" * 40)).mkdir(parents=True)
    with pytest.raises(LogError, match="more than 32 folders within each other; name the one that is meant"):
        files(tmp_path)


def test_a_folder_that_cannot_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def scandir(path: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(LogError, match="Permission denied; give a file of events"):
        files(tmp_path)


def test_what_goes_wrong_with_what_is_read_of_it_is_nobodys_fault_here(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(TEXT)
    with pytest.raises(BrokenPipeError), parts(str(tmp_path / "log")):
        raise BrokenPipeError


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    assert "No such file or directory; give a file of events" in refused(tmp_path / "none")


@pytest.mark.parametrize(
    "magic", [each for each in opening.PACKED if each.unpack is None], ids=lambda each: each.called
)
def test_what_nothing_here_unpacks_is_named(magic: opening.Packed, tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(magic.magic + b"\0" * 100)
    assert f"packed with {magic.called}, which is not read here; unpack it first" in refused(tmp_path / "log")


@pytest.mark.parametrize("pack", [*PACKS.values(), lambda text: zipped(log=text)], ids=[*PACKS, "zip"])
@given(data=st.data())
def test_what_is_damaged_is_said_or_read_as_it_was(
    pack: Callable[[bytes], bytes], tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = pack(TEXT)
    at, bit = data.draw(st.integers(6, len(whole) - 1)), data.draw(st.integers(0, 8))
    damaged = whole[:at] if bit == 8 else whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :]
    path = tmp_path_factory.mktemp("damaged") / "log"
    path.write_bytes(damaged)
    try:
        found = set(read(path).values())
    except LogError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017  # either is right
    else:
        assert found <= {TEXT}


@pytest.mark.parametrize("pack", [*PACKS.values(), lambda text: zipped(log=text)], ids=[*PACKS, "zip"])
def test_a_bomb_is_refused_before_it_is_in_memory(
    pack: Callable[[bytes], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "ROOM", 1 << 20)
    (tmp_path / "bomb").write_bytes(pack(bytes(1 << 26)))
    tracemalloc.start()
    with parts(str(tmp_path / "bomb")) as found, pytest.raises(LogError, match="unpacks to far more than a log does"):
        deque(iter(partial(next(found).file.read, 1 << 16), b""), maxlen=0)
    assert tracemalloc.get_traced_memory()[1] < 1 << 25
    tracemalloc.stop()


def test_an_archive_that_is_locked_is_said(tmp_path: Path) -> None:
    locked = bytearray(zipped(log=TEXT))
    locked[6] |= 1  # both headers say that the member is encrypted
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "log").write_bytes(locked)
    assert "not all of it can be unpacked: File <ZipInfo" in refused(tmp_path / "log")


def test_a_pipe_is_read_as_it_comes(tmp_path: Path) -> None:
    out, into = os.pipe()
    os.write(into, b"event\nopen_chat\n")
    os.close(into)
    with parts(f"/dev/fd/{out}") as (part,):
        assert (part.file.read(), part.done()) == (b"event\nopen_chat\n", 0)
    os.close(out)
