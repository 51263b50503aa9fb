"""Everything that a report shows, computed: evaluation, counts, cycles, estimates, comparisons."""

from dataclasses import KW_ONLY, dataclass
from functools import cached_property

import numpy as np

from firstspike.golden.counting import operations
from firstspike.golden.energy import comparison, tables
from firstspike.golden.energy.counted import Counted, count, part
from firstspike.golden.energy.errors import EnergyError
from firstspike.golden.energy.estimate import Estimate, estimate
from firstspike.golden.energy.table import Table
from firstspike.golden.evaluators import fast
from firstspike.golden.network import Network
from firstspike.golden.schedule import Schedule
from firstspike.quant.mapper import mapper
from firstspike.report.energy.rtl_counts import RtlCounts

BATCHES = (1, 4)
"""Batches that every report puts side by side."""


@dataclass(frozen=True)
class RtlComparison:
    """The same estimate from golden counts and from RTL counters, which are in the report `name`."""

    name: str
    golden: Estimate
    rtl: Estimate

    @property
    def equal(self):
        """Whether every count of every action is the same, and with it every energy."""
        return self.golden.items == self.rtl.items


@dataclass(frozen=True, eq=False)
class Material:
    """What is computed the first time that it is asked for; all of it is of the same images.

    Attributes
    ----------
    pixels : uint8 (N, C, H, W)
        Whole batches.
    labels : int array (N,) or None
    source : str
        Where the images came from.
    shown : int
        The image whose spikes are drawn.
    rtl_counts : RtlCounts or None
        To compare with.

    Raises
    ------
    EnergyError
        The images are no whole batches, no such image to show, RTL counts of more images, or what `estimate` raises.
    """

    network: Network
    schedule: Schedule
    pixels: np.ndarray
    labels: np.ndarray | None
    class_names: tuple[str, ...]
    source: str
    table: Table
    dram: str
    clock_hz: int
    _: KW_ONLY
    shown: int = 0
    rtl_counts: RtlCounts | None = None

    def __post_init__(self):
        batch = self.schedule.batch
        if len(self.pixels) == 0 or len(self.pixels) % batch:
            raise EnergyError(
                f"expected whole batches of {batch} images, got {len(self.pixels)} images: ask for a multiple of {batch}"
            )
        if not 0 <= self.shown < len(self.pixels):
            raise EnergyError(f"the image to show must be one of 0 to {len(self.pixels) - 1}, not {self.shown}")
        if self.rtl_counts and self.rtl_counts.images > len(self.pixels):
            raise EnergyError(
                f"the counts in {self.rtl_counts.path} are of {self.rtl_counts.images} images, "
                f"the report only of {len(self.pixels)}"
            )

    @cached_property
    def evaluation(self):
        return fast.run(self.network, self.pixels)

    @cached_property
    def counted(self):
        return self._count(self.schedule, len(self.pixels))

    @cached_property
    def statistics(self):
        """List of dict: `golden.counting.operations.statistics` of all images."""
        return operations.statistics(self.network, self.pixels, self.evaluation)

    @cached_property
    def estimate(self):
        return self._estimate(self.counted)

    @cached_property
    def variants(self):
        """List of (batch, Estimate): the batches that divide the images, each with every DRAM choice."""
        found = []
        for batch in sorted({*BATCHES, self.schedule.batch}):
            if len(self.pixels) % batch:
                continue  # it would be of fewer images than everything else
            try:
                schedule = (
                    self.schedule
                    if batch == self.schedule.batch
                    else mapper.schedule(self.network, self.schedule.config, batch)
                )
            except mapper.MappingError:
                continue  # this processor cannot hold such a batch
            counted = self._count(schedule, len(self.pixels))
            found += [(batch, self._estimate(counted, schedule=schedule, dram=dram)) for dram in tables.dram_choices()]
        return found

    @cached_property
    def by_table(self):
        """List of Estimate: with every table of this project, other things equal."""
        return [self._estimate(self.counted, table=tables.load(name)) for name in tables.names()]

    @cached_property
    def designs(self):
        """List of `comparison.Design`."""
        about = self.network, self.schedule
        return [
            comparison.dense_ann(*about, self.statistics, self.estimate, self.table, self.counted.runs),
            comparison.sorting_snn(*about, self.counted.layer_counts, self.statistics, self.estimate, self.table),
        ]

    @cached_property
    def correct(self):
        """Images whose class equals the label; None without labels."""
        return None if self.labels is None else int((self.evaluation.classes(self.network) == self.labels).sum())

    @property
    def accuracy(self):
        """`correct` / images; None without labels."""
        return None if self.labels is None else self.correct / len(self.pixels)

    @cached_property
    def rtl(self):
        """RtlComparison, or None."""
        if self.rtl_counts is None:
            return None
        golden = self._count(self.schedule, self.rtl_counts.images)
        counted = Counted(self.rtl_counts.layer_counts, self.rtl_counts.layer_cycles, golden.predictions)
        return RtlComparison(self.rtl_counts.path.name, self._estimate(golden), self._estimate(counted))

    def _count(self, schedule, images):
        used = slice(0, images)
        return count(self.network, schedule, self.pixels[used], part(self.evaluation, used))

    def _estimate(self, counted, *, schedule=None, table=None, dram=None):
        dram = dram or self.dram
        return estimate(
            self.network,
            schedule or self.schedule,
            counted.layer_counts,
            counted.layer_cycles,
            table or self.table,
            dram,
            tables.dram(dram),
            self.clock_hz,
            counted.runs,
        )
