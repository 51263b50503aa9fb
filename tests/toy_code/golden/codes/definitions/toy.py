"""The toy code in plain Python."""


def events(word, settings):
    return [(0, 1)] if word == 1 else []


def encode(potential, offset, settings):
    return 1 if potential > 0 else 0
