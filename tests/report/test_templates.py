from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest
from report_rounds import published

from huoyue.core.problem import Refused
from huoyue.report import context_types
from huoyue.report.context import compose
from huoyue.report.context_types import ReportContext

TEMPLATES = Path(str(files("huoyue.report").joinpath("templates")))
DOCS = Path(__file__).parents[2] / "docs" / "methodology" / "report.md"


def prose(lang: str) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted((TEMPLATES / lang).glob("*.md.j2"))}


def parts() -> list[type]:
    return [kind for kind in vars(context_types).values() if isinstance(kind, type) and is_dataclass(kind)]


def own_parts() -> list[type]:
    return [kind for kind in parts() if kind.__module__.startswith(context_types.__name__)]


def test_both_languages_have_the_same_parts() -> None:
    assert list(prose("zh")) == list(prose("en"))


@pytest.mark.parametrize("name", sorted(path.name for path in (TEMPLATES / "zh").glob("*.md.j2")))
def test_both_languages_print_the_same_tables_and_figures(name: str) -> None:
    def shown(lang: str) -> list[str]:
        return sorted(re.findall(r"(?:table\((?:block|tables[^,]*)|figure\(figures, [^,]*)", prose(lang)[name]))

    assert shown("zh") == shown("en")


def test_no_round_or_year_is_named_in_the_wording() -> None:
    text = "".join((prose("zh") | {f"en/{name}": body for name, body in prose("en").items()}).values())
    assert re.findall(r"(?:19|20)\d\d|联盟|alliance|协发网|活跃度", text) == []


def test_the_secretariats_wording_wins_over_ours(tmp_path: Path) -> None:
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "foreword.md.j2").write_text("# 前言\n\n本处自拟：{{ funnel.all.units }}。\n", "utf-8")
    text = compose(published(), "zh", tmp_path).markdown
    assert "本处自拟：[146]{.n t=funnel}家联盟。" in text
    assert "填报窗口为" not in text
    assert "# 有关建议" in text


def test_a_part_left_out_leaves_no_dangling_number_or_reference(tmp_path: Path) -> None:
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "organisation.md.j2").write_text("# 组织\n\n见[](#t-funnel)。\n", "utf-8")
    document = compose(published(), "zh", tmp_path)
    assert "funnel" not in document.tables
    assert "t=funnel" not in document.markdown
    assert "#t-funnel" not in document.markdown
    assert "试点联盟146家" in document.markdown


@pytest.mark.parametrize("mistake", ["{{ funnel.everybody }}", "{{ no_such_thing }}", "{% if %}"])
def test_a_mistake_is_reported_with_file_and_line(tmp_path: Path, mistake: str) -> None:
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "foreword.md.j2").write_text(f"# 前言\n\n第三行\n{mistake}\n", "utf-8")
    with pytest.raises(Refused) as refused:
        compose(published(), "zh", tmp_path)
    place = refused.value.problems[0].place
    assert (Path(str(place.file)).name, place.line) == ("foreword.md.j2", 4)


def test_every_name_of_the_context_has_its_help() -> None:
    for kind in own_parts():
        hints = get_type_hints(kind, include_extras=True)
        for field in fields(kind):
            assert get_origin(hints[field.name]) is Annotated, f"{kind.__name__}.{field.name}"


def test_the_documentation_lists_every_name_with_its_help() -> None:
    page = DOCS.read_text("utf-8")
    for kind in own_parts():
        for name, hint in get_type_hints(kind, include_extras=True).items():
            assert f"| `{name}` | {get_args(hint)[1]} |" in page, f"{kind.__name__}.{name}"


def test_the_context_is_frozen() -> None:
    assert [kind for kind in own_parts() if not kind.__dataclass_params__.frozen] == []  # type: ignore[attr-defined]


def names(kind: Any) -> set[str]:
    return {field.name for field in fields(kind)}


def test_templates_use_most_of_what_they_are_given() -> None:
    """What no template prints is needless; issuer and language are for the title page, which rendering makes."""
    text = "".join(prose("zh").values()) + "".join(prose("en").values())
    unused = {
        f"{kind.__name__}.{name}" for kind in own_parts() for name in names(kind) if not re.search(rf"\b{name}\b", text)
    }
    assert unused == {"Texts.issuer", "ReportContext.lang"}
    assert names(ReportContext) >= {"funnel", "tiers", "batches"}
