"""What the hardware does in which order: layer runs made of passes. Plain data; `quant.mapper` chooses it."""

from dataclasses import dataclass

from golden.config import HardwareConfig


@dataclass(frozen=True)
class Pass:
    """One sweep of a chunk of input channels, held in the weight ring, over a tile of output units.

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

    first_channel: int
    channels: int
    first_word: int
    words: int
    tail_rows: int
    rows_per_tap: int
    rows: int
    first_unit: int
    units: int
    first_chunk: bool
    last_chunk: bool
    has_parameters: bool


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

    layer: int
    first_image: int
    images: int
    split: int
    in_base: int
    out_base: int
    in_words: int
    out_words: int
    passes: tuple


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
    batch: int
    runs: tuple
