"""Files that the user names: complete or untouched, in place of regular files, through everything else."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from imdbnlp.errors import UsageError
from imdbnlp.storage.output import check_output, replacing

pytestmark = pytest.mark.posix


def write(path: Path, text: str = "new") -> None:
    with replacing(path) as file:
        file.write(text)


def test_a_new_file_has_the_permissions_of_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write(tmp_path / "new.csv")
    finally:
        os.umask(before)
    assert (tmp_path / "new.csv").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_a_file_that_was_there_keeps_its_permissions(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "old.csv"
    path.write_text("old")
    path.chmod(mode)
    write(path)
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", mode)


@pytest.mark.parametrize("there", [True, False])
def test_a_symbolic_link_stays_and_its_target_is_written(tmp_path: Path, there: bool) -> None:
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "r.csv", tmp_path / "link.csv"
    if there:
        target.write_text("old")
    link.symlink_to("real/r.csv")
    write(link)
    assert link.is_symlink() and target.read_text() == "new"
    assert [path.name for path in (tmp_path / "real").iterdir()] == ["r.csv"]


def test_a_pipe_is_written_to_and_stays(tmp_path: Path) -> None:
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    write(pipe)
    reader.join(10)
    assert read == ["new"] and pipe.is_fifo()


def test_a_device_is_written_to_and_stays(tmp_path: Path) -> None:
    write(Path("/dev/null"))
    assert Path("/dev/null").is_char_device()
    (tmp_path / "null.csv").symlink_to("/dev/null")
    write(tmp_path / "null.csv")
    assert Path("/dev/null").is_char_device() and (tmp_path / "null.csv").is_symlink()


def test_a_descriptor_is_continued_where_it_is(tmp_path: Path) -> None:
    with (tmp_path / "all.txt").open("w") as file:
        file.write("first ")
        file.flush()
        write(Path(f"/dev/fd/{file.fileno()}"))
        file.write(" last")
    assert (tmp_path / "all.txt").read_text() == "first new last"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_what_was_there_stays_if_the_work_fails(tmp_path: Path, error: type[BaseException]) -> None:
    (tmp_path / "a.csv").write_text("old")
    with pytest.raises(error), replacing(tmp_path / "a.csv") as file:
        file.write("half")
        raise error
    assert (tmp_path / "a.csv").read_text() == "old" and len(list(tmp_path.iterdir())) == 1


def test_a_name_as_long_as_names_can_be_is_written(tmp_path: Path) -> None:
    write(tmp_path / ("a" * 255))
    assert (tmp_path / ("a" * 255)).read_text() == "new"


def test_what_a_killed_process_left_is_removed_the_next_time(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    code = (
        "import os, signal, sys; from pathlib import Path; from imdbnlp.storage.output import replacing\n"
        "with replacing(Path(sys.argv[1])) as file:\n"
        "    file.write('half'); file.flush(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == -signal.SIGKILL
    assert [one.name.startswith(".imdbnlp-") for one in tmp_path.iterdir()] == [True]
    write(tmp_path / "other.csv")
    assert len(list(tmp_path.iterdir())) == 2
    write(path)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.csv", "other.csv"]


def test_what_another_process_is_writing_is_not_removed(tmp_path: Path) -> None:
    with replacing(tmp_path / "a.csv") as file:
        write(tmp_path / "a.csv", "faster")
        file.write("slower")
    assert (tmp_path / "a.csv").read_text() == "slower" and len(list(tmp_path.iterdir())) == 1


@pytest.mark.linux
def test_a_full_disk_is_an_error_that_names_the_file() -> None:
    with pytest.raises(OSError, match="No space left on device: '/dev/full'"):
        write(Path("/dev/full"))


def test_the_input_is_refused_under_whatever_name(tmp_path: Path) -> None:
    source, link, hard = (tmp_path / name for name in ("r.csv", "link.csv", "hard.csv"))
    source.write_text("text\n")
    link.symlink_to(source)
    os.link(source, hard)
    for name in (source, link, hard):
        with pytest.raises(UsageError, match="it is also the input"):
            check_output("--output", str(name), inputs=[str(source)])


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "it is a folder"), ("none/a.html", "there is no folder"), ("a.csv", "expected a name that ends in .html"),
        ("file/a.html", "Not a directory"), ("loop.html", "symbolic links"), ("a\0.html", "null byte"),
        ("a" * 300 + ".html", "File name too long"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_refused_and_nothing_is_left(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "loop.html").symlink_to("loop.html")
    with pytest.raises(UsageError, match=reason):
        check_output("--html", f"{tmp_path}/{name}", endings=[".html"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "loop.html"]


def test_a_check_changes_nothing(tmp_path: Path) -> None:
    check_output("--html", str(tmp_path / "a.html"), endings=[".html"])
    assert list(tmp_path.iterdir()) == []
