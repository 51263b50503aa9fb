"""Where the sections of a network stream lie (docs/streams.md)."""

from dataclasses import dataclass

from firstspike.golden import formats
from firstspike.golden.schedule import LayerRun, Pass
from firstspike.golden.streams import records

RECORD, PARAMETERS, WEIGHTS = "record", "parameters", "weights"


@dataclass(frozen=True)
class Section:
    """A part of the stream that begins at a stream word.

    Attributes
    ----------
    kind : str
        `RECORD`, `PARAMETERS` or `WEIGHTS`.
    first_bit, bits : int
        Without the unused bits at its end.
    opcode : golden.streams.records.Opcode or None
        Of a record.
    run : LayerRun or None
        To which it belongs; None for START and END.
    pass_ : Pass or None
        To which it belongs.
    """

    kind: str
    first_bit: int
    bits: int
    opcode: object = None
    run: LayerRun | None = None
    pass_: Pass | None = None


def sections(schedule):
    """The sections of the network stream of a schedule, in order."""
    word_bits = schedule.config.network_bits
    position = 0
    for kind, bits, rest in _sizes(schedule):
        yield Section(kind, position, bits, **rest)
        position += -(-bits // word_bits) * word_bits


def _sizes(schedule):
    def record(opcode, **place):
        return RECORD, records.RECORD_BITS, {"opcode": opcode, **place}

    yield record(records.Opcode.START)
    for run in schedule.runs:
        lanes = schedule.config.lanes // run.split
        yield record(records.Opcode.LAYER, run=run)
        for pass_ in run.passes:
            place = {"run": run, "pass_": pass_}
            yield record(records.Opcode.PASS, **place)
            if pass_.has_parameters:
                yield PARAMETERS, lanes * formats.PARAMETER_BITS, place
            yield WEIGHTS, pass_.rows * lanes * formats.WEIGHT_BITS, place
    yield record(records.Opcode.END)
