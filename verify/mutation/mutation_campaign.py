"""The two campaigns: every mutant against one tier of tests after the other until one notices it."""

import hashlib

from firstspike.golden import source_closure
from firstspike.golden.errors import SimulationError
from firstspike.golden.paths import BUILD
from firstspike.verify.campaign_state import CampaignState
from firstspike.verify.mutation import checks, golden_model, kill, reviewed, rtl

DIRECTORY = BUILD / "mutation"
RTL_CODE = ("firstspike.verify.mutation.checks", "firstspike.verify.mutation.kill", "firstspike.verify.mutation.rtl")
GOLDEN_CODE = ("firstspike.verify.mutation.golden_model",)
REVIEWS = "verify/mutation/survivors.yaml"
"""Says what a survivor means; that a mutant survives is found without it."""

MODELS = ("models/digits.safetensors", "models/vgg16_cifar10.safetensors", "models/vgg16_cifar10.json")
"""Of the checks and of the tests."""

TIERS = {"first": checks.first_tier, "second": checks.second_tier, "directed": checks.directed}
"""Of the RTL; what survives one meets the next."""


def run_rtl(config, count, seed, advance):
    """Mutants of the Verilog of `config` against the checks of the co-simulation.

    Parameters
    ----------
    config : HardwareConfig
    count, seed : int
        As `rtl.simulator`.
    advance : function of (str, int, int)
        Called with what is being done, how many mutants it is for, and how many are done.

    Returns
    -------
    list of dict
        One per mutant: see `entry`.

    Raises
    ------
    SimulationError
        A check finds a difference in the processor as it is: then no mutant can be judged.
    """
    advance("building the mutated processor", 1, 0)
    simulator, mutants = rtl.simulator(config, count, seed)
    state = CampaignState(DIRECTORY / "rtl.jsonl", rtl_identity(simulator))
    noticed = {}
    for tier, make in TIERS.items():
        advance(f"golden model of the {tier} tier", 1, 0)
        tests = make(config)
        key = _digest(tests)
        _require_unnoticed(
            state.get(f"{key} {rtl.UNMUTATED}", lambda: kill.noticed(rtl.selecting(simulator, rtl.UNMUTATED), tests)),
            tier,
        )
        alive = [mutant for mutant in mutants if mutant.selector not in noticed]
        for done, mutant in enumerate(alive):
            advance(f"{tier} tier: {mutant.name}", len(alive), done)
            if (
                found := state.get(
                    f"{key} {mutant.selector}", lambda: kill.noticed(rtl.selecting(simulator, mutant.selector), tests)
                )
            ) is not None:
                noticed[mutant.selector] = tier, found
    return _entries([(mutant.name, mutant.module, mutant.source, noticed.get(mutant.selector)) for mutant in mutants])


def run_golden(count, seed, advance):
    """Mutants of the golden model against the tests that belong to their modules, and then those with the RTL.

    Parameters and result as `run_rtl`.
    """
    advance("copying the project", 1, 0)
    golden_model.prepare()
    mutants = golden_model.sample(count, seed)
    states = {
        tests: CampaignState(DIRECTORY / "golden.jsonl", golden_identity(tests))
        for tests in (*golden_model.MODULES.values(), golden_model.SECOND_TIER)
    }
    noticed = {}
    for tier in ("first", "second"):
        alive = [mutant for mutant in mutants if mutant.name not in noticed]
        for done, mutant in enumerate(alive):
            advance(f"{tier} tier: {mutant.name}", len(alive), done)
            tests = golden_model.MODULES[mutant.path] if tier == "first" else golden_model.SECOND_TIER
            state = states[tests]
            _require_unnoticed(state.get("original", lambda: golden_model.noticed(None, tests)), tier)
            if (found := state.get(mutant.name, lambda: golden_model.noticed(mutant, tests))) is not None:
                noticed[mutant.name] = tier, found
    return _entries([(mutant.name, mutant.path, f"line {mutant.line}", noticed.get(mutant.name)) for mutant in mutants])


def rtl_identity(simulator):
    """Digest of all that decides whether a mutant in this simulator is noticed, besides the stimuli."""
    return source_closure.digest(RTL_CODE, [simulator.directory.name], MODELS, [REVIEWS])


def golden_identity(tests):
    """Digest of all that decides whether these files of tests notice a mutant."""
    return source_closure.digest(GOLDEN_CODE, [tests], [*tests, *MODELS], [REVIEWS])


def _require_unnoticed(found, tier):
    if found is not None:
        raise SimulationError(f"the {tier} tier finds a difference without any mutant: {found}")


def _digest(tests):
    result = hashlib.sha256()
    for check in tests:
        result.update(repr(check.stimulus).encode())
    return result.hexdigest()[:16]


def _entries(mutants):
    """One dict per mutant: `name`, `module`, `source`, `verdict` (killed, equivalent, unobserved or survived), `tier`
    and `reason` (what noticed it, or what the review says)."""
    reviews = reviewed.load()
    entries = []
    for name, module, source, noticed in mutants:
        entry = {"name": name, "module": module, "source": source, "tier": None, "verdict": "survived", "reason": None}
        if noticed is not None:
            entry |= {"verdict": "killed", "tier": noticed[0], "reason": noticed[1]}
        elif name in reviews:
            entry |= {"verdict": reviews[name].verdict, "reason": reviews[name].reason}
        entries.append(entry)
    return entries
