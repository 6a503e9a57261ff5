"""Numbers in what people write: where they stand, which of them say how much, and when two say the same.

Years, dates, times, ordinals, numbers of sections, tables and documents, telephone numbers and codes say nothing that a
snapshot could know, so they are no numbers here. Numbers written in Chinese characters are not read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

NUMBER = re.compile(r"[-−－]?\d+(?:,\d{3})*(?:[.．]\d+)*\s?[%％‰]?")
BEFORE_RANGE = re.compile(r"[0-9A-Za-z%％)）]")
"""What makes a dash before digits the dash of a range, not a minus sign."""
YEAR = r"(?:19|20)\d\d"
MONTH = (
    "(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?)"
)
CODE = "[A-Za-z0-9_./-]*"
DATES = (
    rf"{YEAR}\s*(?:[—–~～至-]|到)\s*{YEAR}(?!\d)",
    rf"{YEAR}\s*年(?:度)?(?:\s*\d{{1,2}}\s*月(?:份)?(?:\s*\d{{1,2}}\s*日)?)?",
    r"\d{1,2}\s*月(?:份|底|初|末)?(?:\s*\d{1,2}\s*日)?(?:\s*(?:至|[—–~-])\s*\d{1,2}\s*日)?",
    r"\d{1,2}\s*日(?!均)",
    rf"{YEAR}[-/.]\d{{1,2}}[-/.]\d{{1,2}}",
    r"\d{1,2}[:：]\d{2}(?:[:：]\d{2})?",
    r"\d{1,2}\s*时(?:\s*\d{1,2}\s*分)?",
    rf"{MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+{YEAR})?(?!\d)",
    rf"\d{{1,2}}(?:st|nd|rd|th)?\s+{MONTH}(?:\s+{YEAR})?(?!\d)",
    rf"(?<![\d.,]){YEAR}(?!\d|[.,]\d|[%％‰家个分项名位人次件条所篇场份元万亿倍])",
)
REFERENCES = (
    r"(?:表|图|附件|附表|附图|附录|公式|专栏)\s*\d+(?:[-.]\d+)*",
    r"(?i:table|figure|fig\.|annex|appendix|section|chapter|page|no\.)\s*\d+(?:[-.]\d+)*",
    r"第\s*\d++(?:[.-]\d++)*+(?!\s*[名位])",
    r"\d{1,3}(?:\.\d{1,3})+\s*(?:节|款)",
    r"〔\s*\d+\s*〕\s*\d*\s*号?", r"\[\s*\d{4}\s*\]\s*\d+\s*号", r"\d+\s*号",
)  # fmt: skip
CODES = (
    r"(?:\+\d{1,3}[\s-]?)?(?:\(0\d{2,3}\)|（0\d{2,3}）|0\d{2,3}[-\s—])\s?\d{7,8}(?:-\d{1,5})?",
    r"(?:\+?86[\s-]?)?(?<!\d)1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)",
    r"(?<![\d.,])\d{3,4}-\d{3,4}-\d{3,4}(?!\d)",
    r"(?<![\d.,])\d{7,}(?!\d|[.,]\d)",
    r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+",
    r"(?i:https?://|www\.)[A-Za-z0-9./?=&%#:~_-]+",
    r"[A-Z]{1,4}/T\s*\d+(?:[.-]\d+)*",
    rf"[A-Za-z]{CODE}\d{CODE}",
    rf"\d+[A-Za-z]{CODE}",
)
OTHER = re.compile("|".join((*DATES, *REFERENCES, *CODES)))
"""What has digits and is no number in our sense."""
AT_START = re.compile(r"\s*(?:[（(]\s*\d{1,2}\s*[)）]|\d{1,2}(?:\.\d{1,2})*[.．、)）](?!\d))")
"""The number of a heading or of an entry of a list."""
WIDE = str.maketrans("，．−－％", ",.--%")


@dataclass(frozen=True)
class Token:
    """A number in a text."""

    start: int
    end: int
    text: str
    unit: str = ""
    """The sign that follows, by which a count of alliances is told from points."""

    @property
    def plain(self) -> str:
        return plain(self.text)


def tokens(text: str) -> list[Token]:
    """The numbers of a text in order."""
    taken = [found.span() for found in OTHER.finditer(text)]
    if found := AT_START.match(text):
        taken.append(found.span())
    return [token for token in all_numbers(text) if not any(a < token.end and token.start < b for a, b in taken)]


def all_numbers(text: str) -> list[Token]:
    """Everything with digits, years and dates too."""
    found = []
    for match in NUMBER.finditer(text):
        start, end = match.span()
        if match[0][0] in "-−－" and start and BEFORE_RANGE.match(text[start - 1]):
            start += 1
        shown = text[start:end].rstrip()
        end = start + len(shown)
        unit = "%" if shown[-1] in "%％" else next((sign for sign in text[end : end + 2] if not sign.isspace()), "")
        found.append(Token(start, end, shown, unit))
    return found


def plain(text: str) -> str:
    """A number's text without grouping and in narrow signs."""
    return unicodedata.normalize("NFKC", "".join(text.split())).translate(WIDE).replace(",", "")


def value(text: str) -> Decimal | None:
    """What a number says; None for 1.2.3."""
    try:
        return Decimal(plain(text).rstrip("%‰"))
    except ArithmeticError:
        return None


def same(found: Sequence[str], known: Sequence[str]) -> bool:
    """Whether numbers as found say what those we know say, grouping, blanks and zeros at the end aside."""
    return len(found) == len(known) and all(map(one_same, found, known))


def one_same(found: str, known: str) -> bool:
    left, right = value(found), value(known)
    return plain(found) == plain(known) if left is None or right is None else left == right


def rounded(found: Sequence[str], known: Sequence[str]) -> bool:
    """Whether numbers as found are those we know with fewer decimals, rightly rounded."""
    return len(found) == len(known) and all(map(one_rounded, found, known))


def one_rounded(found: str, known: str) -> bool:
    left, right = value(found), value(known)
    if left is None or right is None:
        return False
    places = -int(left.as_tuple().exponent)
    if places < 0 or places > -int(right.as_tuple().exponent):
        return left == right
    return left == right.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
