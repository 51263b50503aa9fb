from sim.mutation.state import State


def test_an_answer_is_found_once_and_kept(tmp_path):
    path = tmp_path / "new" / "state.jsonl"
    assert State(path).ask("a", lambda: "yes") == "yes"
    assert State(path).ask("a", lambda: 1 / 0) == "yes"
    assert State(path).ask("b", lambda: None) is None
    assert State(path).ask("b", lambda: 1 / 0) is None


def test_a_line_that_was_cut_off_is_asked_again(tmp_path):
    path = tmp_path / "state.jsonl"
    state = State(path)
    state.ask("a", lambda: 1)
    state.ask("b", lambda: 2)
    path.write_text(path.read_text()[:-4])
    again = State(path)
    assert again.ask("a", lambda: 7) == 1 and again.ask("b", lambda: 3) == 3
    assert State(path).ask("b", lambda: 4) == 3
