import pytest

from firstspike.golden.files import write_atomically


def test_the_file_has_the_content_and_no_temporary_file_stays(tmp_path):
    write_atomically(tmp_path / "a.bin", b"old")
    write_atomically(tmp_path / "a.bin", b"new")
    assert (tmp_path / "a.bin").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["a.bin"]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    write_atomically(tmp_path / "a.bin", b"old")
    with pytest.raises(TypeError):
        write_atomically(tmp_path / "a.bin", "text instead of bytes")
    assert (tmp_path / "a.bin").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.bin"]


def test_a_missing_directory_is_an_os_error(tmp_path):
    with pytest.raises(OSError):
        write_atomically(tmp_path / "missing" / "a.bin", b"")
