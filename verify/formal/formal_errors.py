"""What can go wrong with a proof, other than that the statement is false."""


class FormalError(Exception):
    """A tool is missing, or it stopped without an answer."""
