"""What a stream must keep to, whoever sends it."""

from amaranth.hdl import Assert, Cover, Module, Signal, Value


def is_stable(m: Module, stream, name):
    """Asserts AXI4-Stream's rule: once valid, a stream stays valid with the same payload until it is accepted.

    Also covers a beat that waits and one that is accepted after waiting.
    """
    payload = Value.cast(stream.payload)
    waited = Signal(name=f"{name}_waited")
    payload_before = Signal(len(payload), name=f"{name}_payload_before")
    m.d.sync += [waited.eq(stream.valid & ~stream.ready), payload_before.eq(payload)]
    with m.If(waited):
        m.d.comb += [
            Assert(stream.valid, f"{name}: valid fell before the beat was accepted"),
            Assert(payload == payload_before, f"{name}: the payload changed before the beat was accepted"),
            Cover(stream.valid & stream.ready, f"{name}: accepted after waiting"),
        ]
