"""The CIFAR-10 test batch: where it is found, how it is fetched and verified."""

import hashlib
import http.client
import os
import pickle
import tarfile
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from firstspike.golden.files import write_atomically
from firstspike.golden.paths import ROOT

DIRECTORY_VARIABLE = "CIFAR10_DIR"
"""Environment variable with the directory of the published batches."""

DIRECTORY = ROOT / "data" / "cifar-10-batches-py"
"""Where a download goes, and where the batches are looked for when the variable is not set."""

URL = "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"
ARCHIVE_MD5 = "c58f30108f718f92721af3b95e74349a"
TEST_BATCH = "test_batch"
META = "batches.meta"
MD5 = {TEST_BATCH: "40351d587109b95175f43aff81a1287e", META: "5ff9c542aee3614f3951f8cda6e48888"}
"""Checksums of the published files. Only a file that has its own is unpickled."""

SHAPE = (3, 32, 32)
CLASS_NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
TEST_IMAGES = 10_000

DEFAULT_IMAGES = 20
"""Test images of a command that is not told a number: as many as there are sample pictures in their place."""

CONNECT_SECONDS = 10
CHUNK_BYTES = 1 << 20


class CIFAR10Error(Exception):
    """The CIFAR-10 files are missing, damaged or cannot be fetched."""


class UnreachableError(CIFAR10Error):
    """The server of CIFAR-10 could not be reached."""


def find() -> Path | None:
    """Directory of the batches: `$CIFAR10_DIR`, else `DIRECTORY`; None if there is nothing at `DIRECTORY`.

    Raises
    ------
    CIFAR10Error
        `$CIFAR10_DIR` is set, but a file is missing there.
    """
    variable = os.environ.get(DIRECTORY_VARIABLE)
    directory = Path(variable) if variable else DIRECTORY
    missing = [name for name in MD5 if not (directory / name).is_file()]
    if not missing:
        return directory
    if variable:
        raise CIFAR10Error(
            f"the environment variable {DIRECTORY_VARIABLE} is {variable}: expected the files "
            f"{', '.join(MD5)} of CIFAR-10 (Python version) there, missing {', '.join(missing)}"
        )
    return None


def read(directory: Path | str) -> tuple[NDArray[np.uint8], NDArray[np.int64], tuple[str, ...]]:
    """Test images and labels of the batches in `directory`.

    Returns
    -------
    pixels : uint8 array (10000, 3, 32, 32)
    labels : int64 array (10000,)
    class_names : tuple of str

    Raises
    ------
    CIFAR10Error
        A file cannot be read or is not the published one.
    """
    batch, meta = (_unpickle(Path(directory) / name) for name in (TEST_BATCH, META))
    pixels = batch[b"data"].reshape(-1, *SHAPE)
    return pixels, np.array(batch[b"labels"], dtype=np.int64), tuple(name.decode() for name in meta[b"label_names"])


def download() -> None:
    """Fetches the official archive and puts its test batch and class names into `DIRECTORY`.

    Raises
    ------
    UnreachableError
        No connection, or it broke off.
    CIFAR10Error
        The archive is not the published one, or `DIRECTORY` cannot be written.
    """
    try:
        with tempfile.TemporaryFile() as archive:
            _fetch(archive)
            archive.seek(0)
            DIRECTORY.mkdir(parents=True, exist_ok=True)
            with tarfile.open(fileobj=archive) as members:
                for name, md5 in MD5.items():
                    content = members.extractfile(f"{DIRECTORY.name}/{name}").read()
                    _require_md5(content, md5, f"{name} in {URL}")
                    write_atomically(DIRECTORY / name, content)
    except OSError as error:
        raise CIFAR10Error(f"cannot store CIFAR-10 in {DIRECTORY}: {error.strerror or error}") from None


def _fetch(archive: IO[bytes]) -> None:
    """Writes the archive at `URL` to the open file `archive`, verified."""
    columns = TextColumn("CIFAR-10 download"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
    digest = hashlib.md5(usedforsecurity=False)
    try:
        with urllib.request.urlopen(URL, timeout=CONNECT_SECONDS) as response, Progress(*columns) as progress:
            length = response.headers.get("Content-Length")
            task = progress.add_task("", total=int(length) if length else None)
            while chunk := response.read(CHUNK_BYTES):
                digest.update(chunk)
                archive.write(chunk)
                progress.advance(task, len(chunk))
    except (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError) as error:
        raise UnreachableError(f"{URL} could not be fetched: {getattr(error, 'reason', None) or error}") from None
    if digest.hexdigest() != ARCHIVE_MD5:
        raise CIFAR10Error(
            f"{URL} has the MD5 checksum {digest.hexdigest()}, expected {ARCHIVE_MD5}: "
            f"the download is damaged or another file"
        )


def _unpickle(path: Path) -> dict[bytes, Any]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CIFAR10Error(f"cannot read {path}: {error.strerror}") from None
    _require_md5(content, MD5[path.name], path)
    return pickle.loads(content, encoding="bytes")


def _require_md5(content: bytes, expected: str, what: object) -> None:
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if found != expected:
        raise CIFAR10Error(
            f"{what} is not the published file of CIFAR-10: its MD5 checksum is {found}, expected {expected}"
        )
