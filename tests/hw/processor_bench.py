"""A bench around the whole processor: feeds both input streams, collects results and trace, checks the stream rules."""

import random
from dataclasses import dataclass, field

import numpy as np
from amaranth.hdl import ResetInserter, Signal
from amaranth.lib.wiring import In
from amaranth.sim import Simulator

from firstspike.golden.counting import counters
from firstspike.golden.streams import record_values as stream_records
from firstspike.golden.streams import records
from firstspike.golden.streams.network_stream import image_stream
from firstspike.golden.streams.records import Packet
from firstspike.hw.processor import Processor


@dataclass
class Session:
    """What happens between two resets.

    Attributes
    ----------
    network, images : list of (word, last)
        Beats of the two input streams.
    ends : int
        Words with tlast on the result stream to wait for.
    stall : float
        Probability that a source or the sink pauses in a cycle.
    network_starts, image_starts, sink_starts : int
        First cycle in which a word of the stream may be offered, and in which the sink may be ready.
    cycles_after : int
        Cycles to go on after the last of these words.
    reset_after : int or None
        Cycles after which the session is cut off by the reset.
    probe : bool
        Check in every cycle that no output answers to an input in the same cycle.
    """

    network: list
    images: list
    ends: int = 1
    stall: float = 0.0
    seed: int = 0
    network_starts: int = 0
    image_starts: int = 0
    sink_starts: int = 0
    cycles_after: int = 0
    reset_after: int | None = None
    probe: bool = False
    most_cycles: int = 60_000


@dataclass
class Outcome:
    """What a session gave.

    Attributes
    ----------
    words : list of (word, last)
        Result stream.
    trace : list of (run, layer, address, data)
    network_taken, image_taken : int
        Beats that the processor has accepted.
    """

    words: list = field(default_factory=list)
    trace: list = field(default_factory=list)
    network_taken: int = 0
    image_taken: int = 0

    @property
    def packets(self):
        """(kind, index, payload words, whether tlast came with the last of them) of every packet."""
        packets, position = [], 0
        while position < len(self.words):
            header = records.unpack(records.PACKET_HEADER, self.words[position][0])
            beats = self.words[position : position + 1 + header["length"]]
            assert len(beats) == 1 + header["length"], "the result stream ends inside a packet"
            assert not any(last for _, last in beats[:-1]), "tlast inside a packet"
            payload = [word for word, _ in beats[1:]]
            packets.append((Packet(header["packet"]), header["index"], payload, bool(beats[-1][1])))
            position += len(beats)
        return packets

    @property
    def counters(self):
        """(layer, dict by counter name) of every layer run."""
        names = [counter.name for counter in counters.ALL]
        return [
            (index, dict(zip(names, payload, strict=True)))
            for kind, index, payload, _ in self.packets
            if kind == Packet.COUNTERS
        ]

    def potentials(self, batch, classes):
        """int64 (batch, classes); every one must come exactly once."""
        missing = -1 << 40
        potentials = np.full((batch, classes), missing, np.int64)
        for kind, index, payload, _ in self.packets:
            if kind == Packet.POTENTIALS:
                place = potentials[index, payload[0] : payload[0] + len(payload) - 1]
                assert (place == missing).all() and len(place) == len(payload) - 1
                place[:] = np.array(payload[1:], np.uint32).view(np.int32)
        assert (potentials != missing).all()
        return potentials


class ProcessorBench:
    """One simulated processor; `run` starts it anew."""

    def __init__(self, config):
        self._processor = Processor(config)
        self._config = config
        self._reset = Signal()
        self._simulator = Simulator(ResetInserter(self._reset)(self._processor))
        self._simulator.add_clock(1e-6)
        self._simulator.add_testbench(self._bench)
        self._outcomes = None

    def add_process(self, process):
        """Adds a process (see `amaranth.sim.Simulator.add_process`) that runs beside the sessions."""
        self._simulator.add_process(process)

    def run(self, *sessions):
        """The outcomes of `sessions`, one after the other with a reset of one cycle between."""
        if self._outcomes is not None:
            self._simulator.reset()
        self._sessions = sessions
        self._outcomes = []
        self._simulator.run()
        return self._outcomes

    async def _bench(self, ctx):
        for session in self._sessions:
            self._outcomes.append(await self._session(ctx, session))
            for port in ("s_axis_net_tvalid", "s_axis_img_tvalid", "m_axis_res_tready"):
                ctx.set(getattr(self._processor, port), 0)
            ctx.set(self._reset, 1)
            await ctx.tick()
            ctx.set(self._reset, 0)

    async def _session(self, ctx, session):
        processor = self._processor
        outcome = Outcome()
        choose = random.Random(session.seed)
        sources = [
            ("s_axis_net", session.network, "network_taken", session.network_starts),
            ("s_axis_img", session.images, "image_taken", session.image_starts),
        ]
        offered = dict.fromkeys(("s_axis_net", "s_axis_img"), False)
        outputs = [
            processor.s_axis_net_tready,
            processor.s_axis_img_tready,
            processor.m_axis_res_tvalid,
            processor.m_axis_res_tdata,
            processor.m_axis_res_tlast,
        ]
        if self._config.trace:
            outputs += [
                processor.trace_valid,
                processor.trace_run,
                processor.trace_layer,
                processor.trace_address,
                processor.trace_data,
            ]
        waiting = None  # result word that was valid when the sink was not ready
        ends, cycles_left = 0, session.cycles_after
        for cycle in range(session.most_cycles):
            if cycle == session.reset_after:
                return outcome
            if ends >= session.ends:
                if cycles_left == 0:
                    return outcome
                cycles_left -= 1
            for name, beats, taken, starts in sources:
                position = getattr(outcome, taken)
                paused = cycle < starts or choose.random() < session.stall
                if not offered[name] and position < len(beats) and not paused:
                    offered[name] = True
                    ctx.set(getattr(processor, f"{name}_tdata"), beats[position][0])
                    ctx.set(getattr(processor, f"{name}_tlast"), beats[position][1])
                    ctx.set(getattr(processor, f"{name}_tvalid"), 1)
            ready = cycle >= session.sink_starts and choose.random() >= session.stall
            ctx.set(processor.m_axis_res_tready, ready)

            if session.probe:
                self._probe(ctx, outputs[:5])
            _, _, net_ready, img_ready, valid, data, last, *trace = await ctx.tick().sample(*outputs)
            for (name, _, taken, _), accepted in zip(sources, (net_ready, img_ready)):
                if offered[name] and accepted:
                    setattr(outcome, taken, getattr(outcome, taken) + 1)
                    offered[name] = False
                    ctx.set(getattr(processor, f"{name}_tvalid"), 0)
            assert waiting is None or (valid and waiting == (data, last)), "a result word changed while it waited"
            waiting = (data, last) if valid and not ready else None
            if valid and ready:
                outcome.words.append((data, last))
                ends += last
            if trace and trace[0]:
                outcome.trace.append(tuple(trace[1:]))
        raise AssertionError(
            f"no end of the result stream within {session.most_cycles} cycles; got {len(outcome.words)} words"
        )

    def _probe(self, ctx, outputs):
        before = [ctx.get(output) for output in outputs]
        inputs = [
            getattr(self._processor, name)
            for name, member in self._processor.signature.members.items()
            if member.flow == In
        ]
        values = [ctx.get(port) for port in inputs]
        for port, value in zip(inputs, values):
            ctx.set(port, value ^ (1 << len(port)) - 1)
        assert [ctx.get(output) for output in outputs] == before, "a combinational path from an input to an output"
        for port, value in zip(inputs, values):
            ctx.set(port, value)


def network_beats(stream, config):
    """(word, last) of a network stream given as bytes."""
    size = config.network_bits // 8
    words = [int.from_bytes(stream[i : i + size], "little") for i in range(0, len(stream), size)]
    return [(word, index == len(words) - 1) for index, word in enumerate(words)]


def image_beats(images):
    """(word, last) of the image packets of uint8 images (N, C, H, W)."""
    words = np.frombuffer(image_stream(images), "<u4").reshape(len(images), -1)
    return [(int(word), index == words.shape[1] - 1) for image in words for index, word in enumerate(image)]


def record_places(stream, config):
    """(byte offset, opcode, values by field name) of every record of a network stream."""
    return [(place.offset, place.opcode, place.values) for place in stream_records.places(stream, config)]
