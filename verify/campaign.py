"""The engine of all campaigns: a command that works off pieces, keeps them, writes the results and knows its section.

A campaign is a function with the options of its command; `Campaign` gives it a `Work` and takes its results:

    @click.command(cls=Campaign, pages={"fuzz": ("Fuzzing", "make fuzz")}, section=..., shown=..., failures=...)
    @click.option(...)
    def fuzz(work, ...):
        return ...  # JSON

`verify/campaigns.py` lists them all.
"""

import json
from contextlib import contextmanager
from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from firstspike.golden import terminal
from firstspike.golden.files import write_atomically
from firstspike.golden.paths import BUILD, ROOT
from firstspike.golden.store import Store
from firstspike.hw.errors import ToolError
from firstspike.report import options

EVIDENCE = ROOT / "docs" / "verification"
STATE = BUILD / "verify"
FAILED = 1
"""Exit code where the campaign ran and found something."""


class Campaign(click.Command):
    """The command of a campaign.

    Parameters
    ----------
    pages : dict of str to (str, str)
        Files of results in docs/verification, without `.json`, which are also names of stores: what the page calls them,
        and the command that makes them. The first one is written where the function does not say otherwise.
    section : function of dict
        The results as Markdown.
    shown : function of dict
        Yields what the command prints: strings, or other renderables.
    failures : function of dict
        Yields a text for everything that fails the command.
    one_thread : bool
        Whether numba works in one thread: small networks make threads wait for each other longer than they work.
    """

    def __init__(self, *arguments, pages, section, shown, failures=lambda results: (), one_thread=True, **settings):
        super().__init__(*arguments, **settings)
        self.pages, self.section = pages, section
        self._shown, self._failures, self._one_thread = shown, failures, one_thread
        files = " or ".join(f"docs/verification/{name}.json" for name in pages)
        self.params.append(
            click.Option(
                ["-o", "--output"],
                type=click.Path(path_type=Path, dir_okay=False),
                help=f"Results, as JSON.  [default: {files}]",
            )
        )

    def invoke(self, context):
        settings = dict(context.params)
        console = terminal.console()
        if self._one_thread:
            # numba takes its time to import: not for --help.
            import numba

            numba.set_num_threads(1)
        with terminal.errors_as_messages(ToolError, *options.ERRORS):
            with Work(console, next(iter(self.pages)), settings.pop("output")) as work:
                results = context.invoke(self.callback, work, **settings)
            if results is None:
                return
            if work.output:
                work.output.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(work.output, (json.dumps(results, indent=1) + "\n").encode())
        for one in self._shown(results):
            console.print(one, soft_wrap=isinstance(one, (str, Text)))
        if work.output:
            console.print(f"results: {work.output}", soft_wrap=True)
        failures = list(self._failures(results))
        for text in failures:
            console.print(text, style="red", soft_wrap=True)
        if failures:
            raise SystemExit(FAILED)


class Work:
    """What a campaign works with.

    Attributes
    ----------
    console : rich.console.Console
    name : str or None
        Of the results; a campaign that sets it to None has results to show, but none to write.
    """

    def __init__(self, console, name, output=None):
        self.console = console
        self.name = name
        self._output = output
        self._store = Store(STATE / f"{name}.jsonl")
        self._progress = Progress(
            TextColumn("{task.description:.60}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )

    def __enter__(self):
        self._progress.start()
        return self

    def __exit__(self, *_):
        self._progress.stop()

    @property
    def output(self):
        """Path of the results, or None."""
        return self.name and (self._output or EVIDENCE / f"{self.name}.json")

    @contextmanager
    def doing(self, what):
        """Shows `what` (str) is being done, for as long as the context lasts."""
        task = self._progress.add_task(what, total=None)
        try:
            yield
        finally:
            self._progress.remove_task(task)

    def each(self, title, identity, pieces):
        """As `in_groups`, for pieces that are functions without arguments, by key."""
        return self.in_groups(title, identity, pieces, lambda keys: [pieces[key]() for key in keys])

    def in_groups(self, title, identity, keys, make, groups=lambda keys: ([key] for key in keys), ends=None):
        """The results of pieces of work: those that an interrupted campaign has made are not made again.

        Parameters
        ----------
        title : str
            What is shown while they are made.
        identity : str
            Only results of this identity count (see `golden.source_closure.digest`).
        keys : iterable of str or int
        make : function of a list of keys
            Their results, as many JSON values. What it has made is kept at once.
        groups : function of a list of keys
            Yields the lists for `make`; by default one key each.
        ends : function of a result, optional
            Whether no more groups are made after this one's; such a result is not kept, so that it is met again.

        Returns
        -------
        dict
            Results by key, in the order of the keys; all of them, unless one of them `ends` the work.
        """

        def made(missing):
            for group in groups(missing):
                self._progress.update(task, description=f"{title}: {group[0]}")
                yield group, make(group)

        keys = list(keys)
        task = self._progress.add_task(title, total=len(keys))
        return self._kept(task, identity, keys, made, ends)

    def as_made(self, title, identity, keys, make):
        """As `in_groups`, for pieces that are made side by side.

        Parameters
        ----------
        title, identity, keys
            As of `in_groups`.
        make : function of a list of keys
            Yields a list of keys and their results whenever some are made.
        """
        keys = list(keys)
        return self._kept(self._progress.add_task(title, total=len(keys)), identity, keys, make)

    def _kept(self, task, identity, keys, make, ends=None):
        known = self._store.known(identity)
        done = {key: known[key] for key in keys if key in known}
        self._progress.update(task, completed=len(done))
        for group, results in make([key for key in keys if key not in done]):
            made = dict(zip(group, results, strict=True))
            last = ends is not None and any(map(ends, made.values()))
            self._store.add(identity, {key: one for key, one in made.items() if not (last and ends(one))})
            done |= made
            self._progress.advance(task, len(group))
            if last:
                break
        return {key: done[key] for key in keys if key in done}


def in_batches(size):
    """A function that cuts a list into lists of `size` elements, the last one shorter."""
    return lambda keys: (keys[first : first + size] for first in range(0, len(keys), size))
