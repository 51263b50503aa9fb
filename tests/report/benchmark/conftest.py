"""A report as `firstspike bench` writes it, with numbers that nothing else has."""

import pytest

from firstspike.golden.config import PRESETS
from firstspike.golden.counting import counters


def layer(name, event, weights):
    causes = {cause.name: 0.0 for cause in counters.CYCLE_CAUSES}
    causes |= {"cycles_event": event, "cycles_wait_weights": weights}
    return {
        "layer": name,
        "cycles": event + weights,
        "floor": event / 2,
        "utilisation": event / 2 / (event + weights),
        "causes": causes,
    }


def run(batch, cycles):
    return {
        "batch": batch,
        "images": 8,
        "image_source": "pictures in /somewhere",
        "bit_exact": True,
        "cycle_model_equal": True,
        "correct": 7,
        "cycles": 8 * cycles,
        "cycles_per_image": float(cycles),
        "slowest_run_cycles_per_image": 98765.0,
        "counted_cycles": 8 * cycles - 10,
        "caused_cycles": float(8 * cycles - 10),
        "layers": [layer("first", 3000.0, 17.0), layer("second", 1000.0, 2345.0), layer("all", 4000.0, 2362.0)],
    }


def point(value, batch, cycles):
    return {
        "value": value,
        "batch": batch,
        "cycles_per_image": cycles,
        "floor_per_image": None if cycles is None else 500.0,
        "refusal": "too small" if cycles is None else None,
    }


@pytest.fixture
def report():
    curves = [point(value, batch, 1000.0 * value / batch) for batch in (1, 4) for value in (8, 16)]
    return {
        "model": "some_network",
        "configuration": PRESETS["paper"].model_dump(),
        "fields": {},
        "machine": {"processor": "Some CPU", "cores": 3, "load": 0.25},
        "export": {"seconds": 12.34, "peak_memory_mib": 321.0},
        "verilog": {"seconds": 5.67, "peak_memory_mib": 123.0},
        "golden": {"unit": "images/s", "median": 45.6, "all": [45.6]},
        "simulation": {"unit": "cycles/s", "median": 271828.0, "all": [271828.0]},
        "runs": [run(1, 6362), run(4, 4242)],
        "growth": {
            "lanes": [*curves, point(32, 1, None)],
            "network_bits": curves,
            "batch": [point(1, 1, 777.0), point(2, 2, 666.0)],
            "spike_density": curves,
        },
    }
