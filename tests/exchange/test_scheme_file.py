"""Scheme files on disk: found by path, folder or name; refused in words when they are no text."""

from __future__ import annotations

from pathlib import Path

import pytest

from huoyue.core.problem import Refused
from huoyue.exchange.scheme_file import LARGEST, load_scheme, read_scheme, scheme_path
from huoyue.schemes import builtin

TEXT = builtin()["alliance_activity_2016"].read_text(encoding="utf-8")


def refused(path: Path | str) -> list[str]:
    with pytest.raises(Refused) as caught:
        read_scheme(str(path))
    return [problem.code for problem in caught.value.problems]


def test_a_scheme_is_found_by_name_by_file_and_by_folder(tmp_path: Path) -> None:
    (tmp_path / "scheme.yaml").write_text(TEXT, encoding="utf-8")
    assert scheme_path("alliance_activity_2016") == builtin()["alliance_activity_2016"]
    assert scheme_path(str(tmp_path)) == scheme_path(str(tmp_path / "scheme.yaml"))
    assert load_scheme(str(tmp_path)).id == "alliance_activity_2016"


def test_a_file_saved_by_windows_notepad_is_read(tmp_path: Path) -> None:
    path = tmp_path / "方案 2016.yaml"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode("utf-8-sig"))
    assert load_scheme(str(path)) == load_scheme("alliance_activity_2016")


def test_lines_are_counted_alike_in_a_windows_file(tmp_path: Path) -> None:
    path = tmp_path / "scheme.yaml"
    path.write_bytes(TEXT.replace("driver: organisation", "driver: x").replace("\n", "\r\n").encode())
    (problem,) = read_scheme(str(path)).problems
    assert problem.place.line == TEXT[: TEXT.index("driver: organisation")].count("\n") + 1


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_another_encoding_is_refused_with_how_to_save_it(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "scheme.yaml"
    path.write_bytes(TEXT.encode(encoding))
    assert refused(path) == ["scheme.encoding"]


def test_a_file_that_is_far_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "scheme.yaml"
    path.write_bytes(b"#" * (LARGEST + 1))
    assert refused(path) == ["scheme.size"]


def test_a_name_that_means_nothing_is_answered_with_the_built_in_ones(tmp_path: Path) -> None:
    assert refused(tmp_path / "nowhere") == ["scheme.not_found"]
    with pytest.raises(Refused) as caught:
        read_scheme("county_librarys")
    (problem,) = caught.value.problems
    assert problem.mend is not None
    assert problem.mend.values["known"] == tuple(builtin())


def test_a_folder_without_a_scheme_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path) == ["scheme.not_found"]


def test_loading_a_scheme_with_errors_refuses_with_all_of_them(tmp_path: Path) -> None:
    path = tmp_path / "scheme.yaml"
    path.write_text(TEXT.replace("border: 1", "border: 0").replace("weight: 0.4", "weight: -1"), encoding="utf-8")
    with pytest.raises(Refused) as caught:
        load_scheme(str(path))
    assert [problem.code for problem in caught.value.problems] == ["scheme.review_weight", "scheme.difference_limit"]
    assert all(problem.place.file == str(path) for problem in caught.value.problems)
