"""Predicts every cycle of a run without RTL: the processor's control, cycle by cycle, without its data.

Each block of the RTL has its counterpart here with the same registers and the same names; what a block decides in a
cycle follows from the registers before the clock edge, as in the RTL. Weights and potentials are left out: the number
of cycles depends only on the schedule and on where the spikes are.
"""

from golden.cycle_model.prediction import Prediction, predict

__all__ = ["Prediction", "predict"]
