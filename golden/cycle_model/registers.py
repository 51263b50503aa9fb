"""Registers of the blocks, named as in hw/."""

import numpy as np


def _registers(*names):
    return np.dtype([(name, np.int64) for name in names])


LOADER = _registers(
    "state",
    "command",
    "rows_left",
    "parameter_rows_left",
    "split",
    "rows_loaded",
    "groups_loaded",
    "rows_taken",
    "groups_taken",
    "count",
    "words_usable",
    "offset",
    "ended",
    "words_left",
    "batches_left",
    "pushed",
    "rows_freed",
    "groups_released",
)
"""`count`, `words_usable`, `offset`, `ended`: the unpacker; `pushed`: commands that have entered the command queue;
`rows_freed`, `groups_released`: as they were one cycle ago."""

SEQUENCER = _registers(
    "state",
    "popped",
    "moved",
    "layer",
    "first_layer",
    "row_count",
    "groups_started",
    "groups_opened",
    "groups_released",
    "rows_freed",
    "open_level",
    "all_loaded",
    "quiet",
    "current_slot",
    "run",
    "image_words_received",
    "images_used",
    "image_level",
    "counters_position",
    "counters_fetched",
    "counters_busy",
    "batches_done",
)
"""Sequencer, image buffer and counter bank. `layer` is the command index of the running layer, `popped` counts
commands, `moved` those that have left the command queue for the register before the sequencer."""

GENERATOR = _registers(
    "walking",
    "pass_",
    "units_left",
    "unit_index",
    "unit_x",
    "unit_y",
    "image_base",
    "row_base",
    "unit_base",
    "window",
    "first_visit",
    "kernel_y",
    "kernel_x",
    "word",
    "visit_x",
    "tap_y",
    "tap_x",
    "line_address",
    "tap_address",
    "address",
    "tap_count",
    "count",
    "pass_row_count",
    "pass_slot",
    "steps",
    "reading",
    "arriving",
    "decoded",
    "holding",
    "level",
    "have_word",
    "first",
    "picked",
    "queued",
    "waiting",
    "row_loaded",
    "stores",
    "finishing",
    "finished",
    "activity",
)
"""Event generator without its words and events; `pass_` is a command index, `count` the weight row's running number."""

ENCODER = _registers(
    "state",
    "served",
    "cluster",
    "slot",
    "active",
    "slice_",
    "slices",
    "lane",
    "channels_sent",
    "travels",
    "sender_state",
    "sender_source",
    "sender_position",
    "result_level",
    "fetch_served",
)
"""Spike encoder, packet sender, and the fetch arbiter's turn."""

WORD = _registers("read", "begin", "end", "count", "last", "first_visit", "last_visit", "nothing", "pass_", "slot")
"""`read`: it is inside of the map; `begin`, `end`: its events; `pass_` is a command index, `count` the running
number of its first weight row."""

EVENT = _registers(
    "is_event", "row", "first_of_visit", "last_of_visit", "first_of_pass", "last_of_pass", "nothing", "pass_", "slot"
)
"""`row`: running number of the weight row."""

CLUSTER = _registers("level", "stored", "storing")
"""`level`: promised positions, `stored`: those that have arrived, `storing`: bit per stage between issue and arrival."""

PROMISED = _registers("channels", "slot")
