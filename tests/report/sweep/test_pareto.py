"""The Pareto front against its definition."""

import random
import xml.etree.ElementTree

from firstspike.report.sweep import pareto


def row(key, energy, speed, kilobytes, lanes=64, batch=1):
    return {
        "key": key,
        "images": 1,
        "frames_per_second": speed,
        "kilobytes": kilobytes,
        "config": {"lanes": lanes},
        "point": {"batch": batch, "fields": {}},
        "energy": {"x": {"energy_aj": energy, "microjoules_per_image": energy / 1e12}},
    }


def test_rows_that_another_one_beats_are_left_out():
    rows = [row("cheap", 10, 1, 5), row("fast", 20, 9, 5), row("beaten", 20, 8, 5), row("small", 30, 1, 1)]
    assert [found["key"] for found in pareto.front(rows, "x")] == ["cheap", "fast", "small"]


def test_equally_good_rows_all_stay():
    assert len(pareto.front([row("a", 1, 1, 1), row("b", 1, 1, 1)], "x")) == 2


def test_front_of_random_rows_is_its_definition():
    rng = random.Random(3)
    rows = [row(str(index), rng.randrange(20), rng.randrange(20), rng.randrange(20)) for index in range(60)]
    kept = {found["key"] for found in pareto.front(rows, "x")}

    def costs(one):
        return one["energy"]["x"]["energy_aj"], -one["frames_per_second"], one["kilobytes"]

    for one in rows:
        better = [
            other
            for other in rows
            if costs(other) != costs(one) and all(theirs <= ours for theirs, ours in zip(costs(other), costs(one)))
        ]
        assert (one["key"] in kept) == (not better)


def test_plot_is_an_svg():
    rows = [row("a", 10**12, 5, 1), row("b", 2 * 10**12, 9, 1, lanes=128, batch=4)]
    assert xml.etree.ElementTree.fromstring(pareto.plot(rows, ["x"], "title")).tag.endswith("svg")
