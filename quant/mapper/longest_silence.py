"""The longest time for which a correct run neither moves a word of a stream nor writes a spike."""


def cycles(network, schedule):
    """An upper bound, for the watchdog, without stalls of the streams.

    Silent are the visits of a pass whose sums go to the partial sums, and the visits of one unit of any other. What
    passes in a row can do silently is limited by the rows that the weight ring holds, so that the largest pass with a
    full ring bounds them all. A visit takes at most a cycle for each event, each word (which all clusters may read at
    the same time, through one port) and each kernel tap.

    Parameters
    ----------
    network : Network
    schedule : Schedule

    Returns
    -------
    int
    """
    config = schedule.config
    longest = 0
    for run in schedule.runs:
        layer = network.layers[run.layer]
        events = network.in_code(run.layer).most_events(network)
        for pass_ in run.passes:
            units = 1 if pass_.last_chunk else -(-pass_.units // run.split)
            rows = pass_.rows if pass_.last_chunk else config.ring_rows
            taps = layer.window.taps
            visit = rows * events + config.clusters * (taps * pass_.words + 1) + taps
            longest = max(longest, units * layer.unit_window.positions * visit)
    return longest + config.drain_cycles
