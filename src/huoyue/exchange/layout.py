"""The sheets of a round as people see them: one definition for the template, the filled workbook and the reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from huoyue.core.filing.values import folded
from huoyue.core.message import Title
from huoyue.core.scheme.model import FieldSpec, Named, Option, RecordType, Scheme

Source = Literal["unit", "liaison", "secretariat"]
LANGUAGES = ("zh", "en")
RESERVED = ("说明", "Instructions", "问题", "Problems", "_lists", "History")
"""Sheets of our workbooks that hold no table, and the one name that Excel keeps for itself."""

GIVEN = ("due_on",)
"""Columns of the sheet of filings that the secretariat fills in; a unit's own workbook does not have them."""


@dataclass(frozen=True)
class Column:
    """A column: its name in the table, its heading, how it is read, and whether it must be filled.

    `kind` is "field" (read by `spec`), "unit" (name or code of a unit), "units" or "texts" (a list in one cell).
    """

    name: str
    title: Title
    spec: FieldSpec
    kind: Literal["field", "unit", "units", "texts"] = "field"
    required: bool = False
    also: tuple[str, ...] = ()
    """Other headings under which it is known."""

    @property
    def headings(self) -> set[str]:
        """Everything that may stand above the column, folded."""
        return {heading_key(name) for name in (self.name, self.title.zh, self.title.en, *self.also)}


@dataclass(frozen=True)
class Sheet:
    """A sheet: the table it fills, its title, who reports it, and its columns. `unit_column` names whose row it is."""

    table: str
    title: Title
    columns: tuple[Column, ...]
    reported_by: Source
    record_type: RecordType | None = None
    unit_column: str | None = None
    tab: Title | None = None

    def tab_in(self, lang: str) -> str:
        """The name of the sheet in a workbook."""
        return sheet_name((self.tab or self.title).in_language(lang))

    @property
    def names(self) -> set[str]:
        """Everything by which a sheet or file may be called, folded."""
        own = self.table.removeprefix("records/")
        titles = (self.title.zh, self.title.en)
        return {folded(own), *map(folded, titles), *(folded(self.tab_in(lang)) for lang in LANGUAGES)}


def sheet_name(title: str) -> str:
    """A title as Excel allows it for a sheet: at most 31 characters, none of []:*?/\\ ."""
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31].strip("' ")


def heading_key(text: str) -> str:
    """A heading without required mark, blanks and differences of brackets."""
    return folded(text).strip("*＊").replace("(必填)", "").replace("(required)", "")


def sheets(scheme: Scheme) -> tuple[Sheet, ...]:
    """All sheets of a round: the register and filings, the record types, then what the secretariat keeps."""
    return with_tabs((register(scheme), filings(), *(records(kind) for kind in scheme.records), *kept(scheme)))


def with_tabs(found: tuple[Sheet, ...]) -> tuple[Sheet, ...]:
    """The sheets with names that stay distinct when cut as Excel needs it: the second of two alike ends in (2)."""
    taken = {folded(name): "" for name in RESERVED}
    named_sheets = []
    for sheet in found:
        zh, en = (free_name(sheet.title.in_language(lang), sheet.table, taken) for lang in LANGUAGES)
        named_sheets.append(replace(sheet, tab=Title(zh=zh, en=en)))
    return tuple(named_sheets)


def free_name(title: str, table: str, taken: dict[str, str]) -> str:
    """The first name after `title` that no other table has taken; it is taken thereby."""
    name, n = sheet_name(title), 1
    while taken.setdefault(folded(name), table) != table:
        n += 1
        ending = f" ({n})"
        name = sheet_name(title)[: 31 - len(ending)] + ending
    return name


def text(name: str, zh: str, en: str, *, required: bool = False, longest: int = 200) -> Column:
    title = Title(zh=zh, en=en)
    return Column(name, title, FieldSpec(id="x", title=title, type="text", longest=longest), required=required)


def unit(name: str, zh: str, en: str, *, required: bool = True) -> Column:
    title = Title(zh=zh, en=en)
    return Column(name, title, FieldSpec(id="x", title=title, type="unit"), "unit", required)


def several(name: str, zh: str, en: str, kind: Literal["units", "texts"]) -> Column:
    title = Title(zh=zh, en=en)
    return Column(name, title, FieldSpec(id="x", title=title, type="text", longest=1000), kind)


def choice(name: str, zh: str, en: str, options: tuple[Option, ...], *, required: bool = True) -> Column:
    title = Title(zh=zh, en=en)
    return Column(name, title, FieldSpec(id="x", title=title, type="choice", options=options), required=required)


def day(name: str, zh: str, en: str, *, required: bool = True) -> Column:
    title = Title(zh=zh, en=en)
    return Column(name, title, FieldSpec(id="x", title=title, type="date"), required=required)


def points(name: str, zh: str, en: str, *, required: bool = True) -> Column:
    title = Title(zh=zh, en=en)
    return Column(name, title, FieldSpec(id="x", title=title, type="decimal", decimals=2), required=required)


def named(entries: tuple[Named, ...]) -> tuple[Option, ...]:
    return tuple(Option(id=entry.id, title=entry.title) for entry in entries)


BASIS = tuple(
    Option(id=name, title=Title(zh=zh, en=name))
    for name, zh in (("registered", "登记"), ("evidenced", "有据"), ("inferred", "推断"), ("synthetic", "虚拟"))
)
VERDICTS = tuple(
    Option(id=name, title=Title(zh=zh, en=en))
    for name, zh, en in (
        ("evaluated", "参评", "Evaluated"),
        ("incomplete", "录入不全", "Incomplete"),
        ("not_filed", "未填报", "Not filed"),
    )
)


def register(scheme: Scheme) -> Sheet:
    words = scheme.words
    columns = (
        text("unit", "代码", "Code", required=True, longest=40),
        text("name", "名称", "Name", required=True),
        replace(several("aliases", "其他名称", "Other names", "texts"), also=("别名", "Aliases")),
        choice("batch", words.batch.zh, words.batch.as_heading().en, named(scheme.batches)),
        choice("industry", words.industry.zh, words.industry.as_heading().en, named(scheme.industries), required=False),
        replace(choice("status", "参评身份", "Status", named(scheme.statuses)), also=("身份",)),
        replace(text("liaison", "联络员", "Liaison officer"), also=("负责联络员",)),
        choice("basis", f"{words.batch.zh}依据", f"Basis of {words.batch.en}", BASIS, required=False),
        *(Column(spec.id, spec.title, spec, required=spec.required) for spec in scheme.register_fields),
    )
    return Sheet("units", Title(zh="名册", en="Register"), columns, "secretariat")


def filings() -> Sheet:
    columns = (
        unit("unit", "填报单位", "Filing unit"),
        day("submitted_on", "提交日期", "Submitted on"),
        text("filer", "填报人", "Filer"),
        day("due_on", "延期至", "Extended to", required=False),
    )
    return Sheet("filings", Title(zh="填报登记", en="Filings"), columns, "unit", unit_column="unit")


def records(kind: RecordType) -> Sheet:
    fields = tuple(
        Column(spec.id, spec.title, spec, "unit" if spec.type == "unit" else "field", spec.required)
        for spec in kind.fields
    )
    evidence = text("evidence", "证明材料", "Evidence", required=kind.evidence == "required", longest=500)
    columns = (
        unit("unit", "填报单位", "Filing unit"),
        text("record", "记录编号", "Record number", longest=60),
        *fields,
        *((evidence,) if kind.evidence != "none" else ()),
    )
    return Sheet(f"records/{kind.id}", kind.title, columns, kind.reported_by, kind, "unit")


def kept(scheme: Scheme) -> Iterator[Sheet]:
    """What the secretariat keeps: the panel, its marks and decisions, earlier results, departures from screening."""
    stages = choice("stage", "评审阶段", "Stage", named(scheme.review.stages))
    indicators = named(scheme.indicators)
    whole = Option(id="whole", title=Title(zh="整体", en="The whole"), also=("*",))
    yield Sheet(
        "experts",
        Title(zh="专家", en="Experts"),
        (
            text("expert", "专家代码", "Expert", required=True, longest=40),
            text("name", "姓名", "Name", required=True),
            text("panel_group", "组别", "Group", required=True),
            text("background", "专家类别", "Background"),
            several("homes", "所属及回避单位", "Own units", "units"),
        ),
        "secretariat",
    )
    yield Sheet(
        "marks",
        Title(zh="专家打分", en="Marks"),
        (
            stages,
            text("expert", "专家代码", "Expert", required=True, longest=40),
            unit("unit", "被评单位", "Unit"),
            choice("indicator", "指标", "Indicator", indicators),
            points("mark", "打分", "Mark"),
            text("reason", "理由", "Reason", longest=1000),
        ),
        "secretariat",
    )
    yield Sheet(
        "decisions",
        Title(zh="会评决定", en="Decisions"),
        (
            stages,
            unit("unit", "被评单位", "Unit"),
            choice("indicator", "指标", "Indicator", (*indicators, whole)),
            points("settled", "定为", "Settled at", required=False),
            text("reason", "理由", "Reason", required=True, longest=1000),
            day("decided_on", "决定日期", "Decided on", required=False),
        ),
        "secretariat",
    )
    yield Sheet(
        "earlier",
        Title(zh="往期结果", en="Earlier results"),
        (
            unit("unit", "单位", "Unit"),
            text("period", "评价期", "Period", required=True, longest=40),
            points("score", "得分", "Score", required=False),
            choice("tier", "档次", "Tier", named(scheme.tiers), required=False),
            choice("basis", "依据", "Basis", BASIS, required=False),
        ),
        "secretariat",
    )
    yield Sheet(
        "overrides",
        Title(zh="筛查例外", en="Screening overrides"),
        (
            unit("unit", "单位", "Unit"),
            choice("verdict", "结论", "Verdict", VERDICTS),
            text("reason", "书面理由", "Written reason", required=True, longest=1000),
            text("by", "决定人", "Decided by", required=True),
        ),
        "secretariat",
    )
