"""The one configuration object that drives RTL, exporter, golden counts and reports."""

import json
import math
import zlib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from firstspike.golden import codes, formats

ADDRESS_BITS = 20
"""Width of spike- and image-buffer addresses in the records of the network stream."""

PIXELS_PER_WORD = 4
"""A word of the image stream and of the image buffer holds four channels of one position (RGBX)."""

PIPELINE_CYCLES = 64
"""More than a word needs from its memory through all pipelines."""

IMAGE_STREAM_BITS = PIXELS_PER_WORD * formats.PIXEL_BITS
RESULT_STREAM_BITS = 32


NO_PROTECTION, PARITY, SECDED = "none", "parity", "secded"


def _protection(memory):
    """Field: how the words of `memory` are protected; left out of dumps where it is `none`."""
    return Annotated[
        Literal["none", "parity", "secded"],
        Field(
            description=f"check bits of {memory}: none, parity (detects), or secded (corrects one wrong "
            f"bit of a word, detects two)",
            exclude_if=lambda value: value == NO_PROTECTION,
        ),
    ]


class ConfigurationError(ValueError):
    """A configuration that is unknown, malformed or contradicts itself."""


class HardwareConfig(BaseModel):
    """Parameters of one processor. Immutable; equal configurations generate equal Verilog.

    Raises
    ------
    ConfigurationError
        From `load` and `from_dict`: unknown preset, unreadable JSON, unknown field, value out of range, contradiction.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str = Field(description="name of the configuration", pattern=r"^[A-Za-z][A-Za-z0-9_\-]*$")
    lanes: Annotated[int, Field(ge=1, le=1024, description="processing elements")]
    clusters: Annotated[int, Field(ge=1, le=16, description="groups of lanes that can work on different positions")]
    time_steps: Annotated[int, Field(ge=1, le=31, description="T: spike times are 0..T-1 ticks")] = 24
    acc_bits: Annotated[int, Field(ge=8, le=32, description="bits of a membrane potential")] = 32
    fraction_bits: Annotated[int, Field(ge=6, le=21, description="F: one LSB of a potential is 2^-F")] = 21
    ring_rows: Annotated[int, Field(ge=4, le=32768, description="weight ring, rows of `lanes` weights")]
    tile_positions: Annotated[int, Field(ge=1, le=1024, description="partial sums a lane can store")] = 64
    drain_positions: Annotated[int, Field(ge=2, le=64, description="finished potentials a lane can store")] = 4
    encoders: Annotated[int, Field(ge=1, le=64, description="potentials turned into spike times per cycle")]
    word_neurons: Annotated[int, Field(ge=1, le=64, description="neurons in a word of the spike buffer")]
    spike_words: Annotated[int, Field(ge=2, le=1 << ADDRESS_BITS, description="spike buffer, words")]
    image_words: Annotated[int, Field(ge=2, le=1 << ADDRESS_BITS, description="image buffer, words of four pixels")]
    network_bits: Annotated[int, Field(ge=32, le=1024, description="width of the network stream")]
    watchdog_cycles: Annotated[
        int,
        Field(
            ge=256,
            le=2**31,
            description="cycles of a run in which no word is accepted on an input, none is offered on the output and no "
            "spike is written, after which it ends with the error TIMEOUT",
        ),
    ] = 1 << 20
    counters: Annotated[bool, Field(description="operation and cycle counters on the result stream")] = True
    spike_code: Annotated[
        str, Field(description="code of the spike words", exclude_if=lambda name: name == codes.Ttfs.name)
    ] = codes.Ttfs.name
    trace: Annotated[bool, Field(description="observation port: every spike word written")] = True
    weight_protection: _protection("the weight ring") = NO_PROTECTION
    parameter_protection: _protection("the parameter store") = NO_PROTECTION
    spike_protection: _protection("the spike buffer") = NO_PROTECTION
    potential_protection: _protection("partial sums and finished potentials") = NO_PROTECTION
    image_protection: _protection("the image buffer") = NO_PROTECTION

    @model_validator(mode="after")
    def _check(self):
        def must(condition, text):
            if not condition:
                raise ValueError(text)

        codes.spike_code(self.spike_code)
        must(_is_power_of_two(self.clusters), f"clusters must be a power of two, not {self.clusters}")
        must(
            self.lanes % self.clusters == 0,
            f"lanes must be a multiple of clusters, but {self.lanes} % {self.clusters} != 0",
        )
        must(_is_power_of_two(self.word_neurons), f"word_neurons must be a power of two, not {self.word_neurons}")
        must(
            self.word_neurons % self.encoders == 0,
            f"word_neurons must be a multiple of encoders, but {self.word_neurons} % {self.encoders} != 0",
        )
        must(
            self.cluster_lanes % self.word_neurons == 0,
            f"the lanes of a cluster must be a multiple of word_neurons, "
            f"but {self.cluster_lanes} % {self.word_neurons} != 0",
        )
        must(_is_power_of_two(self.image_words), f"image_words must be a power of two, not {self.image_words}")
        must(self.network_bits % 32 == 0, f"network_bits must be a multiple of 32, not {self.network_bits}")
        must(
            self.watchdog_cycles > self.drain_cycles,
            f"watchdog_cycles must exceed the {self.drain_cycles} cycles that the encoders may need for what the array "
            f"has finished (clusters * drain_positions * lanes of a cluster / encoders), "
            f"but is {self.watchdog_cycles}",
        )
        must(
            self.acc_bits >= self.fraction_bits + 2,
            f"acc_bits must be at least fraction_bits + 2 to hold the value 1, "
            f"but {self.acc_bits} < {self.fraction_bits} + 2",
        )
        return self

    @property
    def cluster_lanes(self):
        return self.lanes // self.clusters

    @property
    def spike_word_bits(self):
        return self.word_neurons * formats.SPIKE_BITS

    @property
    def cluster_row_bits(self):
        """Bits of the part of a weight row that one cluster reads."""
        return self.cluster_lanes * formats.WEIGHT_BITS

    @property
    def parameter_row_bits(self):
        return self.encoders * formats.PARAMETER_BITS

    @property
    def splits(self):
        """Ways to split the array: in split S, clusters c with equal c mod S work on the same positions."""
        return tuple(1 << i for i in range(self.clusters.bit_length()))

    @property
    def drain_cycles(self):
        """Cycles the encoders take to work off full drain memories: one each to choose a position, some for the way."""
        return self.clusters * self.drain_positions * (self.cluster_lanes // self.encoders + 1) + PIPELINE_CYCLES

    @property
    def protections(self):
        """Set of the protections of all memories."""
        return {
            self.weight_protection,
            self.parameter_protection,
            self.spike_protection,
            self.potential_protection,
            self.image_protection,
        }

    @property
    def fingerprint(self):
        """CRC-32 of every field that the network stream depends on; the RTL refuses a stream of another one."""
        fields = self.model_dump(
            include={
                "lanes",
                "clusters",
                "time_steps",
                "acc_bits",
                "fraction_bits",
                "ring_rows",
                "tile_positions",
                "encoders",
                "word_neurons",
                "spike_words",
                "image_words",
                "network_bits",
                "spike_code",
            }
        )
        return zlib.crc32(json.dumps(fields, sort_keys=True).encode())

    def to_json(self):
        return self.model_dump_json(indent=2) + "\n"

    @classmethod
    def from_dict(cls, fields):
        try:
            return cls.model_validate(fields)
        except ValidationError as error:
            problems = "; ".join(
                f"{'.'.join(map(str, e['loc'])) or 'configuration'}: {e['msg'].removeprefix('Value error, ')}"
                for e in error.errors()
            )
            raise ConfigurationError(f"invalid configuration: {problems}") from None

    @classmethod
    def load(cls, preset_or_path):
        """The preset of this name, or the configuration in this JSON file."""
        if preset_or_path in PRESETS:
            return PRESETS[preset_or_path]
        path = Path(preset_or_path)
        if path.suffix != ".json":
            raise ConfigurationError(
                f"unknown configuration {str(preset_or_path)!r}: expected a JSON file or one of {', '.join(PRESETS)}"
            )
        try:
            fields = json.loads(path.read_text())
        except OSError as error:
            raise ConfigurationError(f"cannot read configuration {path}: {error.strerror}") from None
        except ValueError as error:
            raise ConfigurationError(f"configuration {path} is not JSON: {error}") from None
        return cls.from_dict(fields)


def _is_power_of_two(value):
    return value & (value - 1) == 0


def bits_for(count):
    """Bits of an index into `count` things, at least 1."""
    return max(1, math.ceil(math.log2(count)))


PRESETS = {
    config.name: config
    for config in (
        HardwareConfig(
            name="tiny",
            lanes=8,
            clusters=2,
            ring_rows=96,
            tile_positions=8,
            encoders=2,
            word_neurons=4,
            spike_words=2048,
            image_words=512,
            network_bits=32,
            watchdog_cycles=1 << 14,
        ),
        HardwareConfig(
            name="small",
            lanes=16,
            clusters=2,
            ring_rows=1536,
            encoders=4,
            word_neurons=8,
            spike_words=12288,
            image_words=4096,
            network_bits=64,
        ),
        HardwareConfig(
            name="paper",
            lanes=128,
            clusters=2,
            ring_rows=1536,
            encoders=16,
            word_neurons=32,
            spike_words=12288,
            image_words=4096,
            network_bits=256,
        ),
        HardwareConfig(
            name="wide",
            lanes=256,
            clusters=4,
            ring_rows=1536,
            encoders=16,
            word_neurons=32,
            spike_words=12288,
            image_words=4096,
            network_bits=512,
        ),
    )
}
