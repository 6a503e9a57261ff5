"""A small report with everything that rendering knows."""

from __future__ import annotations

from typing import Any

import polars as pl

from huoyue.report.context import Document

MARKDOWN = r"""# 总体情况

共[129]{.n t=funnel}家，见[](#t-funnel)和[](#f-tiers)。\<script\>alert(1)\</script\>

- **一项。** 甲
- 乙

## 分批次看

| 名称 | 家数 |
| :------------ | ----: |
| \<b\>\*甲\* | 29 |
| \=cmd | 1,000 |

: 漏斗[129]{.n t=funnel} {#t-funnel csv="funnel"}

![档次](figures/tiers.svg){#f-tiers}

# 附件　名单

末段。
"""

SPEC: dict[str, Any] = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "data": {"values": [{"tier": "高", "units": 29}]},
    "mark": "bar",
    "encoding": {"x": {"field": "units", "type": "quantitative"}, "y": {"field": "tier", "type": "nominal"}},
}


def small(markdown: str = MARKDOWN, lang: str = "zh-CN") -> Document:
    tables = {"funnel": pl.DataFrame({"名称": ["甲", "=cmd|' /C calc'!A0"], "家数": [29, 1000]})}
    meta = {"title": "报告 <一>", "subtitle": "副题", "author": "秘书处", "lang": lang}
    return Document(markdown, {"tiers": SPEC}, tables, meta)
