"""When two texts mean the same thing: numbers, titles and references as people type them, folded to compare."""

from __future__ import annotations

import re
import unicodedata

import polars as pl

IGNORED = {"Zs", "Zl", "Zp", "Pd", "Cf", "Cc"}
"""Unicode categories that do not tell two texts apart: spaces, dashes, invisible and control characters."""

ALSO_IGNORED = frozenset("−_")

EMPTY_WORDS = frozenset({
    "无", "暂无", "没有", "不详", "未知", "待定", "待补", "略", "同上", "/", "\\", ".", "?", "？",
    "none", "na", "n/a", "nil", "null", "unknown", "tbd",
})  # fmt: skip
"""What people write, folded, to say that there is nothing to write."""

LOCAL = re.compile(
    r"(附件|附表|附录|附图|附|图|表|证明材料|证明|材料|文件|凭证|编号|序号|第|annex|attachment|appendix|exhibit|file|no)?"
    r"[.:(#]?[0-9一二三四五六七八九十]{1,4}([.][0-9]{1,3}){0,3}[)]?(号|页|项|份)?"
)
"""References such as 附件3, folded, that number a unit's own papers and say nothing about anybody else's."""

SEVERAL = r"[;；、，,\r\n]+"
"""What stands between references when one cell holds several."""


def fold(text: str) -> str:
    """`text` in NFKC without case, spaces and dashes; empty for words that stand for nothing."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    bare = "".join(c for c in plain if unicodedata.category(c) not in IGNORED and c not in ALSO_IGNORED)
    return "" if bare in EMPTY_WORDS else bare


def is_local(folded: str) -> bool:
    """Whether a folded reference means something within its unit only."""
    return LOCAL.fullmatch(folded) is not None


def folded(column: str) -> pl.Expr:
    """The column folded, every distinct text once; null where it is empty."""
    return pl.col(column).cast(pl.String).map_batches(folded_series, return_dtype=pl.String)


def folded_series(texts: pl.Series) -> pl.Series:
    distinct = texts.drop_nulls().unique().to_list()
    return texts.replace_strict(
        distinct, [fold(text) or None for text in distinct], default=None, return_dtype=pl.String
    )
