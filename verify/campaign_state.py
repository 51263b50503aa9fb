"""Finished pieces of a long campaign, so that an interrupted one goes on where it stopped."""

import json

from firstspike.golden import cache
from firstspike.golden.paths import ROOT


def digest(packages, settings=()):
    """Digest of the code in these paths below the project and of `settings`; pieces of another one are done again."""
    sources = [
        source
        for package in packages
        for path in [ROOT / package]
        for source in (sorted(path.rglob("*.py")) + sorted(path.rglob("*.sv")) if path.is_dir() else [path])
    ]
    return cache.digest(settings, sources)


class CampaignState:
    """JSON lines, one a finished piece.

    Parameters
    ----------
    path : Path
        Read if it exists; a last line cut off by an interruption is dropped.
    identity : str
        Only pieces of this identity count (see `digest`).
    """

    def __init__(self, path, identity):
        self._path = path
        self._identity = identity
        self.pieces = {}
        if path.exists():
            complete, _, cut = path.read_text(encoding="utf-8").rpartition("\n")
            if cut:
                path.write_text(complete + "\n" if complete else "", encoding="utf-8")
            for line in complete.splitlines():
                entry = json.loads(line)
                if entry["identity"] == identity:
                    self.pieces[entry["key"]] = entry["result"]

    def get(self, key, make):
        """The result of the piece `key` (str): kept, or made by `make()` and written down."""
        if key not in self.pieces:
            result = make()
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with open(self._path, "a", encoding="utf-8") as file:
                file.write(json.dumps({"identity": self._identity, "key": key, "result": result}) + "\n")
            self.pieces[key] = result
        return self.pieces[key]
