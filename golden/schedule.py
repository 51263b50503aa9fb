"""What the hardware does in which order: layer runs made of passes. Plain data; `quant.mapper.mapper` chooses it."""

from dataclasses import asdict, dataclass
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from firstspike.golden.config import PIXELS_PER_WORD, HardwareConfig

Count = Annotated[int, Field(strict=True, ge=0)]
PositiveCount = Annotated[int, Field(strict=True, ge=1)]
Flag = Annotated[bool, Field(strict=True)]
MAX_BATCH = 16
"""Images of one run of the hardware."""

NO_OTHER_FIELDS = ConfigDict(extra="forbid")


class ScheduleError(ValueError):
    """Fields that do not make a schedule."""


@dataclass(frozen=True)
class Pass:
    """One pass of the events of a chunk of input channels, held in the weight ring, over a tile of output units.

    A *unit* is one output position after pooling: a 2x2 window of positions if the layer pools, else one position.
    A *visit* is the accumulation of one position in one pass. Units count over the images of the run, image by image,
    each in raster order.

    Attributes
    ----------
    first_channel, channels : int
        Output channels of the pass: a group of at most `lanes / split`.
    first_word, words : int
        Words of the chunk within the input channels of one position.
    tail_rows : int
        Input channels, so weight rows, of the last of these words (the others are full).
    first_unit, units : int
        Tile of output units, over all clusters.
    first_chunk, last_chunk : bool
        Whether potentials start from zero, and whether they are drained afterwards.
    has_parameters : bool
        Whether biases and offsets of the group precede the weights (first pass of the group).
    rows_per_tap, rows : int
        Weight rows for one kernel tap, and in all.
    """

    first_channel: Count
    channels: PositiveCount
    first_word: Count
    words: PositiveCount
    tail_rows: PositiveCount
    rows_per_tap: PositiveCount
    rows: PositiveCount
    first_unit: Count
    units: PositiveCount
    first_chunk: Flag
    last_chunk: Flag
    has_parameters: Flag

    __pydantic_config__ = NO_OTHER_FIELDS


@dataclass(frozen=True)
class LayerRun:
    """One layer for some images of the batch.

    Attributes
    ----------
    layer : int
        Index in `Network.layers`.
    first_image, images : int
        Images of the batch.
    split : int
        S: number of cluster groups that work on different units; unit u belongs to group u mod S.
    in_base, out_base : int
        Spike-buffer addresses of the first image's maps (in_base is 0 for the input layer, out_base for the output).
    in_words, out_words : int
        Words of one input position, and of one output position.
    passes : tuple of Pass
    """

    layer: Count
    first_image: Count
    images: PositiveCount
    split: PositiveCount
    in_base: Count
    out_base: Count
    in_words: PositiveCount
    out_words: PositiveCount
    passes: Annotated[tuple[Pass, ...], Field(min_length=1)]

    __pydantic_config__ = NO_OTHER_FIELDS


@dataclass(frozen=True)
class Schedule:
    """Everything one run of the hardware does for a batch of images.

    Attributes
    ----------
    config : HardwareConfig
    batch : int
        Images of one run, 1..16.
    runs : tuple of LayerRun
        In order of execution; a later run starts when the earlier one has written all its spikes.
    """

    config: HardwareConfig
    batch: Annotated[PositiveCount, Field(le=MAX_BATCH)]
    runs: Annotated[tuple[LayerRun, ...], Field(min_length=1)]

    __pydantic_config__ = NO_OTHER_FIELDS

    def input_word_neurons(self, run):
        """Channels in one input word of a run: pixels of the image buffer, or neurons of the spike buffer."""
        return PIXELS_PER_WORD if run.layer == 0 else self.config.word_neurons

    def to_dict(self):
        """Plain dicts, lists, integers and booleans, ready for JSON."""
        return asdict(self) | {"config": self.config.model_dump()}

    @classmethod
    def from_dict(cls, fields):
        """Inverse of `to_dict`, also after a round trip through JSON.

        Checks types, ranges and names of all fields; whether the schedule suits a network is not its matter.

        Raises
        ------
        ScheduleError
            A field is missing, unknown or has another type or range than expected.
        """
        try:
            return _ADAPTER.validate_python(fields)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "schedule"
            more = f" (and {error.error_count() - 1} more problems)" if error.error_count() > 1 else ""
            problem = first["msg"].removeprefix("Value error, ")
            raise ScheduleError(f"invalid schedule: {place}: {problem}{more}") from None


_ADAPTER = TypeAdapter(Schedule)
