"""From trained networks to network files for the processor."""

from firstspike.quant.export import export

__all__ = ["export"]
