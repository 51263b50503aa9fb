import numpy as np

from firstspike.golden.config import PRESETS
from firstspike.golden.geometry import MAX_2X2, Window
from firstspike.golden.network import Layer, Network
from firstspike.golden.schedule import LayerRun, Pass, Schedule
from firstspike.golden.streams import record_values as stream_records
from firstspike.golden.streams import records
from firstspike.golden.streams.records import InputKind


def layer(name, out_channels, in_channels, **more):
    zeros = np.zeros(out_channels, np.int64)
    return Layer.of(name, np.zeros((out_channels, in_channels, 3, 3), np.uint8), zeros, zeros, **more)


NETWORK = Network(
    "two",
    (layer("conv", 6, 3, window=Window((3, 3), padding=(1, 1)), pool=MAX_2X2), layer("fc", 4, 6, fires=False)),
    (3, 6, 6),
)
PASS = Pass(
    first_channel=4,
    channels=2,
    first_word=0,
    words=1,
    tail_rows=3,
    rows_per_tap=3,
    rows=27,
    first_unit=4,
    units=5,
    first_chunk=True,
    last_chunk=True,
    has_parameters=True,
)
RUN = LayerRun(
    layer=0, first_image=1, images=1, split=2, in_base=0, out_base=100, in_words=1, out_words=2, passes=(PASS,)
)
SCHEDULE = Schedule(config=PRESETS["tiny"], batch=2, runs=(RUN,))


def test_start_names_the_configuration():
    record = stream_records.start_record(SCHEDULE)
    assert record["fingerprint"] == PRESETS["tiny"].fingerprint and record["batch"] == 2


def test_layer_record_describes_the_maps():
    record = stream_records.layer_record(NETWORK, SCHEDULE, RUN)
    assert record["input_kind"] == InputKind.PIXEL_DIGITS and record["release_image"] and not record["is_output"]
    assert (record["in_h"], record["in_row_stride"], record["in_image_stride"]) == (6, 6, 36)
    assert (record["units_h"], record["units_w"], record["split_log2"], record["first_image"]) == (3, 3, 1, 1)


def test_pass_addresses_begin_in_the_padding_and_step_two_positions_per_pooled_unit():
    record = stream_records.pass_record(NETWORK, SCHEDULE, RUN, PASS)
    assert (record["start_image"], record["start_y"], record["start_x"]) == (0, 1, 1)
    assert record["image_base"] == (1 << 20) - 7
    assert record["row_base"] == 2 * 6 - 7
    assert record["unit_base"] == 2 * 6 + 2 - 7
    assert record["out_address"] == 100 + 4 * 2 + 1


def test_records_have_exactly_the_fields_of_the_format():
    assert set(stream_records.start_record(SCHEDULE)) == dict(records.START).keys()
    assert set(stream_records.layer_record(NETWORK, SCHEDULE, RUN)) == dict(records.LAYER).keys()
    assert set(stream_records.pass_record(NETWORK, SCHEDULE, RUN, PASS)) == dict(records.PASS).keys()
    assert set(stream_records.end_record()) == dict(records.END).keys()
