"""Fault injection: statistics over the golden model, spot checks over the RTL."""
