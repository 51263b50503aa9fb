from firstspike.report.benchmark import benchmark_command as command
from firstspike.report.benchmark import benchmark_page as document
from firstspike.report.benchmark import benchmark_plots as plots
from firstspike.report.benchmark import tables


def test_the_page_says_every_measured_number(report):
    text = document.text(report)
    for number in (
        "6,362 cycles an image",
        "4,242 cycles an image",
        "98,765",
        "7 of 8 classes",
        "50,886 cycles",
        "271,828 cycles/s",
        "45.6 images/s",
        "12.3 s, 321 MiB",
        "5.7 s, 123 MiB",
        "Some CPU (3 cores",
    ):
        assert number in text
    assert "| second | 3,345 | 500 | 14.9% | 1,000 | 2,345 | 0 |" in text
    assert "| 16 | 4 | 4,000 | 500 |" in text
    assert "| 32 | 1 | refused: too small |  |" in text
    assert "/somewhere" not in text  # no paths of the machine


def test_every_plot_of_the_page_is_written_and_equal_reports_give_equal_bytes(report, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "DOCUMENT", tmp_path / "performance.md")
    monkeypatch.setattr(command, "FIGURES", tmp_path / "performance")
    command.write_documents(report)
    first = {path.name: path.read_bytes() for path in tmp_path.rglob("*.*")}
    command.write_documents(report)
    assert {path.name: path.read_bytes() for path in tmp_path.rglob("*.*")} == first
    for name in plots.all_figures(report):
        assert f"(performance/{name}.svg)" in first["performance.md"].decode()
        assert f"{name}.svg" in first


def test_axes_carry_their_quantity_and_unit(report):
    for name, figure in plots.all_figures(report).items():
        assert figure.axes[0].get_ylabel() == "thousand cycles per image"
        if name != "layers":
            assert figure.axes[0].get_xlabel()


def test_causes_that_hardly_matter_are_summed_up(report):
    measured = report["runs"][0]
    measured["layers"][-1]["causes"]["cycles_border"] = 1.0
    header, rows = tables.run_rows(measured)
    assert header == ["layer", "cycles", "floor", "lanes busy", "event", "wait weights", "other causes"]
    assert rows[0] == ["first", "3,017", "1,500", "49.7%", "3,000", "17", "0"]
