from firstspike.golden.config import PRESETS
from firstspike.sim import processor


def test_the_files_for_verilator_are_found(tiny):
    names = [path.name for path in (tiny.directory / "verilog").iterdir()]
    assert {"firstspike.sv", "firstspike_sram.sv", "firstspike.vlt"} <= set(names)
    assert {path.suffix for path in processor.sources(PRESETS["tiny"])} == {".sv", ".vlt"}


def test_each_configuration_is_generated_once(tmp_path, monkeypatch):
    generated = []
    monkeypatch.setattr(processor, "BUILD", tmp_path)
    monkeypatch.setattr(processor, "_generate", lambda config, directory: generated.append(config))
    changed = PRESETS["tiny"].model_copy(update={"watchdog_cycles": 1000})
    for config in (PRESETS["tiny"], changed, PRESETS["tiny"]):
        processor.sources(config)
    assert generated == [PRESETS["tiny"], changed]
