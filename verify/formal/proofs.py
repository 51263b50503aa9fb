"""All proofs."""

from firstspike.verify.formal import (
    axi_stream,
    fetch_arbiter,
    fire_unit,
    image_buffer,
    packet_sender,
    pe,
    pixel_decoder,
    queue,
    round_robin,
    sequencer,
    unpacker,
    watchdog,
    weight_ring,
)

MODULES = (
    pe,
    fire_unit,
    pixel_decoder,
    queue,
    unpacker,
    weight_ring,
    image_buffer,
    axi_stream,
    packet_sender,
    sequencer,
    round_robin,
    fetch_arbiter,
    watchdog,
)
ALL = tuple(proof for module in MODULES for proof in module.PROOFS)
BLOCKS = tuple(dict.fromkeys(proof.block for proof in ALL))
