"""What can go wrong in a simulation."""


class SimulationError(Exception):
    """The simulation could not be built or run, or the processor answered with an error or against its protocol.

    Attributes
    ----------
    code : golden.streams.records.ErrorCode or None
        The error code that the processor sent, if it sent one.
    """

    def __init__(self, text, code=None):
        super().__init__(text)
        self.code = code
