"""What can go wrong in an energy estimate."""


class EnergyError(ValueError):
    """A table that is unknown or malformed, an action without a price, or counts that do not belong to the schedule."""
