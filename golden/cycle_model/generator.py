"""Event generator: position walker, fetch, held word, word queue, extraction, issue (hw/event_generator.py)."""

import numba

from golden.microarchitecture import WORD_QUEUE_DEPTH

IDLE, BEGIN, WALK = 0, 1, 2

ACTIVITY_IDLE, EVENT, EMPTY_VISIT, WAIT_WEIGHTS, WAIT_SPIKES, WAIT_DRAIN, WAIT_PARTIAL_SUMS = range(7)

STORE_LATENCY = 5
STORE_HAZARD = 3
"""Cycles after a visit's end in which its partial sum cannot be loaded yet."""


@numba.njit(cache=True)
def busy(g):
    return (g.walking != IDLE or g.reading != 0 or g.arriving != 0 or g.holding != 0 or g.level != 0
            or g.have_word != 0 or g.picked != 0 or g.waiting != 0)


@numba.njit(cache=True)
def room(g):
    return g.level + g.reading + g.arriving + g.holding < WORD_QUEUE_DEPTH


@numba.njit(cache=True)
def in_map(g, commands):
    layer = commands[g.pass_]
    return 0 <= g.tap_y < layer.in_h and 0 <= g.tap_x < layer.in_w


@numba.njit(cache=True)
def requests_word(g, commands):
    return g.walking == WALK and room(g) and in_map(g, commands)


@numba.njit(cache=True)
def decide_issue(g, commands, rows_loaded, drain_ready):
    """Sets `activity`; True if the issue register becomes free. A slot is issued if it is EVENT or EMPTY_VISIT."""
    if g.waiting == 0:
        g.activity = WAIT_SPIKES if busy(g) else ACTIVITY_IDLE
        return True
    if g.nothing != 0:
        g.activity = ACTIVITY_IDLE
        return True
    command = commands[g.issue_pass]
    if g.stores != 0 and command.first_chunk == 0 and g.first_of_pass != 0 and g.first_of_visit != 0:
        g.activity = WAIT_PARTIAL_SUMS
        return False
    if g.is_event != 0 and rows_loaded <= g.row:
        g.activity = WAIT_WEIGHTS
        return False
    if command.last_chunk != 0 and g.last_of_visit != 0 and not drain_ready:
        g.activity = WAIT_DRAIN
        return False
    g.activity = EVENT if g.is_event != 0 else EMPTY_VISIT
    return True


@numba.njit(cache=True)
def update(g, queue, commands, group, granted, issue_free, pass_started, row_count, slot, first_word, word_events,
           event_channels):
    """Clock edge. `pass_started`: command index of a pass that begins, or -1; `first_word`: of the batch."""
    issued = g.activity == EVENT or g.activity == EMPTY_VISIT
    g.finishing = (g.finishing << 1) & ((1 << STORE_LATENCY) - 1)
    if g.waiting != 0 and issue_free and g.last_of_pass != 0 and g.last_of_visit != 0:
        g.finishing |= 1
    g.stores = (g.stores << 1) & ((1 << STORE_HAZARD) - 1)
    if issued and g.last_of_visit != 0:
        g.stores |= 1

    # What every stage does follows from the registers before the edge, so the last stage is updated first.
    picked_free = g.picked == 0 or issue_free
    last_of_word = g.begin + 1 >= g.end
    takes_word = g.level != 0 and (g.have_word == 0 or (picked_free and last_of_word))
    if issue_free:
        g.waiting = g.picked
        if g.picked != 0:
            g.is_event, g.row = g.picked_is_event, g.picked_row
            g.first_of_visit, g.last_of_visit = g.picked_first, g.picked_last
            g.first_of_pass, g.last_of_pass, g.nothing = g.picked_first_visit, g.picked_last_visit, g.picked_nothing
            g.issue_pass, g.issue_slot = g.picked_pass, g.picked_slot
    if picked_free:
        g.picked = g.have_word
        if g.have_word != 0:
            g.picked_first = g.first
            g.picked_last = 1 if last_of_word and g.word_last != 0 else 0
            g.first = g.picked_last
            g.picked_is_event = 1 if g.begin < g.end else 0
            g.picked_row = g.word_count + (event_channels[g.begin] if g.begin < g.end else 0)
            g.picked_first_visit, g.picked_last_visit = g.word_first_visit, g.word_last_visit
            g.picked_nothing, g.picked_pass, g.picked_slot = g.word_nothing, g.word_pass, g.word_slot
    if takes_word:
        head = queue[0]
        g.have_word = 1
        g.begin, g.end, g.word_count, g.word_last = head.begin, head.end, head.count, head.last
        g.word_first_visit, g.word_last_visit = head.first_visit, head.last_visit
        g.word_nothing, g.word_pass, g.word_slot = head.nothing, head.pass_, head.slot
    elif g.have_word != 0 and picked_free:
        if last_of_word:
            g.have_word = 0
        else:
            g.begin += 1

    filled = g.arriving != 0 and g.arriving_begin < g.arriving_end
    ends_visit = g.arriving != 0 and g.arriving_last != 0
    pushes = g.holding != 0 and (g.held_last != 0 or filled or ends_visit)
    accepts = room(g)
    if takes_word:
        for k in range(WORD_QUEUE_DEPTH - 1):
            queue[k] = queue[k + 1]
        g.level -= 1
    if pushes:
        tail = queue[g.level]
        tail.begin, tail.end, tail.count = g.held_begin, g.held_end, g.held_count
        tail.last = 1 if g.held_last != 0 or not filled else 0
        tail.first_visit, tail.last_visit = g.held_first_visit, g.held_last_visit
        tail.nothing, tail.pass_, tail.slot = g.held_nothing, g.held_pass, g.held_slot
        g.level += 1
    if filled or (ends_visit and (g.holding == 0 or g.held_last != 0)):
        g.holding = 1
        g.held_begin, g.held_end, g.held_count = g.arriving_begin, g.arriving_end, g.arriving_count
        g.held_last = g.arriving_last
        g.held_first_visit, g.held_last_visit = g.arriving_first_visit, g.arriving_last_visit
        g.held_nothing, g.held_pass, g.held_slot = g.arriving_nothing, g.arriving_pass, g.arriving_slot
    elif pushes:
        g.holding = 0

    g.arriving = g.reading
    if g.reading != 0:
        g.arriving_begin, g.arriving_end, g.arriving_count = g.reading_begin, g.reading_end, g.reading_count
        g.arriving_last = g.reading_last
        g.arriving_first_visit, g.arriving_last_visit = g.reading_first_visit, g.reading_last_visit
        g.arriving_nothing, g.arriving_pass, g.arriving_slot = g.reading_nothing, g.reading_pass, g.reading_slot
    _walk(g, commands, group, granted, accepts, pass_started, row_count, slot, first_word, word_events)


@numba.njit(cache=True)
def _walk(g, commands, group, granted, accepts, pass_started, row_count, slot, first_word, word_events):
    """Position walker, and the word that it sends on its way."""
    g.reading = 0
    if g.walking == IDLE:
        if pass_started >= 0:
            c = commands[pass_started]
            g.walking, g.pass_, g.units_left, g.unit_index = BEGIN, pass_started, c.units, 0
            g.unit_x, g.unit_y, g.window, g.first_visit = c.start_x, c.start_y, 0, 1
            g.image_base, g.row_base, g.unit_base = c.image_base, c.row_base, c.unit_base
            g.pass_row_count, g.pass_slot = row_count, slot
        return
    c = commands[g.pass_]
    if g.walking == BEGIN:
        if g.unit_index == group:
            y = (g.unit_y << c.pool) + (g.window >> 1)
            x = (g.unit_x << c.pool) + (g.window & 1)
            base = g.unit_base
            if g.window & 1:
                base += c.in_words * c.stride
            if g.window & 2:
                base += c.in_row_stride * c.stride
            g.visit_x = g.tap_x = x * c.stride - c.pad_x
            g.tap_y = y * c.stride - c.pad_y
            g.kernel_y = g.kernel_x = g.word = 0
            g.line_address = g.tap_address = g.address = base
            g.tap_count = g.count = g.pass_row_count
            g.walking = WALK
        elif g.units_left == 1:
            if accepts:
                _send(g, 0, 0, 1, 1, 1)
                g.walking = IDLE
        else:
            _next_unit(g, c)
        return

    inside = in_map(g, commands)
    if not accepts or (inside and not granted):
        return
    last_word = not inside or g.word == c.words - 1
    last_column = g.kernel_x == c.kernel_w - 1
    last_tap = last_column and g.kernel_y == c.kernel_h - 1
    last_window = c.pool == 0 or g.window == 3
    last_own_unit = g.units_left <= c.split
    begin = end = 0
    if inside:
        word = first_word + c.first_event_word + ((g.address - c.in_base) & 0xFFFFF)
        begin, end = word_events[word], word_events[word + 1]
    _send(g, begin, end, 1 if last_word and last_tap else 0, 1 if last_own_unit and last_window else 0, 0)
    if not last_word:
        g.word += 1
        g.address += 1
        g.count += c.word_neurons
        return
    g.word = 0
    g.tap_count += c.rows_per_tap
    g.count = g.tap_count
    if not last_column:
        g.kernel_x += 1
        g.tap_x += 1
        g.tap_address += c.in_words
    else:
        g.kernel_x = 0
        g.kernel_y += 1
        g.tap_x = g.visit_x
        g.tap_y += 1
        g.line_address += c.in_row_stride
        g.tap_address = g.line_address
    g.address = g.tap_address
    if last_tap:
        g.first_visit = 0
        if not last_window:
            g.window += 1
            g.walking = BEGIN
        elif last_own_unit:
            g.walking = IDLE
        else:
            _next_unit(g, c)
            g.walking = BEGIN


@numba.njit(cache=True)
def _send(g, begin, end, last, last_visit, nothing):
    g.reading = 1
    g.reading_begin, g.reading_end, g.reading_last = begin, end, last
    g.reading_count = g.count
    g.reading_first_visit, g.reading_last_visit, g.reading_nothing = g.first_visit, last_visit, nothing
    g.reading_pass, g.reading_slot = g.pass_, g.pass_slot


@numba.njit(cache=True)
def _next_unit(g, c):
    shift = c.stride << c.pool
    g.units_left -= 1
    g.unit_index = 0 if g.unit_index == c.split - 1 else g.unit_index + 1
    g.window = 0
    if g.unit_x != c.units_w - 1:
        g.unit_x += 1
        g.unit_base += c.in_words * shift
    elif g.unit_y != c.units_h - 1:
        g.unit_x = 0
        g.unit_y += 1
        g.row_base += c.in_row_stride * shift
        g.unit_base = g.row_base
    else:
        g.unit_x = g.unit_y = 0
        g.image_base += c.in_image_stride
        g.row_base = g.unit_base = g.image_base
