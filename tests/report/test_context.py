from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import polars as pl
import pypandoc
import pytest
from report_rounds import PUBLISHED, Round, made_up, published, random_cells, scheme

from huoyue.core.message import Title
from huoyue.core.scheme.model import FieldSpec, Outlook, Percentages, Review, Rounding, Scheme
from huoyue.report.context import compose, report_context
from huoyue.report.context_reading import Reading
from huoyue.report.context_types import ReportContext
from huoyue.report.context_values import Count, Counting, Share, data_of, escaped
from huoyue.report.figures import figures
from huoyue.report.tables_all import displays

NUMBER = re.compile(r"\[((?:\\.|[^\]\\])*)\]\{\.n t=([\w-]+)\}")


def context_of(source: Round, lang: str = "zh") -> ReportContext:
    reading = Reading(source, lang)
    return report_context(reading, displays(reading), tuple(figures(reading)))


def library() -> Scheme:
    """A scheme of another network: two tiers, one batch, no review, no other years, nothing to say of its own."""
    base = scheme()
    words = base.words.model_copy(
        update={
            "unit": Title(zh="图书馆", en="library"),
            "units": Title(zh="图书馆", en="libraries"),
            "counter": "个",
            "network": Title(zh="县级图书馆", en="county libraries"),
        }
    )
    silent = ("activity_tables", "recommendations", "background", "principles", "panel", "notes")
    report = base.report.model_copy(update=dict.fromkeys(silent, ()) | {"driver": None, "subtitle": None})
    return base.model_copy(
        update={
            "words": words,
            "report": report,
            "batches": base.batches[:1],
            "tiers": (base.tiers[0], base.tiers[-1]),
            "review": Review(),
            "outlook": Outlook(),
            "percentages": Percentages(decimals=1),
            "rounding": Rounding(decimals=1),
        }
    )


@pytest.fixture(params=["zh", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["published", "library", "nobody evaluated", "one unit a batch", "empty register"])
def source(request: pytest.FixtureRequest) -> Round:
    rounds = {
        "published": lambda: published(),
        "library": lambda: made_up(library(), {("first", "high"): 3, ("first", "poor"): 4}, 2),
        "nobody evaluated": lambda: made_up(scheme(), {("first", None): 4, ("second", None): 2}, 2),
        "one unit a batch": lambda: made_up(scheme(), {("first", "high"): 1, ("third", "poor"): 1}, 2),
        "empty register": lambda: made_up(scheme(), {}, 2),
    }
    found: Round = rounds[str(request.param)]()
    return found


def test_every_number_names_a_table_of_the_report(source: Round, lang: str) -> None:
    document = compose(source, lang)
    assert {table for _, table in NUMBER.findall(document.markdown)} <= set(document.tables)


def test_every_reference_has_a_target(source: Round, lang: str) -> None:
    text = compose(source, lang).markdown
    assert set(re.findall(r"\[\]\(#([tf]-[\w-]+)\)", text)) <= set(re.findall(r"\{#([tf]-[\w-]+)", text))


def test_figures_and_tables_stand_in_the_text_once(source: Round, lang: str) -> None:
    document = compose(source, lang)
    anchors = re.findall(r"\{#([tf]-[\w-]+)", document.markdown)
    assert sorted(anchors) == sorted(
        [f"t-{name}" for name in document.tables] + [f"f-{name}" for name in document.figures]
    )


def test_a_paragraph_is_one_line_as_chinese_has_no_spaces_between_lines(source: Round) -> None:
    text = compose(source, "zh").markdown
    blocks = [block.splitlines() for block in text.split("\n\n")]
    plain = [lines for lines in blocks if not re.match(r"[|:-] ?|!", lines[0])]
    assert [lines for lines in plain if len(lines) > 1] == []


def test_no_placeholder_empty_bracket_or_doubled_stop_is_left(source: Round, lang: str) -> None:
    text = NUMBER.sub(r"\1", compose(source, lang).markdown).replace("](#", "")
    assert re.findall(r"None|Undefined|\{\{|\}\}|（）|\(\)|。。|，。|；。|、。|：。|\.\.| ,|\bn=\W", text) == []


def test_chinese_prose_has_no_half_width_stops(source: Round) -> None:
    prose = [line for line in compose(source, "zh").markdown.splitlines() if line[:1] not in {"|", ":", "!"}]
    assert [line for line in prose if re.search(r"[\u4e00-\u9fff][,;:?!.](?!svg)", line)] == []


def test_pandoc_reads_every_table_and_figure_with_its_identifier() -> None:
    document = compose(published(), "zh")
    tree = pypandoc.convert_text(document.markdown, "json", format="markdown")
    assert tree.count('"t":"Table"') == len(document.tables)
    assert tree.count('"t":"Figure"') == len(document.figures)


def test_headings_carry_no_numbers_and_no_links(source: Round, lang: str) -> None:
    headings = [line for line in compose(source, lang).markdown.splitlines() if line.startswith("#")]
    assert headings
    assert [line for line in headings if re.match(r"#+ (\d|[一二三四五六七八九十]+、)", line) or "{.n" in line] == []


def test_the_published_figures_are_said() -> None:
    text = NUMBER.sub(r"\1", compose(published(), "zh").markdown)
    for phrase in (
        "合计52家，占参评联盟的52.00%，超过半数",
        "活跃度高的29家，占参评联盟的29.00%，占试点联盟总数的19.86%",
        "活跃度一般的30家，占参评联盟的30.00%，占试点联盟总数的20.54%",
        "第一批最高，为30.76%（16家，n=52）；第三批低于第一批，为14.54%（8家，n=55）；第二批略低于第三批，为12.82%（5家，n=39）",
        "本报告不作两极分化的判断",
    ):
        assert phrase in text


def test_a_batch_is_called_polarised_only_where_the_analysis_says_so() -> None:
    quiet = published()
    rows = quiet.results["polarisation"].with_columns(polarised=pl.col("member") == "third")
    loud = replace(quiet, results=quiet.results | {"polarisation": rows})
    assert context_of(quiet).comparison.polarised == ()
    assert context_of(loud).comparison.polarised == ("第三批",)
    assert "第三批的档次分布达到两极分化的判定条件" in compose(loud, "zh").markdown


@pytest.mark.parametrize("seed", range(12))
def test_what_is_said_of_tiers_and_batches_follows_from_the_scores(seed: int) -> None:
    source = made_up(scheme(), random_cells(scheme(), seed), seed)
    context = context_of(source)
    scored = source.results["scores"].join(source.facts.units.select("unit", "batch"), on="unit")
    counts = {tier.title.zh: scored.filter(tier=tier.id).height for tier in scheme().tiers}
    most = max(counts.values())
    assert {name for name, n in counts.items() if n == most and n} == set(context.overall.largest)
    upper = sum(list(counts.values())[:2])
    assert context.overall.upper.count.value == upper
    assert context.overall.upper_majority == (2 * upper > scored.height)
    for tier in context.tiers:
        assert tier.units.value == counts[tier.title]
        assert [share.count.value for _, share in tier.split] == [
            scored.filter(tier=tier.id, batch=batch.id).height for batch in scheme().batches
        ]


@pytest.mark.parametrize("seed", range(12))
def test_the_order_of_batches_follows_from_the_scores(seed: int) -> None:
    source = made_up(scheme(), random_cells(scheme(), seed), seed)
    scored = source.results["scores"].join(source.facts.units.select("unit", "batch"), on="unit")
    exact = {
        batch.title.zh: Fraction(scored.filter(batch=batch.id, tier="high").height, own)
        for batch in scheme().batches
        if (own := source.facts.units.filter(batch=batch.id).height)
    }
    places = context_of(source).comparison.top_all
    assert {place.title for place in places} == set(exact)
    for before, after in pairwise(places):
        gap = exact[before.title] - exact[after.title]
        assert after.relation == ("equal" if gap == 0 else "slightly_lower" if gap < Fraction(2, 100) else "lower")


@pytest.mark.parametrize("seed", range(8))
def test_weak_indicators_are_those_with_the_largest_share_lost(seed: int) -> None:
    source = made_up(scheme(), random_cells(scheme(), seed), seed)
    titles = {indicator.title.zh: indicator.id for indicator in scheme().indicators}
    settled = source.results["settled"].join(source.results["scores"].select("unit", "tier"), on="unit")
    for tier in context_of(source).tiers:
        lost = (
            settled.filter(tier=tier.id)
            .group_by("indicator")
            .agg((pl.col("maximum") - pl.col("settled_num")).sum().alias("lost"))
        )
        ordered = dict(lost.iter_rows())
        named = {titles[loss.title.strip("“”")] for loss in tier.weak}
        assert all(ordered[name] > 0 for name in named)
        assert (
            max((n for name, n in ordered.items() if name not in named), default=0)
            < min((ordered[name] for name in named), default=10**9)
            or not named
        )


def test_without_several_batches_nothing_is_said_of_batches() -> None:
    source = made_up(library(), {("first", "high"): 3, ("first", "poor"): 4}, 2)
    context = context_of(source)
    assert (context.batches, context.comparison.any, context.basis.marked) == ((), False, False)
    assert "批次" not in compose(source, "zh").markdown.split("# 方法说明")[0]


def test_without_reviewers_the_points_by_rule_are_said_to_be_final() -> None:
    text = compose(made_up(library(), {("first", "high"): 3}, 2), "zh").markdown
    assert "本方案不设专家评审" in text


def test_batches_that_are_not_evidenced_are_marked_wherever_they_stand() -> None:
    text = compose(published(), "zh").markdown
    captions = [line for line in text.splitlines() if re.search(r"\{#[tf]-(batch|tier-|polaris)", line)]
    assert captions
    assert [line for line in captions if "推定或示例" not in line] == []
    assert "第一批\\*" in text


def test_evidenced_batches_carry_no_mark() -> None:
    source = published()
    units = source.facts.units.with_columns(basis=pl.lit("registered"))
    text = compose(replace(source, facts=replace(source.facts, units=units)), "zh").markdown
    assert "推定或示例" not in text
    assert "第一批\\*" not in text


def test_a_name_cannot_become_markup() -> None:
    evil = ["*斜*", "[甲](http://x)", "a|b", "<script>1</script>", "$x^2$", "# 甲", "1. 甲", "(a) 甲"]
    evil += ["{{ 7*7 }}", "`rm`", "--- 甲", "@甲 ~乙~", "\\甲", "甲...乙", "- 甲", "+ 甲", "> 甲", ": 甲", "![甲](x)"]
    markdown = "\n\n".join(escaped(name) for name in evil)
    plain = pypandoc.convert_text(markdown, "plain", format="markdown", extra_args=["--wrap=none"])
    assert plain.strip().split("\n\n") == evil


def test_a_number_prints_with_its_table_and_its_noun() -> None:
    zh, en = Counting("zh", "联盟", "联盟", "家"), Counting("en", "alliance", "alliances", "")
    count = Count(1234, "funnel")
    assert zh.data(count)["units"] == "[1234]{.n t=funnel}家联盟"
    assert en.data(count)["units"] == "[1,234]{.n t=funnel} alliances"
    assert en.data(Count(1, "funnel"))["units"] == "[1]{.n t=funnel} alliance"


def test_a_share_of_nothing_prints_a_dash() -> None:
    share = Share(Count(0, "tiers"), Count(0, "tiers"), None)
    found = data_of(share, Counting("zh", "联盟", "联盟", "家"))
    assert isinstance(found, dict)
    assert (found["pct"], found["known"]) == ("[—]{.n t=tiers}", False)


def test_a_marked_round_tells_of_scales_standing_back_and_the_meeting() -> None:
    text = NUMBER.sub(r"\1", compose(published(), "zh").markdown)
    assert "没有专家为应当回避的联盟打分" in text
    assert "可比较的6位专家中，4位的尺度" in text
    assert "共有2家联盟列入讨论范围" in text


def test_marks_of_the_organisers_council_stand_beside_the_others() -> None:
    """One unit got 1 of 5 points, another 3 of 5; where the scheme names no council, nothing is said."""
    source = published()
    field = FieldSpec.model_validate({"id": "on_council", "title": {"zh": "理事", "en": "Council"}, "type": "yes_no"})
    review = source.scheme.review.model_copy(update={"council": "on_council"})
    named = source.scheme.model_copy(update={"register_fields": (field,), "review": review})
    one = source.facts.marks["unit"][0]
    other = source.results["scores"].filter(pl.col("unit") != one)["unit"][0]
    twice = pl.concat(
        [source.facts.marks, source.facts.marks.with_columns(unit=pl.lit(other), mark=pl.lit(300, pl.Int64))]
    )
    units = source.facts.units.with_columns(on_council=pl.col("unit") == one)
    facts = replace(source.facts, units=units, marks=twice)
    text = NUMBER.sub(r"\1", compose(replace(source, scheme=named, facts=facts), "zh").markdown)
    assert "主办方理事会成员联盟的评分表2份，得分率平均20.00%；其他联盟2份，平均60.00%" in text  # 1 and 3 of 5 points
    assert "同时评过两类联盟的专家1位，其本人对前者与后者平均得分率之差的平均为−40.00个百分点" in text
    assert "主办方理事会" not in compose(source, "zh").markdown


def test_severity_is_told_by_number_and_what_would_change_by_name() -> None:
    """Six experts, four of them with an interval that leaves out 0; of two units one falls a point and a tier."""
    for lang, told in (
        ("zh", ("列出6名专家", "其中4名专家以分计的区间不含0", "2个评分中有1个将有变化，最多相差1.00分",
                "1家联盟将改变档次")),
        ("en", ("shows 6 experts by number", "For 4 the interval", "1 of 2 scores would be another one, by 1.00 points",
                "1 alliance would be in another tier")),
    ):  # fmt: skip
        document = compose(published(), lang)
        text = NUMBER.sub(r"\1", document.markdown)
        assert [sentence for sentence in told if sentence not in text] == []
        shown = document.tables["severity"]
        assert shown.columns[0] == {"zh": "序号", "en": "No."}[lang]
        assert not set(published().facts.experts["expert"]) & set(re.findall(r"\w+", str(shown.rows())))
        assert document.tables["severity-effect"].height == 1


def test_experts_who_cannot_be_compared_all_are_told_of_by_groups() -> None:
    source = published()
    severity = source.results["expert_severity"].with_columns(
        component=pl.when(pl.col("expert") > "e3").then(2).otherwise(1).cast(pl.Int64)
    )
    document = compose(replace(source, results=source.results | {"expert_severity": severity}), "zh")
    assert "专家分属2个可比组" in document.markdown
    assert document.tables["severity"]["可比组"].to_list() == [1, 1, 1, 1, 2, 2]


def test_without_marks_there_is_no_annex_on_agreement() -> None:
    document = compose(made_up(library(), {("first", "high"): 3}, 2), "zh")
    assert "一致性和严厉度" not in document.markdown
    assert "severity" not in document.tables


def test_a_mark_for_a_unit_of_ones_own_is_told() -> None:
    source = published()
    experts = source.facts.experts.with_columns(homes=pl.lit(source.facts.units["unit"].to_list()))
    text = compose(replace(source, facts=replace(source.facts, experts=experts)), "zh").markdown
    assert "违反回避要求" in text
    assert "没有专家为应当回避" not in text


def test_long_lists_stay_out_of_the_report() -> None:
    cells = {key: number * 12 for key, number in PUBLISHED.items()}
    document = compose(made_up(scheme(), cells, 1), "zh")
    assert "annex-high" not in document.tables
    assert "结果见随附工作簿" in document.markdown


def test_the_tables_to_download_hold_what_the_report_prints() -> None:
    frame = compose(published(), "zh").tables["funnel"]
    assert frame.columns == ["环节", "合计", "第一批", "第二批", "第三批"]
    assert frame["合计"].to_list()[0] == 146
    assert frame["合计"].dtype == pl.Int64()
