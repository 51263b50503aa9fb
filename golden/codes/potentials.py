"""The code of the output layer, which does not fire: membrane potentials, and the classes that follow from them."""

import numpy as np

from firstspike.golden import formats

LOGIT_TABLE = (256, 304, 362, 431)
"""round(256 * 2^(r/4)): scales potentials of different channel offsets to one unit."""


def integer_logits(potentials, offsets):
    """Potentials of the output layer in one common unit, as exact integers.

    Parameters
    ----------
    potentials : int64 array (..., classes)
    offsets : int array (classes,)
        Channel offsets j in ticks.

    Returns
    -------
    object array (..., classes)
        `V * LOGIT_TABLE[r] * 2^q` with `j - min(j) = 4q + r`, as Python integers (they may exceed 64 bits).
    """
    above_lowest = np.asarray(offsets, dtype=np.int64) - int(np.min(offsets))
    scale = [
        LOGIT_TABLE[int(a) % formats.TICKS_PER_OCTAVE] << (int(a) // formats.TICKS_PER_OCTAVE) for a in above_lowest
    ]
    return np.asarray(potentials).astype(object) * np.array(scale, dtype=object)


def classify(potentials, offsets):
    """Class of the largest logit; ties go to the lower class. Shapes as in `integer_logits`; returns int64 (...)."""
    return np.argmax(integer_logits(potentials, offsets), axis=-1).astype(np.int64)
