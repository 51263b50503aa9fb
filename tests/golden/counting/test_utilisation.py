from firstspike.golden.config import PRESETS
from firstspike.golden.counting import counters, utilisation
from firstspike.golden.schedule import LayerRun, Pass, Schedule
from tests.small_networks import small_network

CONFIG = PRESETS["small"]


def layer_run(layer, first_image, images):
    pass_ = Pass(
        first_channel=0,
        channels=1,
        first_word=0,
        words=1,
        tail_rows=1,
        rows_per_tap=1,
        rows=1,
        first_unit=0,
        units=1,
        first_chunk=True,
        last_chunk=True,
        has_parameters=True,
    )
    return LayerRun(
        layer=layer,
        first_image=first_image,
        images=images,
        split=1,
        in_base=0,
        out_base=0,
        in_words=1,
        out_words=1,
        passes=(pass_,),
    )


def counts(cycles, sops, **causes):
    return {cause.name: 0 for cause in counters.CYCLE_CAUSES} | {"cycles": cycles, "sops": sops} | causes


def test_counts_of_all_runs_of_a_layer_become_means_per_image():
    schedule = Schedule(CONFIG, 2, (layer_run(0, 0, 1), layer_run(0, 1, 1), layer_run(1, 0, 2)))
    counted = [
        [
            counts(100, 320, cycles_event=150, cycles_border=50),
            counts(60, 160, cycles_event=120),
            counts(40, 64, cycles_wait_weights=80),
        ],
        [counts(200, 640, cycles_event=400), counts(40, 160, cycles_event=80), counts(20, 64, cycles_event=40)],
    ]
    first, second = utilisation.layers(small_network(), schedule, counted)
    assert (first.layer, first.cycles, first.floor) == ("conv", 100, 1280 / 4 / CONFIG.lanes)
    assert (second.layer, second.cycles, second.floor) == ("fc", 15, 128 / 4 / CONFIG.lanes)
    assert first.causes["cycles_event"] == 750 / 4 / CONFIG.clusters
    assert first.causes["cycles_border"] == 50 / 4 / CONFIG.clusters
    assert first.utilisation == 20 / 100
    for layer in (first, second):
        assert sum(layer.causes.values()) == layer.cycles


def test_total_is_the_sum_of_the_layers():
    causes = {cause.name: 0 for cause in counters.CYCLE_CAUSES}
    total = utilisation.total(
        [
            utilisation.LayerCycles("a", 10, 4, causes | {"cycles_event": 10}),
            utilisation.LayerCycles("b", 30, 6, causes | {"cycles_event": 10, "cycles_border": 20}),
        ]
    )
    assert total == utilisation.LayerCycles("all", 40, 10, causes | {"cycles_event": 20, "cycles_border": 20})
    assert total.utilisation == 0.25
