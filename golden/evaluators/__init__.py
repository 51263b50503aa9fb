"""Evaluations of a network: written definitions, readable reference, fast path, simulation in time, with faults."""
