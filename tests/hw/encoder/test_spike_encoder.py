import random
from collections import deque

import pytest

from firstspike.golden import formats
from firstspike.golden.codes import ttfs
from firstspike.golden.config import HardwareConfig
from firstspike.golden.microarchitecture import PARAMETER_SLOTS
from firstspike.golden.streams import records
from firstspike.golden.streams.records import Packet
from firstspike.hw.array.pe import PE
from firstspike.hw.encoder.spike_encoder import SpikeEncoder
from tests.hw.stream_devices import simulate

STORE_DELAY = PE.LATENCY + 1
"""Cycles from the promise of a finished position until it is stored."""


def config(clusters, cluster_lanes, word_neurons, encoders):
    return HardwareConfig(
        name="test",
        lanes=clusters * cluster_lanes,
        clusters=clusters,
        time_steps=20,
        ring_rows=4,
        encoders=encoders,
        word_neurons=word_neurons,
        spike_words=4096,
        image_words=2,
        network_bits=32,
        drain_positions=3,
    )


CONFIGS = {
    "tiny": config(clusters=2, cluster_lanes=4, word_neurons=4, encoders=2),
    "words of one neuron": config(clusters=2, cluster_lanes=3, word_neurons=1, encoders=1),
    "several words in a cluster": config(clusters=4, cluster_lanes=12, word_neurons=4, encoders=4),
    "one cluster": config(clusters=1, cluster_lanes=16, word_neurons=8, encoders=2),
}


class Array:
    """Clusters that finish random positions, and what the encoder must make of them.

    Attributes
    ----------
    positions : list of deque
        Per cluster group the positions to come, each (tag, sums of the group's channels).
    words : dict of int to tuple
        Expected spike words by address: (word, spikes, neurons).
    potentials : dict of (int, int) to list of int
        Expected potentials by image and first channel.
    """

    def __init__(self, config, split, pool, is_output, units, choose):
        self.config, self.split, self.choose = config, split, choose
        self.parameters = [
            [(choose.randrange(-1 << 20, 1 << 20), choose.randrange(-6, 7)) for _ in range(config.lanes // split)]
            for _ in range(PARAMETER_SLOTS)
        ]
        self.positions = [deque() for _ in range(split)]
        self.words, self.potentials = {}, {}
        for unit in range(units):
            self.add_unit(unit, pool, is_output)

    def add_unit(self, unit, pool, is_output):
        config, choose = self.config, self.choose
        lanes = config.lanes // self.split
        tag = {
            "out_address": unit * (lanes // config.word_neurons) + 7,
            "slot": choose.randrange(PARAMETER_SLOTS),
            "first_channel": unit * lanes % 60000,
            "channels": choose.randint(1, lanes),
            "image": unit % 16,
        }
        finished = []
        for position in range(4 if pool else 1):
            sums = [choose.getrandbits(25) * choose.choice((-1, 1)) >> choose.randrange(25) for _ in range(lanes)]
            finished.append([s + bias for s, (bias, _) in zip(sums, self.parameters[tag["slot"]])])
            window = {"window_first": position == 0, "window_last": position == (3 if pool else 0)}
            self.positions[unit % self.split].append((tag | window, sums))
        for slice_ in range(config.clusters // self.split):
            channels = range(slice_ * config.cluster_lanes, min((slice_ + 1) * config.cluster_lanes, tag["channels"]))
            if is_output and channels:
                self.potentials[tag["image"], tag["first_channel"] + channels[0]] = [finished[0][c] for c in channels]
            elif channels:
                self.add_words(tag, finished, channels)

    def add_words(self, tag, finished, channels):
        offsets = [offset for _, offset in self.parameters[tag["slot"]]]
        size = self.config.word_neurons
        for first in range(channels[0], channels[-1] + 1, size):
            spikes = [
                min(
                    ttfs.fire(position[c], offsets[c], self.config.time_steps, self.config.fraction_bits)
                    for position in finished
                )
                for c in range(first, min(first + size, channels[-1] + 1))
            ]
            word = sum(
                spike << formats.SPIKE_BITS * n for n, spike in enumerate(spikes + [ttfs.SILENT] * (size - len(spikes)))
            )
            fired = sum(spike != ttfs.SILENT for spike in spikes)
            self.words[tag["out_address"] + first // size] = word, fired, len(spikes)

    def parameter_row(self, address):
        rows = self.config.lanes // self.config.encoders
        group, first = self.parameters[address // rows], address % rows * self.config.encoders
        return sum(
            (bias % (1 << 32) | offset % 256 << 32) << formats.PARAMETER_BITS * k
            for k, (bias, offset) in enumerate(group[first : first + self.config.encoders])
        )

    def sums_of_cluster(self, cluster, sums):
        first = cluster // self.split * self.config.cluster_lanes
        bits = self.config.acc_bits
        return sum(
            value % (1 << bits) << bits * lane
            for lane, value in enumerate(sums[first : first + self.config.cluster_lanes])
        )


def encode(config, array, layer, stall):
    """({address: (word, spikes, neurons)}, result words) of everything that `array` finishes."""
    encoder = SpikeEncoder(config)
    choose = random.Random(stall)
    written, results = {}, []
    clusters = range(config.clusters)

    async def bench(ctx):
        ctx.set(encoder.layer, layer)
        on_the_way = [deque() for _ in clusters]  # (cycle in which it is stored, sums)
        stored = [deque() for _ in clusters]
        cycle, quiet_cycles, waiting = 0, 0, None
        drain_ready = 0
        while quiet_cycles < 20:
            promised = 0
            for group, positions in enumerate(array.positions):
                members = [c for c in clusters if c % array.split == group]
                if positions and choose.random() < 0.5 and all(drain_ready >> c & 1 for c in members):
                    tag, sums = positions.popleft()
                    for c in members:
                        promised |= 1 << c
                        ctx.set(getattr(encoder, f"drained_{c}"), tag)
                        on_the_way[c].append((cycle + STORE_DELAY, array.sums_of_cluster(c, sums)))
            ctx.set(encoder.drained_valid, promised)
            arriving = [c for c in clusters if on_the_way[c] and on_the_way[c][0][0] == cycle]
            ctx.set(encoder.potentials_stored, sum(1 << c for c in arriving))
            ready = choose.random() >= stall
            ctx.set(encoder.potentials_packet.ready, ready)

            (
                _,
                _,
                read,
                parameter_read,
                address,
                slot_busy,
                write,
                spike_address,
                data,
                spikes,
                neurons,
                valid,
                payload,
                busy,
                blocked,
            ) = await ctx.tick().sample(
                encoder.potentials_read,
                encoder.parameter_read,
                encoder.parameter_address,
                encoder.slot_busy,
                encoder.spike_write,
                encoder.spike_address,
                encoder.spike_data,
                encoder.spikes_written,
                encoder.neurons_written,
                encoder.potentials_packet.valid,
                encoder.potentials_packet.payload,
                encoder.busy,
                encoder.blocked,
            )
            drain_ready = ctx.get(encoder.drain_ready)
            assert blocked == (valid and not ready)
            assert waiting is None or (valid and payload == waiting), "a result word changed while it waited"
            waiting = payload if valid and not ready else None
            if valid and ready:
                results.append(payload)
            if write:
                assert spike_address not in written
                written[spike_address] = data, spikes, neurons
            if parameter_read:
                assert slot_busy >> address // (config.lanes // config.encoders) & 1
                ctx.set(encoder.parameter_data, array.parameter_row(address))
            for c in clusters:
                if read >> c & 1:
                    ctx.set(getattr(encoder, f"potentials_{c}"), stored[c].popleft())
            for c in arriving:
                stored[c].append(on_the_way[c].popleft()[1])
            if any(stored) or read or write or valid:
                assert busy
            idle = not (promised or busy or any(array.positions) or any(on_the_way))
            quiet_cycles = quiet_cycles + 1 if idle else 0
            cycle += 1
        assert not slot_busy

    simulate(encoder, bench, most_cycles=100_000)
    return written, results


@pytest.mark.parametrize("pool", [False, True])
@pytest.mark.parametrize("name", CONFIGS)
def test_spike_words_are_the_earliest_spikes_of_the_window(name, pool):
    config_ = CONFIGS[name]
    for split in config_.splits:
        array = Array(config_, split, pool, False, 40, random.Random(split))
        written, results = encode(config_, array, {"split_log2": split.bit_length() - 1, "pool": pool}, 0)
        assert written == array.words
        assert not results


@pytest.mark.parametrize("stall", [0, 0.6])
@pytest.mark.parametrize("name", CONFIGS)
def test_the_output_layer_sends_its_potentials(name, stall):
    config_ = CONFIGS[name]
    for split in config_.splits:
        array = Array(config_, split, False, True, 16, random.Random(split))
        written, results = encode(config_, array, {"split_log2": split.bit_length() - 1, "is_output": 1}, stall)
        assert not written
        potentials = {}
        while results:
            header = records.unpack(records.PACKET_HEADER, results[0].data)
            packet = results[: 1 + header["length"]]
            del results[: len(packet)]
            assert header["packet"] == Packet.POTENTIALS
            assert [word.end for word in packet] == [0] * header["length"] + [1]
            assert (header["index"], packet[1].data) not in potentials
            potentials[header["index"], packet[1].data] = [word.data - (word.data >> 31 << 32) for word in packet[2:]]
        assert potentials == array.potentials
