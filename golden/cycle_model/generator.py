"""Event generator: position walker, fetch, word queue, extraction, event queue, issue (hw/events/event_generator.py)."""

import numba

from firstspike.golden import geometry
from firstspike.golden.microarchitecture import EVENT_QUEUE_DEPTH, STEP_QUEUE_DEPTH, WORD_QUEUE_DEPTH

IDLE, BEGIN, WALK = 0, 1, 2

ACTIVITY_IDLE, EVENT, EMPTY_VISIT, WAIT_WEIGHTS, WAIT_SPIKES, WAIT_DRAIN, WAIT_PARTIAL_SUMS = range(7)

STORE_LATENCY = 6
STORE_HAZARD = 3
"""Cycles after a visit's end in which its partial sum cannot be loaded yet."""

READING, ARRIVING, DECODED, HELD, IN_HAND, STEPS = range(6)
QUEUE = STEPS + STEP_QUEUE_DEPTH
"""Where a word stands, queues from their head."""

ISSUE, EVENT_QUEUE, PICKED = 0, 1, 1 + EVENT_QUEUE_DEPTH
"""Where an event stands."""

_input_of = numba.njit(geometry.input_of)


@numba.njit(cache=True)
def busy(g):
    return (
        g.walking != IDLE
        or g.steps != 0
        or g.reading != 0
        or g.arriving != 0
        or g.decoded != 0
        or g.holding != 0
        or g.level != 0
        or g.have_word != 0
        or g.picked != 0
        or g.queued != 0
        or g.waiting != 0
    )


@numba.njit(cache=True)
def room(g):
    return g.level + g.reading + g.arriving + g.decoded + g.holding < WORD_QUEUE_DEPTH


@numba.njit(cache=True)
def in_map(g, commands):
    layer = commands[g.pass_]
    return 0 <= g.tap_y < layer.in_h and 0 <= g.tap_x < layer.in_w


@numba.njit(cache=True)
def requests_word(g, words):
    return g.steps != 0 and room(g) and words[STEPS].read != 0


@numba.njit(cache=True)
def decide_issue(g, event, commands, drain_ready):
    """Sets `activity`; True if the issue register becomes free. A slot is issued if it is EVENT or EMPTY_VISIT."""
    if g.waiting == 0:
        g.activity = WAIT_SPIKES if busy(g) else ACTIVITY_IDLE
        return True
    if event.nothing != 0:
        g.activity = ACTIVITY_IDLE
        return True
    command = commands[event.pass_]
    if g.stores != 0 and command.first_chunk == 0 and event.first_of_pass != 0 and event.first_of_visit != 0:
        g.activity = WAIT_PARTIAL_SUMS
        return False
    if event.is_event != 0 and g.row_loaded == 0:
        g.activity = WAIT_WEIGHTS
        return False
    if command.last_chunk != 0 and event.last_of_visit != 0 and not drain_ready:
        g.activity = WAIT_DRAIN
        return False
    g.activity = EVENT if event.is_event != 0 else EMPTY_VISIT
    return True


@numba.njit(cache=True)
def update(
    g,
    words,
    events,
    commands,
    group,
    granted,
    issue_free,
    rows_loaded,
    pass_started,
    row_count,
    slot,
    first_word,
    word_events,
    event_channels,
):
    """Clock edge. `pass_started`: command index of a pass that begins, or -1; `first_word`: of the batch."""
    issued = g.activity == EVENT or g.activity == EMPTY_VISIT
    head = events[ISSUE]
    g.finishing = (g.finishing << 1) & ((1 << STORE_LATENCY) - 1)
    if g.waiting != 0 and issue_free and head.last_of_pass != 0 and head.last_of_visit != 0:
        g.finishing |= 1
    g.stores = (g.stores << 1) & ((1 << STORE_HAZARD) - 1)
    if issued and head.last_of_visit != 0:
        g.stores |= 1

    # What every stage does follows from the registers before the edge, so the last stage is updated first.
    queue_free = g.queued != EVENT_QUEUE_DEPTH
    picked_free = g.picked == 0 or queue_free
    hand = words[IN_HAND]
    last_of_word = hand.begin + 1 >= hand.end
    takes_word = g.level != 0 and (g.have_word == 0 or (picked_free and last_of_word))
    if issue_free:
        g.waiting = 1 if g.queued != 0 else 0
        if g.queued != 0:
            for k in range(EVENT_QUEUE_DEPTH):
                events[k] = events[k + 1]
            g.queued -= 1
    g.row_loaded = 1 if rows_loaded > events[ISSUE].row else 0
    if picked_free:
        if g.picked != 0:
            events[EVENT_QUEUE + g.queued] = events[PICKED]
            g.queued += 1
        g.picked = g.have_word
        if g.have_word != 0:
            event = events[PICKED]
            event.first_of_visit = g.first
            event.last_of_visit = 1 if last_of_word and hand.last != 0 else 0
            g.first = event.last_of_visit
            event.is_event = 1 if hand.begin < hand.end else 0
            event.row = hand.count + (event_channels[hand.begin] if hand.begin < hand.end else 0)
            event.first_of_pass, event.last_of_pass = hand.first_visit, hand.last_visit
            event.nothing, event.pass_, event.slot = hand.nothing, hand.pass_, hand.slot
    if takes_word:
        words[IN_HAND] = words[QUEUE]
        g.have_word = 1
    elif g.have_word != 0 and picked_free:
        if last_of_word:
            g.have_word = 0
        else:
            hand.begin += 1

    fresh = words[DECODED]
    filled = g.decoded != 0 and fresh.begin < fresh.end
    ends_visit = g.decoded != 0 and fresh.last != 0
    held_ends_visit = words[HELD].last != 0
    pushes = g.holding != 0 and (held_ends_visit or filled or ends_visit)
    reads = g.steps != 0 and room(g) and (words[STEPS].read == 0 or granted)
    if takes_word:
        for k in range(QUEUE, QUEUE + WORD_QUEUE_DEPTH - 1):
            words[k] = words[k + 1]
        g.level -= 1
    if pushes:
        words[QUEUE + g.level] = words[HELD]
        if not filled:
            words[QUEUE + g.level].last = 1
        g.level += 1
    if filled or (ends_visit and (g.holding == 0 or held_ends_visit)):
        g.holding = 1
        words[HELD] = fresh
    elif pushes:
        g.holding = 0

    g.decoded, g.arriving = g.arriving, g.reading
    words[DECODED] = words[ARRIVING]
    words[ARRIVING] = words[READING]
    g.reading = 1 if reads else 0
    accepts = g.steps != STEP_QUEUE_DEPTH
    if reads:
        words[READING] = words[STEPS]
        for k in range(STEPS, STEPS + STEP_QUEUE_DEPTH - 1):
            words[k] = words[k + 1]
        g.steps -= 1
    _walk(g, words[STEPS + g.steps], commands, group, accepts, pass_started, row_count, slot, first_word, word_events)


@numba.njit(cache=True)
def _walk(g, sent, commands, group, accepts, pass_started, row_count, slot, first_word, word_events):
    """Position walker; `sent` becomes the word that it sends on its way."""
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
            window_y, window_x = divmod(g.window, c.pool_size)
            base = g.unit_base + (window_y * c.in_row_stride + window_x * c.in_words) * c.stride
            g.visit_x = g.tap_x = _input_of(g.unit_x * c.pool_stride + window_x, 0, c.stride, c.pad_x)
            g.tap_y = _input_of(g.unit_y * c.pool_stride + window_y, 0, c.stride, c.pad_y)
            g.kernel_y = g.kernel_x = g.word = 0
            g.line_address = g.tap_address = g.address = base
            g.tap_count = g.count = g.pass_row_count
            g.walking = WALK
        elif g.units_left == 1:
            if accepts:
                _send(g, sent, False, 0, 0, 1, 1, 1)
                g.walking = IDLE
        else:
            _next_unit(g, c)
        return

    inside = in_map(g, commands)
    if not accepts:
        return
    last_word = not inside or g.word == c.words - 1
    last_column = g.kernel_x == c.kernel_w - 1
    last_tap = last_column and g.kernel_y == c.kernel_h - 1
    last_window = g.window == c.pool_size * c.pool_size - 1
    last_own_unit = g.units_left <= c.split
    begin = end = 0
    if inside:
        word = first_word + c.first_event_word + ((g.address - c.in_base) & 0xFFFFF)
        begin, end = word_events[word], word_events[word + 1]
    _send(g, sent, inside, begin, end, 1 if last_word and last_tap else 0, 1 if last_own_unit and last_window else 0, 0)
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
def _send(g, sent, read, begin, end, last, last_visit, nothing):
    g.steps += 1
    sent.read = 1 if read else 0
    sent.begin, sent.end, sent.last = begin, end, last
    sent.count = g.count
    sent.first_visit, sent.last_visit, sent.nothing = g.first_visit, last_visit, nothing
    sent.pass_, sent.slot = g.pass_, g.pass_slot


@numba.njit(cache=True)
def _next_unit(g, c):
    shift = c.stride * c.pool_stride
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
