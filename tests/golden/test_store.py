import json

from firstspike.golden.store import Store


def test_results_are_read_back_by_identity_and_key(tmp_path):
    path = tmp_path / "state" / "one.jsonl"
    store = Store(path)
    assert store.known("a") == {}
    store.add("a", {"piece": {"value": 1}, 7: None})
    store.add("b", {"piece": [2]})
    assert store.known("a") == Store(path).known("a") == {"piece": {"value": 1}, 7: None}
    assert Store(path).known("b") == {"piece": [2]} and Store(path).known("c") == {}


def test_a_line_cut_off_by_an_interruption_is_dropped(tmp_path):
    path = tmp_path / "one.jsonl"
    Store(path).add("a", {"piece": 1})
    line = path.read_text()
    path.write_text(line + line[:20])
    store = Store(path)
    assert store.known("a") == {"piece": 1} and path.read_text() == line
    store.add("a", {"next": 2})
    assert Store(path).known("a") == {"piece": 1, "next": 2}
    path.write_text(line[:20])
    assert Store(path).known("a") == {} and path.read_text() == ""


def test_lines_of_an_older_version_count_for_nothing(tmp_path):
    path = tmp_path / "one.jsonl"
    path.write_text(json.dumps({"seed": 3, "differences": []}) + "\n")
    assert Store(path).known("a") == {}
