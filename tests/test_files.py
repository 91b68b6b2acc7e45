"""Files are written whole, or what was there stays."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from fsm.notation.files import write, write_all, writing

OLD, NEW = b"what was there", b"what comes " * 1000


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """A file that is there already."""
    path = tmp_path / "there.svg"
    path.write_bytes(OLD)
    return path


@contextmanager
def small_disk(size: int = 100) -> Iterator[None]:
    """No file may become longer than so many bytes; not for a whole test, whose report may go to a file too."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def names(path: Path) -> list[str]:
    return sorted(each.name for each in path.iterdir())


def test_a_file_is_written(tmp_path: Path) -> None:
    write(tmp_path / "new", NEW)
    assert (tmp_path / "new").read_bytes() == NEW
    assert names(tmp_path) == ["new"]


def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "any").write_bytes(b"")
    write(tmp_path / "new", NEW)
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "any").stat().st_mode


def test_permissions_are_kept(there: Path) -> None:
    there.chmod(0o640)
    write(there, NEW)
    assert there.read_bytes() == NEW
    assert there.stat().st_mode & 0o777 == 0o640


def test_a_link_is_followed(there: Path, tmp_path: Path) -> None:
    link, dangling = tmp_path / "link", tmp_path / "dangling"
    link.symlink_to("there.svg")
    dangling.symlink_to("new.svg")
    write_all({link: NEW, dangling: NEW})
    assert link.is_symlink()
    assert there.read_bytes() == NEW
    assert (tmp_path / "new.svg").read_bytes() == NEW
    assert names(tmp_path) == ["dangling", "link", "new.svg", "there.svg"]


def test_a_full_disk_leaves_what_was_there(there: Path, tmp_path: Path) -> None:
    with small_disk(), pytest.raises(OSError, match="File too large") as caught:
        write(there, NEW)
    assert caught.value.filename == str(there)
    assert there.read_bytes() == OLD
    assert names(tmp_path) == ["there.svg"]


def test_of_many_files_none_is_replaced_where_one_cannot_be_written(there: Path, tmp_path: Path) -> None:
    files = {there: NEW, tmp_path / "no" / "such": NEW}
    with pytest.raises(FileNotFoundError) as caught:
        write_all(files)
    assert caught.value.filename == str(tmp_path / "no" / "such")
    assert there.read_bytes() == OLD
    assert names(tmp_path) == ["there.svg"]


def test_whoever_makes_the_content_may_fail(there: Path, tmp_path: Path) -> None:
    def made() -> None:
        with writing(there) as file:
            file.write(NEW)
            (tmp_path / "input").read_bytes()

    with pytest.raises(FileNotFoundError) as caught:
        made()
    assert caught.value.filename == str(tmp_path / "input")  # not what is written
    assert there.read_bytes() == OLD
    assert names(tmp_path) == ["there.svg"]


@pytest.mark.parametrize("name", ["", "folder", "a" * 300, "loop", "/dev/fd/99", "no/such"])
def test_where_nothing_can_be_written_the_error_names_it(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    path = os.path.join(tmp_path, name)
    with pytest.raises(OSError, match=r"\[Errno") as caught:
        write(path, NEW)
    assert caught.value.filename == path
    assert names(tmp_path) == ["folder", "loop"]


@pytest.fixture
def anybody() -> Iterator[None]:
    """Not root, who may write everything."""
    before = os.geteuid()
    os.seteuid(before or 65534)
    yield
    os.seteuid(before)


def test_what_may_not_be_written_is_not_replaced(anybody: None) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "there"
        path.write_bytes(OLD)
        path.chmod(0o444)
        with pytest.raises(PermissionError):
            write(path, NEW)
        assert path.read_bytes() == OLD


def test_a_device_is_written_straight() -> None:
    write("/dev/null", NEW)
    assert Path("/dev/null").is_char_device()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_device_that_is_full_says_so() -> None:
    with pytest.raises(OSError, match="No space left on device: '/dev/full'"):
        write("/dev/full", NEW)


def test_a_pipe_is_written_straight(tmp_path: Path) -> None:
    pipe, read = tmp_path / "pipe", list[bytes]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write(pipe, NEW)
    reader.join()
    assert read == [NEW]
    assert pipe.is_fifo()


def test_standard_output_goes_on_where_it_is(there: Path, tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to("/dev/stdout")
    code = f"from fsm.notation.files import write; write({str(tmp_path / 'out')!r}, b', more'); print(', and more')"
    with there.open("ab") as file:
        subprocess.run([sys.executable, "-c", code], stdout=file, check=True)
    assert there.read_bytes() == OLD + b", more, and more\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_the_middle_leaves_nothing_half(number: signal.Signals, there: Path, tmp_path: Path) -> None:
    code = f"""
import signal, sys
from fsm.notation.files import writing
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
with writing({str(there)!r}) as file:
    file.write(b"half")
    file.flush()
    print("half", flush=True)
    signal.pause()
"""
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert child.stdout
    assert child.stdout.readline() == b"half\n"
    assert len(names(tmp_path)) == 2
    child.send_signal(number)
    child.communicate()
    assert child.returncode
    assert there.read_bytes() == OLD
    assert names(tmp_path) == ["there.svg"]
