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


class Kept(dict[int, int | None]):
    """Code points that tell texts apart; the others become nothing. Each is looked up once."""

    def __missing__(self, code: int) -> int | None:
        ignored = unicodedata.category(chr(code)) in IGNORED or chr(code) in ALSO_IGNORED
        self[code] = None if ignored else code
        return self[code]


KEPT = Kept()


def fold(text: str) -> str:
    """`text` in NFKC without case, spaces and dashes; empty for words that stand for nothing."""
    bare = unicodedata.normalize("NFKC", text).casefold().translate(KEPT)
    return "" if bare in EMPTY_WORDS else bare


def is_local(folded: str) -> bool:
    """Whether a folded reference means something within its unit only."""
    return LOCAL.fullmatch(folded) is not None


def folded(column: pl.Series) -> list[str | None]:
    """The values folded, every distinct text once; None where they are empty."""
    texts = column.cast(pl.String).to_list()
    known = {text: None if text is None else fold(text) or None for text in set(texts)}
    return [known[text] for text in texts]
