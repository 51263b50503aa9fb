"""What can go wrong in a synthesis run."""

from firstspike.hw.errors import ToolError


class SynthesisError(ToolError):
    """A tool is missing or refuses its input, or a library lacks what the flow needs."""
