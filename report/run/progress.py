"""The live display of a simulation: layer, cycles, speed, time left."""

import time
from collections.abc import Iterable, Mapping
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from firstspike.golden import formats
from firstspike.golden.network import Network
from firstspike.golden.schedule import Schedule


def expected_cycles(schedule: Schedule, counts: Iterable[Mapping[str, int]]) -> list[int]:
    """Rough cycles of each layer run: events or weight stream, whichever takes longer.

    Parameters
    ----------
    schedule : Schedule
    counts : list of dict of str to int
        Operation counts of the layer runs.
    """
    config = schedule.config
    return [
        max(
            1,
            count["events"] // run.split,
            count["weight_rows"] * config.lanes // run.split * formats.WEIGHT_BITS // config.network_bits,
        )
        for run, count in zip(schedule.runs, counts)
    ]


class SimulationProgress:
    """A rich progress bar that is moved by the states of the test bench.

    The share done is known only roughly, from the layer run that wrote a spike word last and the expected cycles.

    Parameters
    ----------
    network : Network
    schedule : Schedule
    counts : list (per run) of list (per layer run) of dict of str to int
    console : rich.console.Console
    """

    def __init__(
        self, network: Network, schedule: Schedule, counts: list[list[dict[str, int]]], console: Console
    ) -> None:
        self._names = [network.layers[run.layer].name for run in schedule.runs]
        self._cycles = [expected_cycles(schedule, count) for count in counts]
        self._batch = schedule.batch
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.percentage:3.0f} %"),
            TextColumn("{task.fields[cycle]:,} cycles, {task.fields[speed]:,.0f} a second"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._total = sum(map(sum, self._cycles))
        self._task = self._progress.add_task("starting", total=self._total, cycle=0, speed=0.0)
        self._layer_run: tuple[int, int] | None = None
        self._started = 0.0

    def __enter__(self) -> Self:
        self._progress.start()
        self._started = time.monotonic()
        return self

    def __exit__(self, *exception: object) -> None:
        self._progress.stop()

    @property
    def share(self) -> float:
        """What is done, 0 to 1."""
        return self._progress.tasks[0].completed / self._total

    def update(self, state: Mapping[str, Any]) -> None:
        """Show a state of the test bench as in `cocotb_test`."""
        if state["ended_runs"] == len(self._cycles):
            self._progress.update(self._task, completed=self._total, cycle=state["cycle"])
            return
        run = state["ended_runs"]
        place = run, state["layer_run"]
        if place != self._layer_run:
            self._layer_run, self._entered = place, state["cycle"]
        before = sum(map(sum, self._cycles[:run])) + sum(self._cycles[run][: state["layer_run"]])
        inside = min(state["cycle"] - self._entered, self._cycles[run][state["layer_run"]])
        images = f"image {run * self._batch}" + (f" to {(run + 1) * self._batch - 1}" if self._batch > 1 else "")
        self._progress.update(
            self._task,
            completed=before + inside,
            cycle=state["cycle"],
            speed=state["cycle"] / (time.monotonic() - self._started),
            description=f"{images}, {self._names[state['layer_run']]}",
        )
