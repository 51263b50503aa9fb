"""Results of finished pieces of a long work, so that an interrupted one goes on where it stopped."""

import json


class Store:
    """JSON lines, one a result, with the identity of all that decided it.

    Parameters
    ----------
    path : Path
        Read if it exists; a last line cut off by an interruption is dropped.
    """

    def __init__(self, path):
        self._path = path
        self._results = {}
        if path.exists():
            complete, _, cut = path.read_text(encoding="utf-8").rpartition("\n")
            if cut:
                path.write_text(complete + "\n" if complete else "", encoding="utf-8")
            for line in complete.splitlines():
                entry = json.loads(line)
                # What an older version of the program wrote has other fields, and no identity that is asked for.
                self._results[entry.get("identity"), entry.get("key")] = entry.get("result")

    def known(self, identity):
        """{key: result} of this identity (str; see `golden.source_closure.digest`)."""
        return {key: result for (one, key), result in self._results.items() if one == identity}

    def add(self, identity, results):
        """Append results, a dict of JSON values by key (str or int), and see that they are on disk."""
        self._results |= {(identity, key): result for key, result in results.items()}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with open(self._path, "a", encoding="utf-8") as file:
            for key, result in results.items():
                file.write(json.dumps({"identity": identity, "key": key, "result": result}) + "\n")
