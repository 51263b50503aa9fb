"""The image buffer keeps every word of an image until the image is released."""

from amaranth.hdl import Assert, Assume, Cover, Signal

from firstspike.golden.config import IMAGE_STREAM_BITS, PRESETS
from firstspike.hw.memory.image_buffer import ImageBuffer
from firstspike.verify.formal.arbitrary import AnyConst
from firstspike.verify.formal.proof import Proof

CONFIG = PRESETS["tiny"].model_copy(update={"image_words": 4})
COUNT_BITS = 6
"""Of the running numbers of words: more than the depth of the proof."""

DEPTH = 10


def properties(m, buffer, inside):
    """Follows the word with an arbitrary running number from the stream to the read port."""
    words = CONFIG.image_words
    followed, seen = Signal(COUNT_BITS), Signal(IMAGE_STREAM_BITS)
    accepted, released, ends = Signal(COUNT_BITS), Signal(COUNT_BITS), Signal(COUNT_BITS)
    accept = buffer.img.valid & buffer.img.ready
    last = buffer.img.payload.last
    m.d.comb += [followed.eq(AnyConst(COUNT_BITS)), Assume(~buffer.release | buffer.complete)]
    m.d.sync += accepted.eq(accepted + accept)
    with m.If(accept & (accepted == followed)):
        m.d.sync += seen.eq(buffer.img.payload.data)
    with m.If(buffer.release):
        m.d.sync += released.eq(released + buffer.length)
    with m.If(accept & last):
        m.d.sync += ends.eq(accepted + 1)

    # Only words of the oldest, complete image are read.
    m.d.comb += Assume(~buffer.read | (buffer.complete & (buffer.read_address < buffer.length)))
    reads_followed = Signal()
    m.d.sync += reads_followed.eq(buffer.read & ((released + buffer.read_address)[:COUNT_BITS] == followed))
    m.d.comb += [
        Assert((accepted - released)[:COUNT_BITS] <= words, "never more words than the buffer has"),
        Assert(
            ~buffer.complete | ((ends - released)[:COUNT_BITS] >= buffer.length), "complete means all words are there"
        ),
        Assert(~buffer.complete | (buffer.length != 0)),
        Assert(~reads_followed | (buffer.read_data == seen), "the word as it came"),
        Assert(~buffer.overflow | ((accepted - released == words) & ~buffer.complete)),
        Cover(reads_followed & (followed == words + 1), "a word of the second round"),
        Cover(buffer.overflow),
        Cover(buffer.release & accept),
        Cover(buffer.complete & (buffer.length == 2) & (accepted - released == words)),
    ]


PROOFS = (
    Proof(
        "image_buffer.ring",
        f"every word of an image (ring of {CONFIG.image_words} words) is read as it came until "
        "the image is released; length and overflow are reported rightly",
        lambda: ImageBuffer(CONFIG),
        properties,
        depth=DEPTH,
        unbounded=False,
        cover_depth=DEPTH,
    ),
)
