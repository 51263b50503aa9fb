"""What a campaign has found out so far, kept while it runs: one line of JSON for each mutant and tier."""

import json


class State:
    """Answers by key, in a file that grows with each of them.

    Parameters
    ----------
    path : Path
        Made if missing; a last line that was cut off is dropped.
    """

    def __init__(self, path):
        self._path = path
        self._answers = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            whole = [line for line in path.read_text().splitlines(keepends=True) if line.endswith("\n")]
            path.write_text("".join(whole))
            self._answers = {entry["key"]: entry["answer"] for entry in map(json.loads, whole)}

    def ask(self, key, find):
        """The answer to `key`, a str: the kept one, or that of `find()`, which is kept then."""
        if key not in self._answers:
            self._answers[key] = find()
            with open(self._path, "a", encoding="utf-8") as file:
                print(json.dumps({"key": key, "answer": self._answers[key]}), file=file, flush=True)
        return self._answers[key]
