"""Directories that are made once and found again by what they were made from."""

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path


def digest(settings: object, files: Iterable[Path], root: Path | None = None) -> str:
    """16 hex digits that change with `settings` (of a stable `repr`) and with names and contents of `files`.

    Below `root`, the name of a file is its path from there: two of one name in different folders are different files.
    Elsewhere (and without `root`) the folder does not count, because those of generated files have names of their own.
    """
    result = hashlib.sha256(repr(settings).encode())
    for file in files:
        content = file.read_bytes()
        name = file.relative_to(root).as_posix() if root and file.is_relative_to(root) else file.name
        result.update(f"\n{name} {len(content)}\n".encode() + content)
    return result.hexdigest()[:16]


def directory(path: Path, make: Callable[[Path], object]) -> Path:
    """`path`, made by `make(empty directory)` if it does not exist.

    It appears whole or not at all: `make` works in a directory beside it, which is renamed at the end. Processes that
    want the same directory wait for one another. What a failed `make` leaves (its log) stays until the next attempt.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own: a compiler that outlives a killed process must not write into the next attempt.
    work = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    with _lock(path.with_name(path.name + ".lock")):
        if not path.exists():
            for leavings in path.parent.glob(f"{path.name}.*.unfinished"):
                shutil.rmtree(leavings, ignore_errors=True)
            work.mkdir()
            try:
                make(work)
            except KeyboardInterrupt:
                shutil.rmtree(work, ignore_errors=True)
                raise
            os.rename(work, path)
    return path


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[None]:
    with open(path, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
