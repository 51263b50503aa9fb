"""What can go wrong in a synthesis run."""


class SynthesisError(RuntimeError):
    """A tool is missing or refuses its input, or a library lacks what the flow needs."""
