from firstspike.golden import cycle_model
from firstspike.golden.config import PRESETS
from firstspike.golden.evaluators import fast
from firstspike.golden.microarchitecture import PENDING_IMAGES
from firstspike.verify.coverage import coverage_streams as streams

TINY = PRESETS["tiny"]


def test_images_arrive_far_ahead_and_just_in_time():
    far_ahead, *just_in_time = streams.image_arrivals(TINY)
    assert far_ahead.images.shape[1:] == (1, 1, 1) and len(far_ahead.images) > 2 * PENDING_IMAGES
    # Words that an image has more than its layer run has cycles: both signs, so that they meet in between.
    surplus = [case.images[0].size - _first_layer_cycles(case) for case in just_in_time]
    assert min(surplus) < 0 < max(surplus)
    assert all(case.stall for case in just_in_time) and len(
        {(case.stall_seed, case.images[0].size) for case in just_in_time}
    ) == len(just_in_time)


def _first_layer_cycles(case):
    """Mean cycles of the runs of the first layer, without those that they wait for an image."""
    network, schedule = case.network_file.network, case.network_file.schedule
    images = case.images[: schedule.batch]
    (prediction,) = cycle_model.predict(network, schedule, images, fast.run(network, images))
    cycles = [
        counted["cycles"] - counted["cycles_wait_image"] // schedule.config.clusters
        for run, counted in zip(schedule.runs, prediction.runs)
        if run.layer == 0
    ]
    return sum(cycles) / len(cycles)
