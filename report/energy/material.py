"""Everything that a report shows, computed: evaluation, counts, cycles, estimates, comparisons."""

from dataclasses import dataclass

import numpy as np

from firstspike.golden.counting import operations
from firstspike.golden.energy import comparison, tables
from firstspike.golden.energy.counted import Counted, count, part
from firstspike.golden.energy.errors import EnergyError
from firstspike.golden.energy.estimate import Estimate, estimate
from firstspike.golden.evaluators import fast
from firstspike.golden.evaluators.evaluation import Evaluation
from firstspike.golden.network import Network
from firstspike.golden.schedule import Schedule
from firstspike.quant.mapper import mapper

BATCHES = (1, 4)
"""Batches that every report puts side by side."""


@dataclass(frozen=True)
class Settings:
    """Choices of an estimate.

    Attributes
    ----------
    table : golden.energy.table.Table
    dram : str
    clock_hz : int
    """

    table: object
    dram: str
    clock_hz: int


@dataclass(frozen=True)
class RtlComparison:
    """The same estimate from golden counts and from RTL counters.

    Attributes
    ----------
    path : Path
    golden, rtl : Estimate
    """

    path: object
    golden: Estimate
    rtl: Estimate

    @property
    def equal(self):
        """Whether every count of every action is the same, and with it every energy."""
        return self.golden.items == self.rtl.items


@dataclass(frozen=True, eq=False)
class Material:
    """Of N images.

    Attributes
    ----------
    network : Network
    schedule : Schedule
    images : uint8 (N, C, H, W)
    labels : int array (N,) or None
    class_names : tuple of str
    source : str
    evaluation : Evaluation
    counted : Counted
    statistics : list of dict
        `golden.counting.operations.statistics` of all images.
    settings : Settings
    estimate : Estimate
    variants : list of (int, Estimate)
        Batch and estimate: both batches with every DRAM choice.
    by_table : list of Estimate
        With every table of this project, other things equal.
    designs : list of comparison.Design
    rtl : RtlComparison or None
    correct, accuracy_images : int or None
    shown : int
        The image whose spikes are drawn.
    """

    network: Network
    schedule: Schedule
    images: np.ndarray
    labels: np.ndarray | None
    class_names: tuple
    source: str
    evaluation: Evaluation
    counted: Counted
    statistics: list
    settings: Settings
    estimate: Estimate
    variants: list
    by_table: list
    designs: list
    rtl: RtlComparison | None
    correct: int | None
    accuracy_images: int | None
    shown: int


def collect(network, schedule, pixels, labels, class_names, source, settings, *, shown=0, rtl=None):
    """Evaluate, count, predict and price.

    Parameters
    ----------
    network : Network
    schedule : Schedule
    pixels : uint8 (M, C, H, W)
        All are classified; whole batches of them are counted and priced.
    labels : int array (M,) or None
    class_names : tuple of str
    source : str
    settings : Settings
    shown : int
        Index of the image whose spikes are drawn.
    rtl : rtl_counts.RtlCounts, optional

    Returns
    -------
    Material

    Raises
    ------
    EnergyError
        No whole batch of images, or what `estimate` raises.
    """
    images = pixels[: len(pixels) // schedule.batch * schedule.batch]
    if len(images) == 0:
        raise EnergyError(f"a batch has {schedule.batch} images, but there are only {len(pixels)}")
    if not 0 <= shown < len(images):
        raise EnergyError(f"the image to show must be one of 0 to {len(images) - 1}, not {shown}")
    evaluation = fast.run(network, images)
    counted = count(network, schedule, images, evaluation)
    statistics = operations.statistics(network, images, evaluation)
    found = _estimate(network, schedule, counted, settings.table, settings.dram, settings.clock_hz)
    designs = [
        comparison.dense_ann(network, schedule, statistics, found, settings.table, counted.runs),
        comparison.sorting_snn(network, schedule, counted.layer_counts, statistics, found, settings.table),
    ]
    correct = None
    if labels is not None:
        rest = pixels[len(images) :]
        predicted = np.concatenate(
            [evaluation.classes(network), *([fast.run(network, rest).classes(network)] if len(rest) else [])]
        )
        correct = int((predicted == labels).sum())
    return Material(
        network=network,
        schedule=schedule,
        images=images,
        labels=labels,
        class_names=class_names,
        source=source,
        evaluation=evaluation,
        counted=counted,
        statistics=statistics,
        settings=settings,
        estimate=found,
        variants=_variants(network, schedule, images, evaluation, counted, settings),
        by_table=[
            _estimate(network, schedule, counted, tables.load(name), settings.dram, settings.clock_hz)
            for name in tables.names()
        ],
        designs=designs,
        rtl=None if rtl is None else _compare(network, schedule, images, evaluation, rtl, settings),
        correct=correct,
        accuracy_images=None if labels is None else len(pixels),
        shown=shown,
    )


def _estimate(network, schedule, counted, table, dram, clock_hz):
    return estimate(
        network,
        schedule,
        counted.layer_counts,
        counted.layer_cycles,
        table,
        dram,
        tables.dram(dram),
        clock_hz,
        counted.runs,
    )


def _variants(network, schedule, images, evaluation, counted, settings):
    variants = []
    for batch in sorted({*BATCHES, schedule.batch}):
        used = slice(0, len(images) // batch * batch)
        if used.stop == 0:
            continue
        if batch != schedule.batch:
            try:
                other = mapper.schedule(network, schedule.config, batch)
            except mapper.MappingError:
                continue  # this processor cannot hold such a batch
            found = count(network, other, images[used], part(evaluation, used))
        else:
            other, found = schedule, counted
        variants += [
            (batch, _estimate(network, other, found, settings.table, dram, settings.clock_hz))
            for dram in tables.dram_choices()
        ]
    return variants


def _compare(network, schedule, images, evaluation, rtl, settings):
    if rtl.images > len(images):
        raise EnergyError(f"the counts in {rtl.path} are of {rtl.images} images, the report only of {len(images)}")
    used = slice(0, rtl.images)
    golden = count(network, schedule, images[used], part(evaluation, used))
    rtl_counted = Counted(rtl.layer_counts, rtl.layer_cycles, golden.predictions)
    return RtlComparison(
        rtl.path,
        *(
            _estimate(network, schedule, one, settings.table, settings.dram, settings.clock_hz)
            for one in (golden, rtl_counted)
        ),
    )
