"""Templates: plain data in, text out, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from huoyue.core.phrase import render
from huoyue.core.problem import Refused
from huoyue.report.sandbox import render_template


def own(folder: Path, text: str) -> Path:
    (folder / "zh").mkdir()
    (folder / "zh" / "own.md.j2").write_text(text, "utf-8")
    return folder


def refused(folder: Path, text: str) -> tuple[str, str | None, int | None]:
    with pytest.raises(Refused) as caught:
        render_template(own(folder, text), "zh/own.md.j2", {"name": "甲", "table": {"items": "乙"}})
    problem = caught.value.problems[0]
    return problem.code, problem.place.file, problem.place.line


def test_a_template_of_the_secretariat_is_filled_in(tmp_path: Path) -> None:
    folder = own(tmp_path, "{{ name }}、{{ table.items }}")
    assert render_template(folder, "zh/own.md.j2", {"name": "甲", "table": {"items": "乙"}}) == "甲、乙"


def test_the_filter_md_makes_markup_plain_text(tmp_path: Path) -> None:
    folder = own(tmp_path, "{{ name|md }}")
    assert render_template(folder, "zh/own.md.j2", {"name": "<b>*甲*"}) == r"\<b\>\*甲\*"


@pytest.mark.parametrize(
    "text",
    [
        "\n{{ missing }}",
        "\n{% if %}",
        "\n{{ ''.__class__ }}",
        "\n{{ name.upper() }}",
        "\n{{ [].append(1) }}",
        "\n{{ self.__init__.__globals__ }}",
        "\n{{ cycler.__init__ }}",
        "\n{% include 'zh/nothing.md.j2' %}",
    ],
)
def test_a_mistake_or_an_escape_is_refused_with_file_and_line(tmp_path: Path, text: str) -> None:
    assert refused(tmp_path, text) == ("template.mistake", "zh/own.md.j2", 2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ missing }}", "没有名为“missing”的内容。"),
        ("{{ table.none.there }}", "没有名为“none”的内容。"),
        ("{% if %}", "括号之间缺少内容。"),
        ("{% if name %}", "缺少对应的endif或endfor"),
        ("{% nonsense %}", "没有“nonsense”这一指令"),
        ("{{ name|nope }}", "没有名为“nope”的过滤器。"),
        ("{{ name is nope }}", "没有名为“nope”的判断。"),
        ("{{ name name }}", "写法不完整"),
        ("{{ ) }}", "写法不完整"),
    ],
)
def test_the_commonest_mistakes_are_said_in_chinese(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Refused) as caught:
        render_template(own(tmp_path, text), "zh/own.md.j2", {"name": "甲", "table": {"items": "乙"}})
    assert said in render(caught.value.problems[0].what, "zh")


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{{ 'a' * 2000000000 }}",
        "{{ name|center(300000000) }}",
        "{% for a in range(9999) %}{{ 'a' * 9999 }}{% endfor %}",
    ],
)
def test_what_takes_too_long_or_writes_too_much_is_stopped(tmp_path: Path, text: str) -> None:
    assert refused(tmp_path, text)[0] in ("template.limit", "template.mistake")


def test_a_template_cannot_leave_its_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.md.j2").write_text("secret", "utf-8")
    inner = tmp_path / "inner"
    inner.mkdir()
    assert refused(inner, "{% include '../../secret.md.j2' %}")[0] == "template.mistake"


def test_objects_are_never_handed_to_a_template() -> None:
    with pytest.raises(TypeError):
        render_template(None, "zh/guide.md.j2", {"path": Path()})
