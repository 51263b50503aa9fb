from firstspike.golden.config import PRESETS
from firstspike.verify.random_networks import configurations


def test_the_pool_is_the_same_every_time_and_begins_with_the_presets():
    pool = configurations.pool(configurations.COUNT)
    assert pool[: len(PRESETS)] == tuple(PRESETS.values()) and len(set(pool)) == configurations.COUNT
    assert configurations.pool(3) == pool[:3]
    assert pool == configurations.pool(configurations.COUNT)


def test_the_pool_has_every_kind_of_processor():
    pool = configurations.pool(configurations.COUNT)
    assert {config.clusters for config in pool} >= {1, 2, 4}
    assert {config.word_neurons for config in pool} >= {1, 2, 4, 8}
    assert {config.encoders for config in pool} >= {1, 2, 4}
    assert {config.network_bits for config in pool} >= {32, 64, 96, 256}
    assert len({config.time_steps for config in pool}) > 4
    assert {config.fraction_bits for config in pool} >= {18, 19, 20, 21}
    assert set.union(*(config.protections for config in pool)) == {"none", "parity", "secded"}
    assert any(config.lanes & config.lanes - 1 for config in pool), "lanes that are no power of two"
