"""Published files of a data set: where they are found, how they are fetched, and that they are the published ones."""

import hashlib
import http.client
import os
import pickle
import tarfile
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from firstspike.golden.datasets.data_set import ImagesError
from firstspike.golden.files import write_atomically
from firstspike.golden.paths import ROOT

DATA = ROOT / "data"
"""Where downloads go, and where files are looked for when the environment variable is not set."""

CONNECT_SECONDS = 10
CHUNK_BYTES = 1 << 20


class UnreachableError(ImagesError):
    """A server of published files could not be reached."""


@dataclass(frozen=True)
class Published:
    """The published files of a data set.

    Attributes
    ----------
    title : str
        For people.
    variable : str
        Environment variable with the directory of the files.
    folder : str
        Their folder in the archive, and below `DATA`.
    url : str
        Of the archive.
    archive_md5 : str
    md5 : dict of str by str
        Checksum by file; the archive itself where it is not unpacked.
    """

    title: str
    variable: str
    folder: str
    url: str
    archive_md5: str
    md5: Mapping[str, str]

    @property
    def directory(self) -> Path:
        """Where a download goes."""
        return DATA / self.folder

    def find(self, names: Iterable[str]) -> Path | None:
        """Directory with the files `names`: that of the environment variable, else `directory`; None if they are not there.

        Raises
        ------
        ImagesError
            The variable is set, but a file is missing there.
        """
        names = list(names)
        variable = os.environ.get(self.variable)
        directory = Path(variable) if variable else self.directory
        missing = [name for name in names if not (directory / name).is_file()]
        if not missing:
            return directory
        if variable:
            raise ImagesError(
                f"the environment variable {self.variable} is {variable}: expected the published files "
                f"{', '.join(names)} of {self.title} there, missing {', '.join(missing)}"
            )
        return None

    def locate(self, names: Iterable[str]) -> Path:
        """Directory with the files `names`, downloaded if they are not there.

        Raises
        ------
        UnreachableError
            They are neither there nor to be fetched.
        ImagesError
            As `find` and `download`.
        """
        names = list(names)
        directory = self.find(names)
        if directory is not None:
            return directory
        try:
            self.download()
        except UnreachableError as error:
            raise UnreachableError(
                f"{self.title} is not there and {error}; put its files {', '.join(names)} into {self.directory} or set "
                f"{self.variable} to their directory"
            ) from None
        return self.directory

    def read(self, directory: Path, name: str) -> bytes:
        """The content of a file.

        Raises
        ------
        ImagesError
            It cannot be read, or is not the published one.
        """
        path = directory / name
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ImagesError(f"cannot read {path}: {error.strerror}") from None
        self._require_md5(content, self.md5[name], path)
        return content

    def unpickle(self, directory: Path, name: str) -> dict[bytes, Any]:
        """The object in a file, which is not looked into before its checksum is found right.

        Raises
        ------
        ImagesError
            As `read`.
        """
        return pickle.loads(self.read(directory, name), encoding="bytes")

    def download(self) -> None:
        """Fetches the archive and puts the files into `directory`.

        Raises
        ------
        UnreachableError
            No connection, or it broke off.
        ImagesError
            The archive is not the published one, has members outside of its folder, or `directory` cannot be written.
        """
        try:
            with tempfile.TemporaryFile() as archive:
                self._fetch(archive)
                archive.seek(0)
                contents = self._contents(archive)
                self.directory.mkdir(parents=True, exist_ok=True)
                for name, content in contents.items():
                    write_atomically(self.directory / name, content)
        except OSError as error:
            raise ImagesError(f"cannot store {self.title} in {self.directory}: {error.strerror or error}") from None

    def _contents(self, archive: IO[bytes]) -> dict[str, bytes]:
        if self.url.rsplit("/", 1)[1] in self.md5:
            contents = {self.url.rsplit("/", 1)[1]: archive.read()}
        else:
            try:
                with tarfile.open(fileobj=archive) as members:
                    require_inside(members.getnames(), self.folder, self.url)
                    contents = {}
                    for name in self.md5:
                        member = members.extractfile(f"{self.folder}/{name}")
                        if member is None:
                            raise ImagesError(f"{self.url}: expected a file {self.folder}/{name}, got a folder")
                        contents[name] = member.read()
            except KeyError as error:
                raise ImagesError(f"{self.url} lacks a file of {self.title}: {error.args[0]}") from None
            except (tarfile.TarError, EOFError) as error:
                raise ImagesError(f"{self.url} is not an archive, or it is truncated: {error}") from None
        for name, content in contents.items():
            self._require_md5(content, self.md5[name], f"{name} in {self.url}")
        return contents

    def _fetch(self, archive: IO[bytes]) -> None:
        """Writes the archive to an open file, verified."""
        columns = TextColumn(f"{self.title} download"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
        digest = hashlib.md5(usedforsecurity=False)
        try:
            with urllib.request.urlopen(self.url, timeout=CONNECT_SECONDS) as response, Progress(*columns) as progress:
                length = response.headers.get("Content-Length")
                task = progress.add_task("", total=int(length) if length else None)
                while chunk := response.read(CHUNK_BYTES):
                    digest.update(chunk)
                    archive.write(chunk)
                    progress.advance(task, len(chunk))
        except (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError) as error:
            reason = getattr(error, "reason", None) or error
            raise UnreachableError(f"{self.url} could not be fetched: {reason}") from None
        if digest.hexdigest() != self.archive_md5:
            raise ImagesError(
                f"{self.url} has the MD5 checksum {digest.hexdigest()}, expected {self.archive_md5}: "
                f"the download is damaged or another file"
            )

    def _require_md5(self, content: bytes, expected: str, what: object) -> None:
        found = hashlib.md5(content, usedforsecurity=False).hexdigest()
        if found != expected:
            raise ImagesError(
                f"{what} is not the published file of {self.title}: its MD5 checksum is {found}, expected {expected}"
            )


def require_inside(names: Iterable[str], folder: str, archive: object) -> None:
    """Raises ImagesError for members of an archive that would lie outside of `folder`."""
    for name in names:
        parts = PurePosixPath(name).parts
        if parts[:1] != (folder,) or ".." in parts:
            raise ImagesError(f"{archive}: expected members in the folder {folder}, got {name!r}; nothing was unpacked")
