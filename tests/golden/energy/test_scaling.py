"""Scaling factors against numbers computed by hand from the published coefficients."""

from fractions import Fraction

import pytest

from firstspike.golden.energy import scaling
from firstspike.golden.energy.errors import EnergyError


def test_factor_between_published_nodes_is_the_ratio_of_the_polynomials():
    at_45 = Fraction("1.018") * Fraction("0.81") - Fraction("0.3107") * Fraction("0.9") + Fraction("0.1539")
    at_32 = Fraction("0.8367") * Fraction("0.81") - Fraction("0.4341") * Fraction("0.9") + Fraction("0.1701")
    assert scaling.factor("HP", 45, Fraction("0.9"), 32, Fraction("0.9")) == at_32 / at_45


@pytest.mark.parametrize(
    "family, node, voltage, expected",
    [
        ("HP", 32, "0.9", "0.654"),
        ("LP", 32, "0.9", "0.641"),
        ("HP", 28, "0.9", "0.532"),
        ("LP", 28, "0.9", "0.489"),
        ("HP", 28, "0.8", "0.415"),
        ("LP", 28, "0.8", "0.410"),
    ],
)
def test_factor_from_45_nm_and_0_9_volt(family, node, voltage, expected):
    assert f"{float(scaling.factor(family, 45, Fraction('0.9'), node, Fraction(voltage))):.3f}" == expected


def test_factor_to_the_same_node_and_voltage_is_one():
    assert scaling.factor("HP", 28, Fraction("0.8"), 28, Fraction("0.8")) == 1


@pytest.mark.parametrize(
    "family, node, voltage, to_voltage, expected",
    [("HP", 65, "0.9", "0.9", "0.351"), ("HP", 130, "1.2", "0.9", "0.0718"), ("LP", 130, "1.2", "0.9", "0.0797")],
)
def test_factor_from_an_older_node_to_28_nm(family, node, voltage, to_voltage, expected):
    factor = scaling.factor(family, node, Fraction(voltage), 28, Fraction(to_voltage))
    assert f"{float(factor):.3g}" == expected


@pytest.mark.parametrize("node", [19, 131, 180])
def test_node_outside_of_the_published_range_is_an_error(node):
    with pytest.raises(EnergyError, match=f"between 20 nm and 130 nm, not at {node} nm"):
        scaling.factor("HP", 45, Fraction("0.9"), node, Fraction("0.9"))
