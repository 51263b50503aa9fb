"""All proofs."""

from hw.formal import fetch_arbiter, fire_unit, pe, pixel_decoder, queue, round_robin, watchdog, weight_ring

MODULES = (pe, fire_unit, pixel_decoder, queue, weight_ring, round_robin, fetch_arbiter, watchdog)
ALL = tuple(proof for module in MODULES for proof in module.PROOFS)
BLOCKS = tuple(dict.fromkeys(proof.block for proof in ALL))
