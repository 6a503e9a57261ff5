"""Templates: plain data in, text out, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from huoyue.core.problem import Refused
from huoyue.report.sandbox import render_template
from huoyue.wording import render


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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ 名称 }}", "没有名为“名称”的内容，请从所列名称中选用"),
        ("{{ table.missing }}", "此处没有名为“missing”的内容"),
        ("{{ name", "缺少“}}”"),
        ("{{ name }", "“}”的位置不对"),
        ("{{ (name }}", "此处应为“)”，却是“}”"),
        ("{{ name table }}", "此处应为“}}”，却是“table”"),
        ("{% if %}", "“%}”之前缺少名称或值"),
        ("{% for a in name %}", "“{% for …”没有以“{% endfor %}”结束"),
        ("{% if name %}{% endfor %}", "“{% if …”没有以“{% endif %}”结束"),
        ("{% endfor %}", "“endfor”无法识别，或不应出现在此处（没有与之对应的语句）"),
        ("{{ name|capitals }}", "没有名为“capitals”的过滤器"),
        ("{{ name is best }}", "没有名为“best”的判断"),
        ("{{ '甲 }}", "符号'没有成对"),
        ("{{ $ }}", "“$”的位置不对"),
        ("{# 注", "注释没有以“#}”结束"),
        ("{{ [].append(1) }}", "模板中不得使用“append”"),
        ("{% include 'zh/nothing.md.j2' %}", "模板中没有文件“zh/nothing.md.j2”"),
        ("{{ 1 / 0 }}", "除数为零"),
        ("{% for a in 3 %}{% endfor %}", "“for”须用于列表，所给的不是列表"),
        ("{{ name + 1 }}", "文字与数字不能相加，请用“~”连接"),
        ("{{ 3() }}", "把数值当作函数使用了"),
    ],
)
def test_what_is_wrong_is_said_in_words_of_the_reader(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Refused) as caught:
        render_template(own(tmp_path, text), "zh/own.md.j2", {"name": "甲", "table": {"items": "乙"}})
    assert render(caught.value.problems[0].what, "zh") == f"模板有误：{said}。"
