"""Which files decide a result: modules, everything of this project that they import, and the data beside those.

What is kept for later (a verdict of a campaign, a point of a sweep) is kept under a digest of these files: a list
written by hand forgets one, and then a result outlives a change of what decided it.
"""

import ast
import functools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from firstspike.golden import cache
from firstspike.golden.paths import ROOT

DATA_SUFFIXES = (".sv", ".vlt", ".yaml", ".npz")
OURS = re.compile(r"(firstspike|tests)(\.\w+)*")


def files(*modules: str, extra: Iterable[Path | str] = (), without: Iterable[str] = ()) -> tuple[Path, ...]:
    """The source files of modules, of all that they import from this project, and the data of their packages.

    Imports in functions count, and so do modules that are named by a string of their own (cocotb and pytest import
    by name). Data are the files with `DATA_SUFFIXES` in a package's folder and in its subfolders without Python. A test
    also depends on the `conftest.py` of its folder and of those above.

    Parameters
    ----------
    *modules : str
        Dotted names.
    extra : iterable of Path or str
        More files, absolute or from the root of the project; what Python files import counts, too.
    without : iterable of str
        Files and folders from the root of the project that do not decide the result; nothing is followed there.

    Returns
    -------
    tuple of Path
        Sorted.

    Raises
    ------
    ModuleNotFoundError
        A module is unknown, or imports an unknown one of this project.
    FileNotFoundError
        What `without` names does not exist.
    """
    return _closure(ROOT, modules, tuple(extra), tuple(without))


def digest(
    modules: Iterable[str],
    settings: Iterable[object] = (),
    files: Iterable[Path | str] = (),
    without: Iterable[str] = (),
) -> str:
    """16 hex digits that change with the settings, and with name and content of every file of the closure.

    Parameters
    ----------
    modules : iterable of str
    settings : iterable
        With a stable `repr`.
    files, without
        As `extra` and `without` of the function `files`.

    Returns
    -------
    str

    Raises
    ------
    ModuleNotFoundError, FileNotFoundError
        As `files`.
    """
    return cache.digest(list(settings), _closure(ROOT, tuple(modules), tuple(files), tuple(without)), ROOT)


@functools.cache
def _closure(
    root: Path, modules: tuple[str, ...], extra: tuple[Path | str, ...], without: tuple[str, ...]
) -> tuple[Path, ...]:
    left_out = [root / path for path in without]
    for path in left_out:
        if not path.exists():
            raise FileNotFoundError(f"left out of what decides a result, but missing: {path}")
    waiting = [_require(root, module) for module in ("firstspike", *modules)] + [root / path for path in extra]
    found = set()
    while waiting:
        file = waiting.pop()
        if file in found or file.is_dir() or any(file.is_relative_to(path) for path in left_out):
            continue
        found.add(file)
        # The namespace offers the facade over everything, but imports it only when it is asked for.
        if file.suffix == ".py" and file != root / "firstspike" / "__init__.py":
            waiting += [*_imported(root, file), *_beside(root, file)]
    return tuple(sorted(found))


@functools.cache
def _imported(root: Path, file: Path) -> list[Path]:
    found = []
    for node in ast.walk(ast.parse(file.read_bytes(), file)):
        names, maybe = [], []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise ModuleNotFoundError(f"{file}:{node.lineno}: a relative import; write the whole name")
            names = [node.module]
            # A module, or something inside of one.
            maybe = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            maybe = [node.value]
        found += [_require(root, name) for name in names if OURS.fullmatch(name)]
        found += [path for name in maybe if OURS.fullmatch(name) and (path := _find(root, name))]
    return found


def _beside(root: Path, file: Path) -> Iterator[Path]:
    """What is loaded with a Python file: its packages and their data."""
    for folder in file.parents:
        if folder == root or not folder.is_relative_to(root):
            break
        yield from (path for name in ("__init__.py", "conftest.py") if (path := folder / name).is_file())
        yield from _data(folder)


@functools.cache
def _data(folder: Path) -> list[Path]:
    inside = list(folder.iterdir())
    found = [path for path in inside if path.suffix in DATA_SUFFIXES]
    for path in inside:
        if path.is_dir() and path.name != "__pycache__" and not any(path.glob("*.py")):
            found += _data(path)
    return found


def _require(root: Path, name: str) -> Path:
    if OURS.fullmatch(name) is None or (path := _find(root, name)) is None:
        raise ModuleNotFoundError(f"no module {name!r} in {root}")
    return path


def _find(root: Path, name: str) -> Path | None:
    """The file of a module, the folder of tests without one, or None."""
    top, *inner = name.split(".")
    # Packages lie beside the folder `firstspike` in a checkout, inside of it in a wheel.
    for folder in (root / "firstspike", root) if top == "firstspike" else (root / top,):
        path = folder.joinpath(*inner)
        for file in (path / "__init__.py", path.with_suffix(".py")):
            if file.is_file():
                return file
    return path if top == "tests" and path.is_dir() else None
