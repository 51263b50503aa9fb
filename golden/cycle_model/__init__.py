"""Predicts every cycle of a run without RTL: the processor's control, cycle by cycle, without its data.

Each block of the RTL has its counterpart here with the same registers and the same names; what a block decides in a
cycle follows from the registers before the clock edge, as in the RTL. Weights and potentials are left out: the number
of cycles depends only on the schedule and on where the spikes are.
"""

import hashlib
from pathlib import Path

import numba

from firstspike.golden import geometry

# Numba recompiles a function when its own file changes, not when a function that it calls does; a folder per state of
# the whole package, and of the formulas that it compiles, keeps compiled code of older files from being used.
_default_folder = numba.config.CACHE_DIR
_sources = b"".join(
    path.read_bytes() for path in (*sorted(Path(__file__).parent.glob("*.py")), Path(geometry.__file__))
)
numba.config.CACHE_DIR = str(Path(__file__).parent / "__pycache__" / hashlib.sha256(_sources).hexdigest()[:16])

from firstspike.golden.cycle_model.prediction import Prediction, predict

numba.config.CACHE_DIR = _default_folder

__all__ = ["Prediction", "predict"]
