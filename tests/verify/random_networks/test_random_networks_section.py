from firstspike.golden.config import PRESETS
from firstspike.verify.random_networks import cases
from firstspike.verify.random_networks import random_networks_campaign as document
from firstspike.verify.random_networks import random_networks_results as results
from firstspike.verify.random_networks.chain import Checked
from firstspike.verify.random_networks.target import Target


def test_the_section_has_the_figures_of_the_result():
    checked = Checked(("time_stepped", "reference", "rtl"), 1234, True, 56789, ())
    entries = [results.entry(seed, cases.from_seed(seed, PRESETS["tiny"]), checked, 3.0) for seed in (5, 6)]
    text = document.section(results.summary(entries, Target([PRESETS["tiny"]])))
    assert text.startswith("## Random networks through the RTL\n")
    assert "2 random networks (seeds 5 to 6)" in text and "**0 mismatches**" in text
    assert "113,578 cycles" in text and "2,468 spike words and potentials" in text
    assert "(`golden/evaluators/time_stepped.py`): 2 networks" in text and "small enough for it): 0 networks" in text
    assert all(line.count("|") == 3 for line in text.splitlines() if line.startswith("|"))
