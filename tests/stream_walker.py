"""A slow, literal simulation of the processor on the level of its streams (docs/streams.md).

It knows nothing of schedules: it parses the bytes of the network stream, steps addresses as the hardware does and keeps
its own spike buffer, so it checks mapper, encoder and counts independently of how they were made.
"""

import numpy as np

from firstspike.golden import formats
from firstspike.golden.codes import pixel_digits, pixel_spikes, ttfs
from firstspike.golden.config import ADDRESS_BITS, PIXELS_PER_WORD
from firstspike.golden.counting.counters import OPERATIONS
from firstspike.golden.streams import records
from firstspike.golden.streams.records import InputKind, Opcode

NEVER_WRITTEN = -1
MISSING = 1 << 40


class StreamReader:
    """Sections of a network stream, one after the other."""

    def __init__(self, stream, network_bits):
        self.word_bytes = network_bits // 8
        assert len(stream) % self.word_bytes == 0, "a stream has whole words"
        self.stream, self.position = stream, 0

    def section(self, bits):
        """The next section as an integer; its padding must be zero."""
        size = -(-bits // (8 * self.word_bytes)) * self.word_bytes
        data = self.stream[self.position : self.position + size]
        assert len(data) == size, "the stream ended early"
        self.position += size
        value = int.from_bytes(data, "little")
        assert value >> bits == 0, "unused bits of a section must be zero"
        return value

    def record(self):
        value = self.section(records.RECORD_BITS)
        fields = records.FIELDS[Opcode(value & 0xFF)]
        assert value >> sum(width for _, width in fields) == 0, "unused bits of a record must be zero"
        return records.unpack(fields, value)

    @property
    def at_end(self):
        return self.position == len(self.stream)


def walk(network, schedule, stream, images):
    """The `Walker` after a run. Of the network it is told only the shapes of the weights, to have a place for them."""
    walker = Walker(schedule.config, stream, images, [layer.weights.shape for layer in network.layers])
    walker.run()
    return walker


class Walker:
    """Runs one batch.

    Attributes
    ----------
    potentials : int64 array (batch, classes)
    writes : list of (run, layer, address, words)
        Every write to the spike buffer in order; words are the `word_neurons` spike words.
    counts : list of dict
        Per layer run every name of `golden.counting.counters.OPERATIONS`.
    weights, biases, offsets : list of int64 array
        Per layer, what the stream said, in the shapes of `golden.network.Layer`; `MISSING` where it said nothing.
    """

    def __init__(self, config, stream, images, weight_shapes):
        self.config, self.images = config, images
        self.reader = StreamReader(stream, config.network_bits)
        self.spikes = np.full((config.spike_words, config.word_neurons), ttfs.SILENT)
        self.writer = np.full(config.spike_words, NEVER_WRITTEN)
        self.potentials = {}
        self.writes, self.counts = [], []
        self.weights = [np.full(shape, MISSING) for shape in weight_shapes]
        self.biases = [np.full(shape[0], MISSING) for shape in weight_shapes]
        self.offsets = [np.full(shape[0], MISSING) for shape in weight_shapes]
        self.products = np.zeros((1 << formats.WEIGHT_BITS, 1 << formats.EVENT_TIME_BITS), object)
        for code in range(1 << formats.WEIGHT_BITS):
            for time in range(33):
                try:
                    product = formats.product(code % 16, time, config.fraction_bits)
                except ValueError:
                    product = None
                self.products[code, time] = -product if code >= 16 and product is not None else product

    def run(self):
        start = self.reader.record()
        assert start["opcode"] == Opcode.START and start["magic"] == records.MAGIC
        assert start["version"] == records.STREAM_VERSION and start["fingerprint"] == self.config.fingerprint
        assert start["batch"] == len(self.images)
        record = self.reader.record()
        while record["opcode"] != Opcode.END:
            assert record["opcode"] == Opcode.LAYER
            record = self._layer(record)
        assert self.reader.at_end
        self.potentials = np.array([self.potentials[image] for image in range(len(self.images))])

    def _layer(self, layer):
        self.layer = layer
        self.count = dict.fromkeys((counter.name for counter in OPERATIONS), 0)
        self.counts.append(self.count)
        self.partial_sums = {}
        record = self.reader.record()
        while record["opcode"] == Opcode.PASS:
            self._pass(record)
            record = self.reader.record()
        assert not self.partial_sums, "partial sums must not outlive their layer run"
        return record

    def _pass(self, pass_):
        config, layer = self.config, self.layer
        split = 1 << layer["split_log2"]
        lanes = config.lanes // split
        if pass_["has_parameters"]:
            row_bits = config.encoders * formats.PARAMETER_BITS
            bits = self.reader.section(lanes // config.encoders * row_bits)
            channels = [bits >> i * formats.PARAMETER_BITS & (1 << formats.PARAMETER_BITS) - 1 for i in range(lanes)]
            self.bias = [_signed(value & 0xFFFFFFFF, 32) for value in channels]
            self.offset = [_signed(value >> 32, 8) for value in channels]
            assert not any(channels[pass_["channels"] :])
            outputs = slice(pass_["first_channel"], pass_["first_channel"] + pass_["channels"])
            self.biases[layer["layer"]][outputs] = self.bias[: pass_["channels"]]
            self.offsets[layer["layer"]][outputs] = self.offset[: pass_["channels"]]
        assert pass_["rows"] <= config.ring_rows
        bits = self.reader.section(pass_["rows"] * lanes * formats.WEIGHT_BITS)
        data = np.frombuffer(bits.to_bytes(-(-pass_["rows"] * lanes * formats.WEIGHT_BITS // 8), "little"), np.uint8)
        unpacked = np.unpackbits(data, bitorder="little")[: pass_["rows"] * lanes * formats.WEIGHT_BITS]
        self.ring = unpacked.reshape(pass_["rows"], lanes, formats.WEIGHT_BITS) @ (1 << np.arange(formats.WEIGHT_BITS))
        assert (self.ring[:, pass_["channels"] :] == formats.ZERO_MAGNITUDE).all()
        assert pass_["rows"] == layer["kernel_h"] * layer["kernel_w"] * pass_["rows_per_tap"]
        self.count["weight_rows"] += pass_["rows"]
        self._note_weights(pass_)

        if not (pass_["first_chunk"] and pass_["last_chunk"]):
            visits = -(-pass_["units"] // split) * (4 if layer["pool"] else 1)
            assert visits <= config.tile_positions
        self._walk_units(pass_, split)

    def _note_weights(self, pass_):
        if pass_["first_chunk"]:
            self.first_input = 0
        outputs = slice(pass_["first_channel"], pass_["first_channel"] + pass_["channels"])
        inputs = slice(self.first_input, self.first_input + pass_["rows_per_tap"])
        codes = self.ring[:, : pass_["channels"]].reshape(
            self.layer["kernel_h"], self.layer["kernel_w"], -1, pass_["channels"]
        )
        self.weights[self.layer["layer"]][outputs, inputs] = codes.transpose(3, 2, 0, 1)
        self.first_input += pass_["rows_per_tap"]

    def _walk_units(self, pass_, split):
        """Steps from unit to unit with additions only."""
        layer = self.layer
        unit_step = (2 if layer["pool"] else 1) << layer["stride_log2"]
        image, y, x = pass_["start_image"], pass_["start_y"], pass_["start_x"]
        image_base, row_base, unit_base = pass_["image_base"], pass_["row_base"], pass_["unit_base"]
        out_address = pass_["out_address"]
        for unit in range(pass_["units"]):
            self._unit(pass_, split, unit, image, y, x, unit_base, out_address)
            x += 1
            unit_base += unit_step * layer["in_words"]
            out_address += layer["out_words"]
            if x == layer["units_w"]:
                x, y = 0, y + 1
                row_base += unit_step * layer["in_row_stride"]
                if y == layer["units_h"]:
                    y, image = 0, image + 1
                    image_base += layer["in_image_stride"]
                    row_base = image_base
                unit_base = row_base
        assert image < layer["images"] or (image == layer["images"] and (y, x) == (0, 0))

    def _unit(self, pass_, split, unit, image, y, x, unit_base, out_address):
        layer, config = self.layer, self.config
        clusters = config.clusters // split
        window = [(0, 0), (0, 1), (1, 0), (1, 1)] if layer["pool"] else [(0, 0)]
        stride = 1 << layer["stride_log2"]
        finished = []
        for dy, dx in window:
            visit = (pass_["first_channel"], image, y, x, dy, dx)
            if pass_["first_chunk"]:
                potential = np.array(self.bias, object)
            else:
                potential = self.partial_sums.pop(visit)
                self.count["partial_sums_read"] += clusters
            base = unit_base + dy * stride * layer["in_row_stride"] + dx * stride * layer["in_words"]
            in_y = ((2 if layer["pool"] else 1) * y + dy) * stride - layer["pad_y"]
            in_x = ((2 if layer["pool"] else 1) * x + dx) * stride - layer["pad_x"]
            for row, time, sign in self._events(pass_, image, base, in_y, in_x):
                products = self.products[self.ring[row], time]
                assert None not in products[: pass_["channels"]]
                potential[: pass_["channels"]] += sign * products[: pass_["channels"]]
                self.count["events"] += 1
                self.count["sops"] += pass_["channels"]
                self.count["weight_reads"] += clusters
            if pass_["last_chunk"]:
                finished.append(potential)
                self.count["potentials_drained"] += clusters
            else:
                self.partial_sums[visit] = potential
                self.count["partial_sums_written"] += clusters
        if finished:
            self._drain(pass_, split, image, np.max(finished, axis=0), out_address)

    def _events(self, pass_, image, base, in_y, in_x):
        """(weight row, time, sign) of every spike or digit that a visit meets."""
        layer, config = self.layer, self.config
        kind = layer["input_kind"]
        word_neurons = config.word_neurons if kind == InputKind.SPIKES else PIXELS_PER_WORD
        for ky in range(layer["kernel_h"]):
            for kx in range(layer["kernel_w"]):
                if not (0 <= in_y + ky < layer["in_h"] and 0 <= in_x + kx < layer["in_w"]):
                    continue
                for word in range(pass_["words"]):
                    address = base + ky * layer["in_row_stride"] + kx * layer["in_words"] + word
                    address %= 1 << ADDRESS_BITS
                    neurons = pass_["tail_rows"] if word == pass_["words"] - 1 else word_neurons
                    row = (ky * layer["kernel_w"] + kx) * pass_["rows_per_tap"] + word * word_neurons
                    for neuron, time, sign in self._word(kind, image, address):
                        assert neuron < neurons, "an event beyond the last input channel"
                        yield row + neuron, time, sign

    def _word(self, kind, image, address):
        if kind == InputKind.SPIKES:
            assert self.writer[address] == self.layer["layer"] - 1, "a word of another map was read"
            self.count["spike_words_read"] += 1
            return [(neuron, int(time), 1) for neuron, time in enumerate(self.spikes[address]) if time != ttfs.SILENT]
        self.count["image_words_read"] += 1
        return self._pixel_word(kind, self.layer["first_image"] + image, address)

    def _pixel_word(self, kind, image, address):
        position, word = divmod(address, self.layer["in_words"])
        y, x = divmod(position, self.layer["in_w"])
        pixels = self.images[image][word * PIXELS_PER_WORD : (word + 1) * PIXELS_PER_WORD, y, x]
        events = []
        for neuron, pixel in enumerate(pixels):
            if kind == InputKind.PIXEL_DIGITS:
                digits = pixel_digits.digits(pixel)
                events += [
                    (neuron, pixel_digits.digit_time(b), int(digits[b])) for b in range(len(digits)) if digits[b]
                ]
            else:
                time = pixel_spikes.spike_time(pixel, self.config.time_steps)
                events += [(neuron, time, 1)] if time != ttfs.SILENT else []
        return events

    def _drain(self, pass_, split, image, potential, out_address):
        layer, config = self.layer, self.config
        channels = pass_["channels"]
        if layer["is_output"]:
            values = self.potentials.setdefault(layer["first_image"] + image, [])
            assert len(values) == pass_["first_channel"]
            values.extend(potential[:channels])
            return
        times = [
            ttfs.fire(int(v), j, config.time_steps, config.fraction_bits)
            for v, j in zip(potential[:channels], self.offset)
        ]
        self.count["spikes"] += sum(time != ttfs.SILENT for time in times)
        self.count["silent_neurons"] += sum(time == ttfs.SILENT for time in times)
        for cluster in range(config.clusters // split):
            own = times[cluster * config.cluster_lanes : (cluster + 1) * config.cluster_lanes]
            slice_address = out_address + cluster * config.cluster_lanes // config.word_neurons
            for word in range(-(-len(own) // config.word_neurons)):
                neurons = own[word * config.word_neurons : (word + 1) * config.word_neurons]
                self._write(slice_address + word, neurons + [ttfs.SILENT] * (config.word_neurons - len(neurons)))

    def _write(self, address, word):
        self.spikes[address] = word
        self.writer[address] = self.layer["layer"]
        self.writes.append((len(self.counts) - 1, self.layer["layer"], address, tuple(word)))
        self.count["spike_words_written"] += 1


def _signed(value, bits):
    return value - (1 << bits) if value >> bits - 1 else value
