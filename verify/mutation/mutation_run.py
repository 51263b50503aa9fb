"""The two campaigns: every mutant against one tier of tests after the other until one notices it."""

from firstspike.golden import source_closure
from firstspike.golden.errors import SimulationError
from firstspike.verify.mutation import checks, golden_model, kill, reviewed, rtl

RTL_CODE = ("firstspike.verify.mutation.checks", "firstspike.verify.mutation.kill", "firstspike.verify.mutation.rtl")
GOLDEN_CODE = ("firstspike.verify.mutation.golden_model",)
REVIEWS = "verify/mutation/survivors.yaml"
"""Says what a survivor means; that a mutant survives is found without it."""

MODELS = ("models/digits.safetensors", "models/vgg16_cifar10.safetensors", "models/vgg16_cifar10.json")
"""Of the checks and of the tests."""

TIERS = {"first": checks.first_tier, "second": checks.second_tier, "directed": checks.directed}
"""Of the RTL; what survives one meets the next."""

ORIGINAL = "original"
"""Name of what is not mutated: nothing may be noticed there."""


def run_rtl(work, config, count, seed):
    """Mutants of the Verilog of `config` against the checks of the co-simulation.

    Parameters
    ----------
    work : verify.campaign.Work
    config : HardwareConfig
    count, seed : int
        As `rtl.simulator`.

    Returns
    -------
    list of dict
        One per mutant: see `_entries`.

    Raises
    ------
    SimulationError
        A check finds a difference in the processor as it is: then no mutant can be judged.
    """
    with work.doing("building the mutated processor"):
        simulator, mutants = rtl.simulator(config, count, seed)
    noticed = {}
    for tier, make in TIERS.items():
        with work.doing(f"golden model of the {tier} tier"):
            tests = make(config)

        def notice(mutant, tests=tests):
            return kill.noticed(rtl.selecting(simulator, mutant.selector if mutant else rtl.UNMUTATED), tests)

        _tier(work, tier, rtl_identity(simulator, tests), notice, mutants, noticed)
    return _entries([(mutant.name, mutant.module, mutant.source) for mutant in mutants], noticed)


def run_golden(work, count, seed):
    """Mutants of the golden model against the tests that belong to their modules, and then those with the RTL.

    Parameters and result as `run_rtl`.
    """
    with work.doing("copying the project"):
        golden_model.prepare()
    mutants = golden_model.sample(count, seed)
    noticed = {}
    for path, tests in golden_model.MODULES.items():
        of_module = [mutant for mutant in mutants if mutant.path == path]
        _tier(work, "first", golden_identity(tests), _notices_golden(tests), of_module, noticed)
    tests = golden_model.SECOND_TIER
    _tier(work, "second", golden_identity(tests), _notices_golden(tests), mutants, noticed)
    return _entries([(mutant.name, mutant.path, f"line {mutant.line}") for mutant in mutants], noticed)


def rtl_identity(simulator, tests):
    """Digest of all that decides whether these checks notice a mutant in this simulator."""
    stimuli = [check.stimulus for check in tests]
    return source_closure.digest(RTL_CODE, [simulator.directory.name, stimuli], MODELS, [REVIEWS])


def golden_identity(tests):
    """Digest of all that decides whether these files of tests notice a mutant."""
    return source_closure.digest(GOLDEN_CODE, [tests], [*tests, *MODELS], [REVIEWS])


def _notices_golden(tests):
    return lambda mutant: golden_model.noticed(mutant, tests)


def _tier(work, tier, identity, notice, mutants, noticed):
    """The tests of one tier meet the original, and then every mutant that is not in `noticed` yet.

    `notice` is a function of a mutant, or of None for the original, and returns what notices it, or None; `noticed`
    becomes {mutant's name: (tier, what notices it)}.
    """
    alive = {mutant.name: mutant for mutant in mutants if mutant.name not in noticed}
    if not alive:
        return
    for part in ({ORIGINAL: None}, alive):
        pieces = {name: lambda mutant=mutant: notice(mutant) for name, mutant in part.items()}
        found = work.each(f"{tier} tier", identity, pieces)
        if found.get(ORIGINAL) is not None:
            raise SimulationError(f"the {tier} tier finds a difference without any mutant: {found[ORIGINAL]}")
        noticed |= {name: (tier, text) for name, text in found.items() if text is not None}


def _entries(mutants, noticed):
    """One dict per mutant: `name`, `module`, `source`, `verdict` (killed, equivalent, unobserved or survived), `tier`
    and `reason` (what noticed it, or what the review says)."""
    reviews = reviewed.load()
    entries = []
    for name, module, source in mutants:
        entry = {"name": name, "module": module, "source": source, "tier": None, "verdict": "survived", "reason": None}
        if name in noticed:
            tier, text = noticed[name]
            entry |= {"verdict": "killed", "tier": tier, "reason": text}
        elif name in reviews:
            entry |= {"verdict": reviews[name].verdict, "reason": reviews[name].reason}
        entries.append(entry)
    return entries
