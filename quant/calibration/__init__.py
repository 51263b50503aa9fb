"""Post-training quantisation: what a network does with a few unlabelled images decides how its numbers are rounded."""

from firstspike.quant.calibration.calibrate import CalibrationError, calibrate

__all__ = ["CalibrationError", "calibrate"]
