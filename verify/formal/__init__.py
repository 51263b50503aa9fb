"""Formal proofs of the components: properties in Amaranth, SymbiYosys and Z3."""
