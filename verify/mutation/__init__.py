"""Proof that tests can fail: mutants of the RTL and of the golden model, and what kills them."""
