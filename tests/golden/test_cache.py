import threading
import time

import pytest

from firstspike.golden import cache


def fill(directory):
    (directory / "file").write_text("whole")


def test_a_directory_is_made_once(tmp_path):
    made = []
    for _ in range(2):
        path = cache.directory(tmp_path / "x" / "kept", lambda work: made.append(fill(work)))
    assert (path / "file").read_text() == "whole"
    assert len(made) == 1


def test_a_failed_attempt_is_not_taken_for_a_finished_one(tmp_path):
    def fail(directory):
        fill(directory)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        cache.directory(tmp_path / "kept", fail)
    assert not (tmp_path / "kept").exists()
    assert (cache.directory(tmp_path / "kept", fill) / "file").exists()


def test_an_interrupt_leaves_nothing(tmp_path):
    def interrupted(directory):
        fill(directory)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.directory(tmp_path / "kept", interrupted)
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []


def test_leavings_of_a_killed_attempt_are_removed(tmp_path):
    leavings = tmp_path / "kept.1.unfinished"
    leavings.mkdir()
    (leavings / "half").write_text("")
    assert [file.name for file in cache.directory(tmp_path / "kept", fill).iterdir()] == ["file"]
    assert not leavings.exists()


def test_two_at_once_make_it_once(tmp_path):
    made = []

    def slow(directory):
        made.append(directory)
        time.sleep(0.2)
        fill(directory)

    threads = [threading.Thread(target=cache.directory, args=(tmp_path / "kept", slow)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


def test_the_digest_changes_with_settings_names_and_contents(tmp_path):
    file, twin = tmp_path / "a.sv", tmp_path / "b.sv"
    file.write_text("module a; endmodule")
    twin.write_text("module a; endmodule")
    first = cache.digest([1], [file])
    assert first == cache.digest([1], [file])
    assert len({first, cache.digest([2], [file]), cache.digest([1], [twin]), cache.digest([1], [file, twin])}) == 4
    file.write_text("module b; endmodule")
    assert cache.digest([1], [file]) != first
