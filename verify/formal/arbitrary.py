"""Values that the solver chooses: `AnyConst` once, `AnySeq` anew in each cycle."""

# Amaranth 0.5 has them, but does not export them from amaranth.hdl.
from amaranth.hdl._ast import AnyConst, AnySeq

__all__ = ["AnyConst", "AnySeq"]
