import json

from firstspike.golden.config import PRESETS
from firstspike.verify.random_networks import cases
from firstspike.verify.random_networks import random_networks_results as results
from firstspike.verify.random_networks.chain import Checked
from firstspike.verify.random_networks.target import Target

TINY = PRESETS["tiny"]


def entry(seed, differences=()):
    checked = Checked(("reference", "rtl"), 10, seed % 2 == 0, 1000, differences)
    return results.entry(seed, cases.from_seed(seed, TINY), checked, 0.5)


def test_a_summary_adds_the_cases_up():
    entries = [entry(1), entry(2), entry(3, ("rtl: wrong",))]
    summary = results.summary(entries, Target([TINY]))
    assert (summary["networks"], summary["mismatches"], summary["compared"], summary["cycles"]) == (3, 1, 30, 3000)
    assert (summary["first_seed"], summary["last_seed"], summary["networks_with_cycles_compared"]) == (1, 3, 1)
    assert summary["links"] == {"reference": 3, "rtl": 3} and summary["seconds"] == 1.5
    assert sum(summary["distribution"]["layers"].values()) == 3
    assert summary["distribution"]["configuration"] == {"tiny": 3}
    assert summary["meets"]["max pool"] + summary["meets"]["no pool"] == 3
    assert json.loads(json.dumps(summary)) == summary
