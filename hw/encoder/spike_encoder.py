"""Drains finished positions: bias, fire rule, pooling, spike words; for the output layer potentials."""

from functools import reduce
from operator import or_

from amaranth.hdl import Array, Cat, Module, Mux, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from firstspike.golden import formats
from firstspike.golden.codes import spike_code
from firstspike.golden.config import ADDRESS_BITS, bits_for
from firstspike.golden.microarchitecture import OFFSET_BITS, PARAMETER_SLOTS
from firstspike.golden.streams.records import Packet
from firstspike.hw import codes
from firstspike.hw.codes import LANE_LATENCY
from firstspike.hw.layouts import LAYER, PACKET_HEADER, PACKET_WORD, DrainTag
from firstspike.hw.lib.queue import Queue
from firstspike.hw.lib.round_robin import RoundRobin


class SpikeEncoder(wiring.Component):
    """Takes the clusters' finished positions in turn, `encoders` channels a cycle.

    Pooling works on words: one is kept per cluster and channel until the window's fourth position.

    Parameters
    ----------
    config : HardwareConfig

    Attributes
    ----------
    layer : Signal(LAYER), in
    drained_valid : Signal(clusters), in
        The cluster has been promised a finished position described by its `drained_<c>`.
    drain_ready : Signal(clusters), out
    potentials_stored, potentials_read : Signal(clusters), in, out
    potentials_<c> : Signal, in
    parameter_read, parameter_address, parameter_data
        Read port of the parameter store.
    slot_busy : Signal(PARAMETER_SLOTS), out
        The oldest position of some cluster, or the one in hand, needs the slot.
    spike_write, spike_address, spike_data : Signal, out
        Write port of the spike buffer.
    spikes_written, neurons_written : Signal, out
        With `spike_write`: spikes and neurons in the word.
    potentials_packet : stream of PACKET_WORD, out
    busy : Signal, out
    blocked : Signal, out
        Waits for the result sink.
    """

    def __init__(self, config):
        self._config = config
        neuron_count = bits_for(config.word_neurons + 1)
        super().__init__(
            {
                "layer": In(LAYER),
                "drained_valid": In(config.clusters),
                "drain_ready": Out(config.clusters),
                "potentials_stored": In(config.clusters),
                "potentials_read": Out(config.clusters),
                **{f"drained_{c}": In(DrainTag()) for c in range(config.clusters)},
                **{f"potentials_{c}": In(config.cluster_lanes * config.acc_bits) for c in range(config.clusters)},
                "parameter_read": Out(1),
                "parameter_address": Out(bits_for(PARAMETER_SLOTS * (config.lanes // config.encoders))),
                "parameter_data": In(config.parameter_row_bits),
                "slot_busy": Out(PARAMETER_SLOTS),
                "spike_write": Out(1),
                "spike_address": Out(ADDRESS_BITS),
                "spike_data": Out(config.spike_word_bits),
                "spikes_written": Out(neuron_count),
                "neurons_written": Out(neuron_count),
                "potentials_packet": Out(stream.Signature(PACKET_WORD)),
                "busy": Out(1),
                "blocked": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        config = self._config
        hardware, silent = codes.of(config), spike_code(config.spike_code).silent
        encoders = config.encoders
        slices = config.cluster_lanes // encoders  # of a cluster's channels
        slices_per_word = config.word_neurons // encoders
        words = config.cluster_lanes // config.word_neurons

        # Which part of its group's channels a cluster holds; the split is known long before the first position.
        parts = Array(Signal(bits_for(config.clusters), name=f"part_{c}") for c in range(config.clusters))
        m.d.sync += [part.eq(c >> self.layer.split_log2) for c, part in enumerate(parts)]

        # Finished positions in the order of their promise, with the channels that exist in the cluster.
        promised = []
        stored = Signal(config.clusters)
        for c in range(config.clusters):
            drained = getattr(self, f"drained_{c}")
            first = parts[c] * config.cluster_lanes  # of the cluster's channels, within the group's
            channels = Signal(range(config.cluster_lanes + 1), name=f"channels_{c}")
            m.d.comb += channels.eq(
                Mux(
                    drained.channels <= first,
                    0,
                    Mux(
                        drained.channels >= first + config.cluster_lanes, config.cluster_lanes, drained.channels - first
                    ),
                )
            )
            m.submodules[f"drain_queue_{c}"] = queue = Queue(
                data.StructLayout({"tag": DrainTag(), "channels": len(channels)}), config.drain_positions
            )
            stored_count = Signal(range(config.drain_positions + 1), name=f"stored_count_{c}")
            m.d.comb += [
                queue.i.valid.eq(self.drained_valid[c]),
                queue.i.payload.tag.eq(drained),
                queue.i.payload.channels.eq(channels),
                self.drain_ready[c].eq(queue.i.ready),
                queue.o.ready.eq(self.potentials_read[c]),
                stored[c].eq(stored_count != 0),
            ]
            m.d.sync += stored_count.eq(stored_count + self.potentials_stored[c] - self.potentials_read[c])
            promised.append(queue.o)

        m.submodules.cluster_choice = choice = RoundRobin(config.clusters)
        m.d.comb += choice.requests.eq(stored)

        # Position in hand.
        cluster = Signal(bits_for(config.clusters))
        tag = Signal(DrainTag())
        active = Signal(range(config.cluster_lanes + 1))  # channels of the cluster that exist
        slice_ = Signal(range(slices + 1))
        cluster_slice = Signal(bits_for(config.clusters))
        m.d.comb += cluster_slice.eq(parts[cluster])

        chosen_tag = Signal(DrainTag())
        chosen_active = Signal.like(active)
        m.d.comb += [
            chosen_tag.eq(Array(position.payload.tag for position in promised)[choice.choice]),
            chosen_active.eq(Array(position.payload.channels for position in promised)[choice.choice]),
        ]

        word_slices = Signal.like(slice_)  # slices to process: whole words
        m.d.comb += word_slices.eq(
            ((active + config.word_neurons - 1) >> (config.word_neurons.bit_length() - 1)) * slices_per_word
        )
        issue = Signal()
        last_issue = Signal()
        m.d.comb += [
            self.parameter_read.eq(issue),
            self.parameter_address.eq(tag.slot * (config.lanes // encoders) + cluster_slice * slices + slice_),
            last_issue.eq(slice_ == word_slices - 1),
        ]

        # Stage 1: accumulated products and parameters of a slice meet, in registers before the fire units.
        slice_1 = Signal(range(slices))
        cluster_1 = Signal.like(cluster)
        with m.If(issue):
            m.d.sync += [slice_1.eq(slice_), cluster_1.eq(cluster)]
        sums = Signal(encoders * config.acc_bits)
        parameters = Signal(config.parameter_row_bits)
        rows = Array(getattr(self, f"potentials_{c}") for c in range(config.clusters))
        fetched = Signal()
        m.d.sync += fetched.eq(issue)
        with m.If(fetched):
            m.d.sync += [
                sums.eq(rows[cluster_1].word_select(slice_1, encoders * config.acc_bits)),
                parameters.eq(self.parameter_data),
            ]
        spikes, potentials = [], []
        for k in range(encoders):
            m.submodules[f"fire_unit_{k}"] = unit = hardware.Lane(config)
            channel = parameters.word_select(k, formats.PARAMETER_BITS)
            m.d.comb += [
                unit.sum.eq(sums.word_select(k, config.acc_bits)),
                unit.bias.eq(channel[: config.acc_bits]),
                unit.offset.eq(channel[-OFFSET_BITS:]),
            ]
            spikes.append(unit.spike)
            potentials.append(unit.potential)

        # What travels beside the fire units.
        depth = 2 + LANE_LATENCY
        travels = [Signal(name=f"travels_{n}") for n in range(1, depth + 1)]
        companions = [Signal(DrainTag(), name=f"tag_{n}") for n in range(1, depth + 1)]
        companion_slices = [Signal(range(slices), name=f"slice_{n}") for n in range(1, depth + 1)]
        companion_clusters = [Signal.like(cluster, name=f"cluster_{n}") for n in range(1, depth + 1)]
        companion_left = [
            Signal(range(config.cluster_lanes + 1), name=f"channels_left_{n}") for n in range(1, depth + 1)
        ]
        left = Mux(active > slice_ * encoders, active - slice_ * encoders, 0)
        sources = (issue & ~self.layer.is_output, tag, slice_, cluster, left)
        for n in range(depth):
            targets = (travels[n], companions[n], companion_slices[n], companion_clusters[n], companion_left[n])
            m.d.sync += [target.eq(source) for target, source in zip(targets, sources)]
            sources = targets
        done, done_tag, done_slice, done_cluster, done_left = sources

        # Pooling.
        pooled = Array(
            Signal(encoders * formats.SPIKE_BITS, name=f"pooled_{n}") for n in range(config.clusters * slices)
        )
        pool_index = Signal(range(max(2, config.clusters * slices)))
        earliest = Signal(encoders * formats.SPIKE_BITS)
        m.d.comb += pool_index.eq(done_cluster * slices + done_slice)
        for k in range(encoders):
            before = pooled[pool_index].word_select(k, formats.SPIKE_BITS)
            spike = Mux(done_left > k, spikes[k], silent)
            m.d.comb += earliest.word_select(k, formats.SPIKE_BITS).eq(
                hardware.pooled(done_tag.window_first, before, spike)
            )
        with m.If(done & ~done_tag.window_last):
            m.d.sync += pooled[pool_index].eq(earliest)

        # Assembly of words.
        assembled = Signal(config.spike_word_bits)
        word = Signal(config.spike_word_bits)
        m.d.comb += word.eq(Cat(assembled, earliest)[-config.spike_word_bits :])
        with m.If(done & done_tag.window_last):
            m.d.sync += assembled.eq(word)
        write = done & done_tag.window_last & (done_slice % slices_per_word == slices_per_word - 1)
        m.d.sync += [
            self.spike_write.eq(write),
            self.spike_data.eq(word),
            self.spike_address.eq(done_tag.out_address + parts[done_cluster] * words + done_slice // slices_per_word),
        ]
        spiking = [self.spike_data.word_select(n, formats.SPIKE_BITS) != silent for n in range(config.word_neurons)]
        m.d.comb += self.spikes_written.eq(sum(spiking))
        word_left = Signal(range(config.cluster_lanes + 1))
        with m.If(done & (done_slice % slices_per_word == 0)):
            m.d.sync += word_left.eq(done_left)
        first_left = Mux(done_slice % slices_per_word == 0, done_left, word_left)
        m.d.sync += self.neurons_written.eq(Mux(first_left > config.word_neurons, config.word_neurons, first_left))

        # Output layer: one potential a cycle.
        packet = self.potentials_packet
        header = Signal(PACKET_HEADER)
        lane = Signal(range(max(2, encoders)))
        channels_sent = Signal.like(active)
        last_channel = Signal()
        m.d.comb += [
            header.packet.eq(Packet.POTENTIALS),
            header.index.eq(tag.image),
            header.length.eq(active + 1),
            last_channel.eq(channels_sent == active - 1),
        ]

        with m.FSM(name="encoder") as fsm:
            with m.State("SELECT"):
                with m.If(stored.any()):
                    m.d.comb += [choice.serve.eq(1), self.potentials_read.eq(1 << choice.choice)]
                    m.d.sync += [
                        cluster.eq(choice.choice),
                        tag.eq(chosen_tag),
                        active.eq(chosen_active),
                        slice_.eq(0),
                        channels_sent.eq(0),
                    ]
                    with m.If(chosen_active != 0):
                        with m.If(self.layer.is_output):
                            m.next = "HEADER"
                        with m.Else():
                            m.next = "ENCODE"
            with m.State("ENCODE"):
                m.d.comb += issue.eq(1)
                m.d.sync += slice_.eq(slice_ + 1)
                with m.If(last_issue):
                    m.next = "SELECT"
            with m.State("HEADER"):
                m.d.comb += [packet.valid.eq(1), packet.payload.data.eq(header)]
                with m.If(packet.ready):
                    m.next = "FIRST_CHANNEL"
            with m.State("FIRST_CHANNEL"):
                m.d.comb += [
                    packet.valid.eq(1),
                    packet.payload.data.eq(tag.first_channel + cluster_slice * config.cluster_lanes),
                ]
                with m.If(packet.ready):
                    m.next = "FETCH"
            with m.State("FETCH"):
                m.d.comb += issue.eq(1)
                m.d.sync += [slice_.eq(slice_ + 1), lane.eq(0)]
                m.next = "GATHER"
            with m.State("GATHER"):
                m.next = "ADD_BIAS"
            with m.State("ADD_BIAS"):
                m.next = "SEND"
            with m.State("SEND"):
                m.d.comb += [
                    packet.valid.eq(1),
                    packet.payload.data.eq(Array(p for p in potentials)[lane]),
                    packet.payload.end.eq(last_channel),
                ]
                with m.If(packet.ready):
                    m.d.sync += [lane.eq(lane + 1), channels_sent.eq(channels_sent + 1)]
                    with m.If(last_channel):
                        m.next = "SELECT"
                    with m.Elif(lane == encoders - 1):
                        m.next = "FETCH"
            in_hand = ~fsm.ongoing("SELECT")

        m.d.comb += [
            self.busy.eq(
                in_hand | Cat(position.valid for position in promised).any() | Cat(travels).any() | self.spike_write
            ),
            self.blocked.eq(packet.valid & ~packet.ready),
        ]
        for slot in range(PARAMETER_SLOTS):
            needs = [position.valid & (position.payload.tag.slot == slot) for position in promised]
            m.d.comb += self.slot_busy[slot].eq(reduce(or_, needs) | (in_hand & (tag.slot == slot)))
        return m
