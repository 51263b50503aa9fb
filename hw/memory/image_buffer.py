"""Receives images and keeps them until the input layer has used them."""

from amaranth.hdl import Module, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from firstspike.golden.config import ADDRESS_BITS, IMAGE_STREAM_BITS, NO_PROTECTION, bits_for
from firstspike.golden.microarchitecture import PENDING_IMAGES
from firstspike.hw.lib.queue import Queue
from firstspike.hw.memory.protected_sram import corrections, errors, memory


class ImageBuffer(wiring.Component):
    """Ring of pixel words; the next images arrive while one is processed.

    Parameters
    ----------
    config : HardwareConfig

    Attributes
    ----------
    img : stream, in
        Payload `data`, `last`.
    complete : Signal, out
        The oldest image is complete.
    length : Signal, out
        Its words.
    overflow : Signal, out
        The ring is full and holds no complete image.
    release : Signal, in
        Drop the oldest image.
    read, read_address, read_data
        Read port; addresses count from the oldest image's first word, modulo the ring.
    memory_error, memory_corrected : Signal, out
        A word read was wrong, or has been corrected; only if the buffer is protected.
    """

    def __init__(self, config):
        self._config = config
        self._protected = config.image_protection != NO_PROTECTION
        super().__init__(
            {
                "img": In(stream.Signature(data.StructLayout({"data": IMAGE_STREAM_BITS, "last": 1}))),
                "complete": Out(1),
                "length": Out(ADDRESS_BITS),
                "overflow": Out(1),
                "release": In(1),
                "read": In(1),
                "read_address": In(ADDRESS_BITS),
                "read_data": Out(IMAGE_STREAM_BITS),
                **({"memory_error": Out(1), "memory_corrected": Out(1)} if self._protected else {}),
            }
        )

    def elaborate(self, platform):
        m = Module()
        depth = self._config.image_words
        m.submodules.pixels = pixels = memory(IMAGE_STREAM_BITS, depth, self._config.image_protection)
        m.submodules.length_queue = lengths = Queue(ADDRESS_BITS, PENDING_IMAGES)

        write_address = Signal(bits_for(depth))
        oldest = Signal(bits_for(depth))
        used = Signal(range(depth + 1))
        received = Signal(ADDRESS_BITS)  # words of the image that is arriving
        accept = Signal()
        m.d.comb += [
            self.img.ready.eq((used != depth) & lengths.i.ready),
            accept.eq(self.img.valid & self.img.ready),
            pixels.write_enable.eq(accept),
            pixels.write_address.eq(write_address),
            pixels.write_data.eq(self.img.payload.data),
            lengths.i.valid.eq(accept & self.img.payload.last),
            lengths.i.payload.eq(received + 1),
            lengths.o.ready.eq(self.release),
            self.complete.eq(lengths.o.valid),
            self.length.eq(lengths.o.payload),
            self.overflow.eq((used == depth) & ~lengths.o.valid),
            pixels.read_enable.eq(self.read),
            pixels.read_address.eq(oldest + self.read_address),
            self.read_data.eq(pixels.read_data),
        ]
        with m.If(accept):
            m.d.sync += [write_address.eq(write_address + 1), received.eq(received + 1)]
            with m.If(self.img.payload.last):
                m.d.sync += received.eq(0)
        with m.If(self.release):
            m.d.sync += [oldest.eq(oldest + self.length), used.eq(used + accept - self.length)]
        with m.Else():
            m.d.sync += used.eq(used + accept)
        if self._protected:
            m.d.comb += [self.memory_error.eq(errors(pixels)), self.memory_corrected.eq(corrections(pixels))]
        return m
