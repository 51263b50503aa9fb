"""The simplest case that still fails, found by hypothesis from one that fails."""

import warnings

import hypothesis
from hypothesis import strategies
from hypothesis.database import InMemoryExampleDatabase, choices_to_bytes

from firstspike.verify.random_networks import cases

MOST_EXAMPLES = 300
"""Cases that are tried, about."""
KEY = b"case"


@strategies.composite
def all_cases(draw, config):
    """Strategy of the cases for one configuration; the same choices in the same order as `cases.from_seed`."""
    try:
        return cases.draw(lambda lowest, highest: draw(strategies.integers(lowest, highest)), config)
    except cases.RejectedError:
        hypothesis.reject()


def shrink(case, fails):
    """Search for the simplest case of the same configuration that fails.

    Parameters
    ----------
    case : Case
        One that fails.
    fails : function of a Case
        Returns whether it fails.

    Returns
    -------
    Case
        `case` itself if nothing simpler fails.
    """
    # Hypothesis begins with what its database knows to fail; what is under the key itself it takes for shrunk already.
    database = InMemoryExampleDatabase()
    database.save(KEY + b".secondary", choices_to_bytes(case.choices))
    tried = 0
    simplest = case

    def still_fails(candidate):
        nonlocal tried, simplest
        tried += 1
        # An upper bound of our own: hypothesis bounds the search, not the shrinking.
        if tried > MOST_EXAMPLES or not fails(candidate):
            return False
        simplest = candidate
        return True

    settings = hypothesis.settings(
        database=database,
        deadline=None,
        max_examples=MOST_EXAMPLES,
        phases=(hypothesis.Phase.reuse, hypothesis.Phase.shrink),
    )
    try:
        with warnings.catch_warnings():
            # A case is printed by our own means; hypothesis complains that its own text of one is long.
            warnings.simplefilter("ignore", hypothesis.errors.HypothesisWarning)
            return hypothesis.find(all_cases(case.config), still_fails, settings=settings, database_key=KEY)
    except (hypothesis.errors.NoSuchExample, hypothesis.errors.FlakyFailure):
        return simplest
