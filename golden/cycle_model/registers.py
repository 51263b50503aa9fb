"""Registers of the blocks, named as in hw/."""

import numpy as np


def _registers(*names):
    return np.dtype([(name, np.int64) for name in names])


LOADER = _registers(
    "state", "command", "rows_left", "parameter_rows_left", "split", "rows_loaded", "groups_loaded",
    "count", "offset", "ended", "words_left", "batches_left", "pushed")
"""`count`, `offset`, `ended`: the unpacker; `pushed`: commands that have entered the command queue."""

SEQUENCER = _registers(
    "state", "popped", "layer", "first_layer", "row_count", "groups_started", "groups_opened", "groups_released",
    "rows_freed", "open_level", "current_slot", "run", "image_words_received", "images_used",
    "image_level", "counters_position", "counters_busy", "batches_done")
"""Sequencer, image buffer and counter bank. `layer` is the command index of the running layer, `popped` counts commands."""

GENERATOR = _registers(
    "walking", "pass_", "units_left", "unit_index", "unit_x", "unit_y", "image_base", "row_base", "unit_base", "window",
    "first_visit", "kernel_y", "kernel_x", "word", "visit_x", "tap_y", "tap_x", "line_address", "tap_address", "address",
    "tap_count", "count", "pass_row_count", "pass_slot",
    "reading", "reading_begin", "reading_end", "reading_count", "reading_last", "reading_first_visit",
    "reading_last_visit", "reading_nothing", "reading_pass", "reading_slot",
    "arriving", "arriving_begin", "arriving_end", "arriving_count", "arriving_last", "arriving_first_visit",
    "arriving_last_visit", "arriving_nothing", "arriving_pass", "arriving_slot",
    "holding", "held_begin", "held_end", "held_count", "held_last", "held_first_visit", "held_last_visit",
    "held_nothing", "held_pass", "held_slot",
    "level", "have_word", "begin", "end", "word_count", "word_last", "word_first_visit", "word_last_visit",
    "word_nothing", "word_pass", "word_slot", "first",
    "picked", "picked_is_event", "picked_row", "picked_first", "picked_last", "picked_first_visit", "picked_last_visit",
    "picked_nothing", "picked_pass", "picked_slot",
    "waiting", "is_event", "row", "first_of_visit", "last_of_visit", "first_of_pass", "last_of_pass", "nothing",
    "issue_pass", "issue_slot", "stores", "finishing", "finished", "activity")
"""Event generator; `pass_`, `arriving_pass` and so on are command indices. `count`: running number of the weight row."""

ENCODER = _registers(
    "state", "served", "cluster", "slot", "active", "slice_", "slices", "lane", "channels_sent", "travels",
    "sender_state", "sender_source", "sender_position", "result_level", "fetch_served")
"""Spike encoder, packet sender, and the fetch arbiter's turn."""

QUEUED_WORD = _registers("begin", "end", "count", "last", "first_visit", "last_visit", "nothing", "pass_", "slot")
CLUSTER = _registers("level", "stored", "storing")
"""`level`: promised positions, `stored`: those that have arrived, `storing`: bit per stage between issue and arrival."""

PROMISED = _registers("channels", "slot")
