"""Energy of planar CMOS from one process node and voltage to another, after Stillmaker and Baas.

A. Stillmaker and B. Baas, "Scaling equations for the accurate prediction of CMOS device performance from 180 nm to
7 nm", Integration 58 (2017): E2 = E1 * f(node2, V2) / f(node1, V1) with f = a V^2 + b V + c. The coefficients were
read in the repository wromaszkan/nodeScale. Above 45 nm there is one device family. There is none for 28 nm and 40 nm:
f is interpolated linearly between the neighbouring nodes, which for 28 nm crosses from planar to FinFET devices (0.53
to 0.65 of 45 nm are plausible).
"""

from fractions import Fraction

from firstspike.golden.energy.errors import EnergyError

BULK = {130: ("7.171", "-6.709", "2.904"), 90: ("4.762", "-4.781", "2.092"), 65: ("3.755", "-4.398", "1.975")}
COEFFICIENTS = {
    "HP": BULK
    | {45: ("1.018", "-0.3107", "0.1539"), 32: ("0.8367", "-0.4341", "0.1701"), 20: ("0.373", "-0.1582", "0.04104")},
    "LP": BULK
    | {45: ("1.103", "-0.362", "0.2767"), 32: ("0.9559", "-0.7823", "0.471"), 20: ("0.2632", "-0.14", "0.06841")},
}
"""By device family and node in nm: a, b, c."""


def factor(family, from_node, from_voltage, to_node, to_voltage):
    """Energy at the second node and voltage relative to the first.

    Parameters
    ----------
    family : str
        "HP" (high performance) or "LP" (low power).
    from_node, to_node : number
        nm, 20 to 130.
    from_voltage, to_voltage : number
        V.

    Returns
    -------
    Fraction

    Raises
    ------
    EnergyError
        A node outside of the published range.
    """
    return _energy(family, to_node, to_voltage) / _energy(family, from_node, from_voltage)


def _energy(family, node, voltage):
    """f(node, V), interpolated between the published nodes."""
    nodes = sorted(COEFFICIENTS[family])
    node = Fraction(node)
    for lower, upper in zip(nodes, nodes[1:]):
        if lower <= node <= upper:
            share = (node - lower) / (upper - lower)
            return (1 - share) * _polynomial(COEFFICIENTS[family][lower], voltage) + share * _polynomial(
                COEFFICIENTS[family][upper], voltage
            )
    raise EnergyError(f"energies can be scaled between {nodes[0]} nm and {nodes[-1]} nm, not at {float(node):g} nm")


def _polynomial(coefficients, voltage):
    a, b, c = map(Fraction, coefficients)
    voltage = Fraction(voltage)
    return a * voltage**2 + b * voltage + c
