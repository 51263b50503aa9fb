import numpy as np
import pytest

from firstspike.verify.faults import faults_campaign as document
from firstspike.verify.faults import faults_plots as plots

POINTS = [{"rate": 1e-3, "flips": 5, "correct": [9, 7]}, {"rate": 1e-2, "flips": 50, "correct": [1, 3]}]


@pytest.fixture
def results():
    return {
        "spot_checks": {
            "model": "digits",
            "config": "tiny",
            "images": 6,
            "equal": {"weights": {"faults": 48, "changed": 1234}},
            "protection": {"weights": {"faults": 12, "read": 11, "changing": 10}},
        },
        "models": {
            "digits": {
                "config": "tiny",
                "images": 10,
                "source": "test images",
                "seeds": 2,
                "clean": 10,
                "bit_rate": 1e-3,
                "rates": {"partial_sums": POINTS},
                "bits": {"weights": [{"bit": 0, "flips": 5, "correct": [10, 10]}]},
            }
        },
    }


def test_the_section_shows_what_was_measured(results):
    text = document.section(results)
    assert text.startswith("## Faults\n")
    assert "| weights | 48 | 1,234 |" in text
    assert "| weights | 12 | 11 | 10 |" in text
    assert "| partial sums | 80.0 (70.0 to 90.0) | 20.0 (10.0 to 30.0) |" in text
    assert "Without faults 100.0 %" in text
    assert "| bit of weights | 0 |" in text


def test_a_campaign_without_the_rtl_has_a_section_too(results):
    del results["spot_checks"]
    assert "RTL against golden model" not in document.section(results)


def test_every_figure_is_saved(results, tmp_path):
    assert plots.save(results, tmp_path) == ["digits_rates", "digits_bits"]
    assert (tmp_path / "faults_digits_rates.svg").read_bytes().startswith(b"<?xml")
    assert (tmp_path / "faults_digits_bits.svg").stat().st_size > 1000


def test_equal_numbers_of_three_fault_patterns_have_bars_of_no_length(results):
    """The mean of three equal numbers is rounded, and may then be smaller than the smallest."""
    model = results["models"]["digits"]
    equal = [[count] * 3 for count in range(361)]
    assert any(np.mean(np.array(counts) / 360) < min(counts) / 360 for counts in equal)
    model |= {
        "images": 360,
        "seeds": 3,
        "clean": 360,
        "rates": {"weights": [{"rate": 1e-3, "flips": 5, "correct": counts} for counts in equal]},
    }
    (axes,) = plots.figures(results)["digits_rates"].axes
    bars = next(container for container in axes.containers).lines[2][0].get_segments()
    assert len(bars) == len(equal) and all(low == high for (_, low), (_, high) in bars)
