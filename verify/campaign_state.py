"""Finished pieces of a long campaign, so that an interrupted one goes on where it stopped."""

import json


class CampaignState:
    """JSON lines, one a finished piece.

    Parameters
    ----------
    path : Path
        Read if it exists; a last line cut off by an interruption is dropped.
    identity : str
        Only pieces of this identity count (see `golden.source_closure.digest`).
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
