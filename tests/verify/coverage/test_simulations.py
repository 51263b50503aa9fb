from collections import Counter

import pytest

from firstspike.verify.coverage import simulations
from firstspike.verify.coverage.points import LINE, Point

DATA = "# SystemC::Coverage-3\nC '\1page\2v_line/pe\1l\0027\1o\2if\1h\2top' 3\n"


def test_an_interrupted_measurement_goes_on_where_it_stopped(work, tmp_path, monkeypatch):
    measured = []

    def measure(name, ends=False):
        def run(compiled, file):
            if ends:
                raise KeyboardInterrupt
            measured.append(name)
            file.write_text(DATA)
            return Counter({("outcome of a run", name): 2, ("outcome of a run", "DONE"): 1}), 100

        return name, run

    monkeypatch.setattr(simulations, "STATE", tmp_path / "data")
    monkeypatch.setattr(simulations, "identity", lambda compiled: "same")
    monkeypatch.setattr(simulations, "groups", lambda: [measure("a"), measure("b", ends=True)])
    with pytest.raises(KeyboardInterrupt):
        simulations.collect(None, work())
    monkeypatch.setattr(simulations, "groups", lambda: [measure("a"), measure("b")])
    met, found, cycles = simulations.collect(None, work())
    assert measured == ["a", "b"] and cycles == 200
    assert met == {Point(LINE, "pe", 7, "if"): 6}
    assert found == {("outcome of a run", name): 2 for name in ("a", "b", "DONE")}
