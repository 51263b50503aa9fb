from firstspike.quant.mapper.cost_model import (
    PASS_CYCLES,
    RUN_CYCLES,
    PassWork,
    finish_times,
    steady_cycles,
    stream_cycles,
)


def work(array_cycles, rows, visits=10):
    return PassWork(
        array_cycles=array_cycles, first_visit_cycles=array_cycles / visits, rows=rows, header_cycles=1, row_cycles=2
    )


def test_the_array_waits_for_the_first_weights_and_needs_all_after_the_first_visit():
    assert finish_times([[work(1000, rows=100)]], ring_rows=100) == [201 + 900 + PASS_CYCLES]


def test_weights_load_while_the_previous_pass_runs():
    first, second = finish_times([[work(1000, 10)], [work(1000, 10)]], ring_rows=20)
    assert second - first == RUN_CYCLES + 1000 + PASS_CYCLES


def test_a_full_ring_delays_the_next_pass():
    fitting = steady_cycles([work(1000, 100)], ring_rows=200)
    crowded = steady_cycles([work(1000, 100)], ring_rows=100)
    assert fitting == RUN_CYCLES + 1000 + PASS_CYCLES
    assert crowded > fitting


def test_a_part_of_the_next_pass_loads_into_the_rest_of_the_ring():
    times = [steady_cycles([work(4000, 1000)], ring_rows=rows) for rows in (1000, 1500, 2000)]
    assert times[0] > times[1] > times[2]


def test_short_passes_are_bound_by_the_stream():
    passes = [work(1, 100)] * 50
    assert stream_cycles(passes) == 50 * 201
    assert abs(steady_cycles(passes, ring_rows=1000) - stream_cycles(passes)) < 100
