"""The top level: AXI4-Stream in, AXI4-Stream out, everything between."""

from functools import reduce
from operator import or_

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from firstspike.golden.config import (
    ADDRESS_BITS,
    IMAGE_STREAM_BITS,
    NO_PROTECTION,
    RESULT_STREAM_BITS,
    SECDED,
    bits_for,
)
from firstspike.golden.counting import counters
from firstspike.golden.microarchitecture import COMMAND_QUEUE_DEPTH, PARAMETER_SLOTS
from firstspike.golden.streams.records import ErrorCode, InputKind
from firstspike.hw.array.cluster import Cluster
from firstspike.hw.control.counter_bank import CounterBank
from firstspike.hw.control.packet_sender import PacketSender
from firstspike.hw.control.sequencer import Idle, Sequencer
from firstspike.hw.control.watchdog import Watchdog
from firstspike.hw.encoder.spike_encoder import SpikeEncoder
from firstspike.hw.events.event_generator import EventGenerator
from firstspike.hw.events.event_issue import Activity
from firstspike.hw.events.fetch_arbiter import FetchArbiter
from firstspike.hw.layouts import Slot
from firstspike.hw.lib.queue import Queue
from firstspike.hw.loader.loader import COMMAND_BITS, Loader
from firstspike.hw.memory.image_buffer import ImageBuffer
from firstspike.hw.memory.protected_sram import corrections, errors, memory


class Processor(wiring.Component):
    """Time-to-first-spike processor (docs/architecture.md, docs/streams.md).

    Parameters
    ----------
    config : HardwareConfig

    Attributes
    ----------
    s_axis_net_*, s_axis_img_*, m_axis_res_*
        The three AXI4-Stream ports; no combinational path leads from an input to an output.
    trace_*
        Observation port, if `config.trace`: one spike word was written in this cycle.
    memory_corrected
        If some memory has SECDED: in this cycle a word is known to have been corrected (several may share a cycle).
    """

    def __init__(self, config):
        self._config = config
        ports = {}
        for name, width, inward, outward in (
            ("s_axis_net", config.network_bits, In, Out),
            ("s_axis_img", IMAGE_STREAM_BITS, In, Out),
            ("m_axis_res", RESULT_STREAM_BITS, Out, In),
        ):
            ports |= {
                f"{name}_tdata": inward(width),
                f"{name}_tvalid": inward(1),
                f"{name}_tready": outward(1),
                f"{name}_tlast": inward(1),
            }
        if config.trace:
            ports |= {
                "trace_valid": Out(1),
                "trace_run": Out(16),
                "trace_layer": Out(8),
                "trace_address": Out(ADDRESS_BITS),
                "trace_data": Out(config.spike_word_bits),
            }
        if SECDED in config.protections:
            ports |= {"memory_corrected": Out(1)}
        super().__init__(ports)

    def elaborate(self, platform):
        m = Module()
        config = self._config
        clusters = range(config.clusters)

        m.submodules.loader = loader = Loader(config)
        m.submodules.command_queue = command_queue = Queue(COMMAND_BITS, COMMAND_QUEUE_DEPTH)
        m.submodules.command_register = command_register = Queue(COMMAND_BITS, 1)
        m.submodules.sequencer = sequencer = Sequencer(config)
        m.submodules.image_buffer = image_buffer = ImageBuffer(config)
        m.submodules.spike_buffer = spike_buffer = memory(
            config.spike_word_bits, config.spike_words, config.spike_protection
        )
        m.submodules.parameter_store = parameter_store = memory(
            config.parameter_row_bits, PARAMETER_SLOTS * (config.lanes // config.encoders), config.parameter_protection
        )
        m.submodules.fetch_arbiter = arbiter = FetchArbiter(config.clusters)
        m.submodules.spike_encoder = encoder = SpikeEncoder(config)
        m.submodules.packet_sender = sender = PacketSender(2 if config.counters else 1)
        m.submodules.watchdog = watchdog = Watchdog(config.watchdog_cycles)
        generators = []
        array = []
        for c in clusters:
            m.submodules[f"event_generator_{c}"] = generator = EventGenerator(config)
            m.submodules[f"cluster_{c}"] = cluster = Cluster(config)
            generators.append(generator)
            array.append(cluster)

        # Streams. After an error every input is accepted and dropped.
        failed = Signal()
        error = Signal(8)
        other_error = Mux(watchdog.expired, ErrorCode.TIMEOUT, 0)
        if config.protections != {NO_PROTECTION}:
            other_error = Mux(
                self._memory_failed(m, (spike_buffer, parameter_store), (image_buffer, *array)),
                ErrorCode.MEMORY,
                other_error,
            )
        m.d.comb += [
            error.eq(Mux(loader.error != 0, loader.error, Mux(sequencer.error != 0, sequencer.error, other_error))),
            sender.error.eq(error),
        ]
        m.d.sync += failed.eq(error != 0)
        m.d.comb += [
            loader.net.payload.data.eq(self.s_axis_net_tdata),
            loader.net.payload.last.eq(self.s_axis_net_tlast),
            loader.net.valid.eq(self.s_axis_net_tvalid & ~failed),
            self.s_axis_net_tready.eq(loader.net.ready | failed),
            image_buffer.img.payload.data.eq(self.s_axis_img_tdata),
            image_buffer.img.payload.last.eq(self.s_axis_img_tlast),
            image_buffer.img.valid.eq(self.s_axis_img_tvalid & ~failed),
            self.s_axis_img_tready.eq(image_buffer.img.ready | failed),
            self.m_axis_res_tdata.eq(sender.o.payload.data),
            self.m_axis_res_tlast.eq(sender.o.payload.final),
            self.m_axis_res_tvalid.eq(sender.o.valid),
            sender.o.ready.eq(self.m_axis_res_tready),
        ]

        # Commands.
        wiring.connect(m, loader.command, command_queue.i)
        wiring.connect(m, command_queue.o, command_register.i)
        wiring.connect(m, command_register.o, sequencer.command)
        m.d.comb += [
            parameter_store.write_enable.eq(loader.parameter_write),
            parameter_store.write_address.eq(loader.parameter_address),
            parameter_store.write_data.eq(loader.parameter_data),
            parameter_store.read_enable.eq(encoder.parameter_read),
            parameter_store.read_address.eq(encoder.parameter_address),
            encoder.parameter_data.eq(parameter_store.read_data),
            loader.rows_freed.eq(sequencer.rows_freed),
            loader.groups_released.eq(sequencer.groups_released),
            sequencer.rows_loaded.eq(loader.rows_loaded),
            sequencer.groups_loaded.eq(loader.groups_loaded),
            sequencer.image_complete.eq(image_buffer.complete),
            sequencer.image_length.eq(image_buffer.length),
            sequencer.image_overflow.eq(image_buffer.overflow),
            image_buffer.release.eq(sequencer.image_release),
            sequencer.slot_busy.eq(encoder.slot_busy),
            sequencer.encoder_busy.eq(encoder.busy),
            sequencer.encoder_blocked.eq(encoder.blocked),
            encoder.layer.eq(sequencer.layer),
        ]
        wiring.connect(m, sequencer.summary, sender.summary)
        wiring.connect(m, encoder.potentials_packet, sender.packets_0)

        # Words for the event generators, through a register: a memory's output is late in the cycle.
        reads_pixels = sequencer.layer.input_kind != InputKind.SPIKES
        spike_word = Signal(config.spike_word_bits)
        pixel_word = Signal(IMAGE_STREAM_BITS)
        words_read = Signal()
        m.d.sync += words_read.eq(arbiter.read)
        with m.If(words_read):
            m.d.sync += [spike_word.eq(spike_buffer.read_data), pixel_word.eq(image_buffer.read_data)]
        m.d.comb += [
            spike_buffer.read_enable.eq(arbiter.read & ~reads_pixels),
            spike_buffer.read_address.eq(arbiter.address),
            image_buffer.read.eq(arbiter.read & reads_pixels),
            image_buffer.read_address.eq(arbiter.address),
            spike_buffer.write_enable.eq(encoder.spike_write),
            spike_buffer.write_address.eq(encoder.spike_address),
            spike_buffer.write_data.eq(encoder.spike_data),
        ]

        for c, generator in enumerate(generators):
            # A register, because Amaranth would fold a constant into the generator and make each a module of its own.
            group = Signal(bits_for(config.clusters), name=f"group_{c}")
            m.d.sync += group.eq(c)
            m.d.comb += [
                generator.group.eq(group),
                generator.layer.eq(sequencer.layer),
                generator.pass_.payload.eq(sequencer.pass_),
                generator.pass_.valid.eq(sequencer.pass_valid[c]),
                sequencer.pass_ready[c].eq(generator.pass_.ready),
                sequencer.generators_busy[c].eq(generator.busy),
                sequencer.pass_done[c].eq(generator.pass_done),
                arbiter.requests[c].eq(generator.read_request),
                getattr(arbiter, f"address_{c}").eq(generator.read_address),
                generator.read_grant.eq(arbiter.grants[c]),
                generator.spike_word.eq(spike_word),
                generator.pixel_word.eq(pixel_word),
                generator.rows_loaded.eq(loader.rows_loaded),
            ]

        # Split S: cluster c takes the slots of generator c mod S. The split is known long before the first slot, so its
        # many readers share the work of two registers.
        slot_split, drain_split = (
            Signal.like(sequencer.layer.split_log2, name=n) for n in ("slot_split", "drain_split")
        )
        m.d.sync += [slot_split.eq(sequencer.layer.split_log2), drain_split.eq(slot_split)]
        for c, cluster in enumerate(array):
            drained = getattr(encoder, f"drained_{c}")
            slot = Signal(Slot(config), name=f"slot_{c}")
            slot_valid = Signal(name=f"slot_valid_{c}")
            m.d.sync += cluster.slot_valid.eq(slot_valid)
            with m.If(slot_valid):
                m.d.sync += cluster.slot.eq(slot)
            m.d.comb += [
                cluster.row_write.eq(loader.row_write),
                cluster.row_address.eq(loader.row_address),
                cluster.row_data.eq(loader.row_data.word_select(c, config.cluster_row_bits)),
                encoder.potentials_stored[c].eq(cluster.potentials_stored),
                cluster.potentials_read.eq(encoder.potentials_read[c]),
                getattr(encoder, f"potentials_{c}").eq(cluster.potentials),
            ]
            with m.Switch(slot_split):
                for index, split in enumerate(config.splits):
                    source = generators[c % split]
                    with m.Case(index):
                        m.d.comb += [
                            slot.eq(source.slot),
                            slot_valid.eq(source.slot_valid),
                            drained.eq(source.drained),
                            encoder.drained_valid[c].eq(source.slot_valid & source.slot.last & source.slot.drain),
                        ]
        with m.Switch(drain_split):
            for index, split in enumerate(config.splits):
                with m.Case(index):
                    for g in range(split):
                        fed = [encoder.drain_ready[c] for c in range(g, config.clusters, split)]
                        m.d.comb += generators[g].drain_ready.eq(Cat(fed).all())

        # A run begins with its first word: the stream may already stop inside of the START record.
        m.d.comb += watchdog.running.eq(sequencer.running | loader.mid_record)
        # Only what a run has a limited number of counts as progress: a wrong record can make the array work for ever.
        m.d.sync += watchdog.progress.eq(
            (self.s_axis_net_tvalid & self.s_axis_net_tready)
            | (self.s_axis_img_tvalid & self.s_axis_img_tready)
            | self.m_axis_res_tvalid
            | encoder.spike_write
        )

        if config.trace:
            m.d.comb += [
                self.trace_valid.eq(encoder.spike_write),
                self.trace_run.eq(sequencer.run_index),
                self.trace_layer.eq(sequencer.layer.layer),
                self.trace_address.eq(encoder.spike_address),
                self.trace_data.eq(encoder.spike_data),
            ]
        if config.counters:
            self._count(m, sequencer, slot_split, generators, array, arbiter, encoder, sender)
        else:
            m.d.comb += sequencer.counters_busy.eq(0)
        return m

    def _memory_failed(self, m, memories, blocks):
        """Signal that stays high once a word of `memories`, or of those inside of `blocks`, was wrong."""
        blocks = [block for block in blocks if "memory_error" in block.signature.members]
        failed = Signal(name="memory_failed")
        m.d.sync += failed.eq(failed | errors(*memories) | reduce(or_, (block.memory_error for block in blocks), 0))
        if SECDED in self._config.protections:
            m.d.sync += self.memory_corrected.eq(
                corrections(*memories) | reduce(or_, (block.memory_corrected for block in blocks), 0)
            )
        return failed

    def _count(self, m, sequencer, split, generators, array, arbiter, encoder, sender):
        """Connects the counter bank."""
        config = self._config
        layer = sequencer.layer
        increments = {}

        def registered(value, name):
            """The bank counts one cycle behind, because most of what it counts is known late in its cycle."""
            register = Signal.like(value, name=f"{name}_counted")
            m.d.sync += register.eq(value)
            return register

        def increment(name, value, bits):
            signal = Signal(bits, name=f"increment_{name}")
            m.d.comb += signal.eq(value)
            increments[name] = signal

        def total(bits):
            return reduce(lambda a, b: a + b, bits)

        cluster_bits = bits_for(config.clusters + 1)
        events = [
            registered(generator.slot_valid & generator.slot.is_event, f"event_{g}")
            for g, generator in enumerate(generators)
        ]
        channels = [registered(generator.drained.channels, f"channels_{g}") for g, generator in enumerate(generators)]
        word_read = registered(arbiter.read, "word_read")
        reads_pixels = layer.input_kind != InputKind.SPIKES
        freed = Signal.like(sequencer.rows_freed)
        m.d.sync += freed.eq(sequencer.rows_freed)

        increment("events", total(events), cluster_bits)
        increment("sops", total(Mux(event, count, 0) for event, count in zip(events, channels)), 16)
        spikes = registered(encoder.spikes_written, "spikes")
        neurons = registered(encoder.neurons_written, "neurons")
        word_written = registered(encoder.spike_write, "word_written")
        increment("spikes", Mux(word_written, spikes, 0), len(spikes))
        increment("silent_neurons", Mux(word_written, neurons - spikes, 0), len(neurons))
        increment("weight_rows", sequencer.rows_freed - freed, len(freed))
        increment("weight_reads", total(cluster.slot_valid & cluster.slot.is_event for cluster in array), cluster_bits)
        increment("spike_words_read", word_read & ~reads_pixels, 1)
        increment("spike_words_written", word_written, 1)
        increment("image_words_read", word_read & reads_pixels, 1)
        increment("partial_sums_read", total(cluster.partial_sum_read for cluster in array), cluster_bits)
        increment("partial_sums_written", total(cluster.partial_sum_write for cluster in array), cluster_bits)
        increment("potentials_drained", total(cluster.potentials_stored for cluster in array), cluster_bits)

        # What each cluster did: exactly one of the causes.
        sequencer_idle = registered(sequencer.idle, "idle")
        activities = []
        for c in range(config.clusters):
            activity = Signal(Activity, name=f"activity_{c}")
            with m.Switch(split):
                for index, groups in enumerate(config.splits):
                    with m.Case(index):
                        m.d.comb += activity.eq(generators[c % groups].activity)
            activities.append(registered(activity, f"activity_{c}"))

        def clusters_in(*states, idle=None):
            matches = [reduce(or_, (activity == state for state in states), 0) for activity in activities]
            if idle is not None:
                idles = [(activity == Activity.IDLE) & (sequencer_idle == idle) for activity in activities]
                matches = [match | idle for match, idle in zip(matches, idles)]
            return total(matches)

        for name, states, idle in (
            ("cycles_event", (Activity.EVENT,), None),
            ("cycles_empty_visit", (Activity.EMPTY_VISIT,), None),
            ("cycles_wait_weights", (Activity.WAIT_WEIGHTS,), Idle.WAIT_WEIGHTS),
            ("cycles_wait_spikes", (Activity.WAIT_SPIKES,), None),
            ("cycles_wait_drain", (Activity.WAIT_DRAIN,), None),
            ("cycles_wait_partial_sums", (Activity.WAIT_PARTIAL_SUMS,), None),
            ("cycles_wait_group", (), Idle.WAIT_GROUP),
            ("cycles_border", (), Idle.BORDER),
            ("cycles_wait_image", (), Idle.WAIT_IMAGE),
            ("cycles_wait_result", (), Idle.WAIT_RESULT),
        ):
            increment(name, clusters_in(*states, idle=idle), cluster_bits)
        increment("cycles", 1, 1)

        ordered = {counter.name: increments[counter.name] for counter in counters.ALL}
        m.submodules.counter_bank = bank = CounterBank({name: len(signal) for name, signal in ordered.items()})
        m.d.comb += [getattr(bank, name).eq(signal) for name, signal in ordered.items()]
        m.d.comb += [
            bank.snapshot.eq(sequencer.snapshot),
            bank.clear.eq(sequencer.clear),
            bank.layer.eq(layer.layer),
            sequencer.counters_busy.eq(bank.busy),
        ]
        wiring.connect(m, bank.packet, sender.packets_1)
