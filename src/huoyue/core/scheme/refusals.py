"""What the types refuse, in words a scheme's author understands."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from pydantic_core import ErrorDetails

from huoyue.core.message import M, Message, Title
from huoyue.core.problem import Problem
from huoyue.core.scheme import model
from huoyue.core.scheme.nodes import Path, Plain, Reading

WANTED = {
    "string_type": M("a text"),
    "int_type": M("a whole number"),
    "int_parsing": M("a whole number"),
    "int_from_float": M("a whole number"),
    "decimal_type": M("a number such as 2.5"),
    "decimal_parsing": M("a number such as 2.5"),
    "bool_type": M("true or false"),
    "bool_parsing": M("true or false"),
    "date_type": M("a date such as 2016-01-31"),
    "date_parsing": M("a date such as 2016-01-31"),
    "date_from_datetime_parsing": M("a date such as 2016-01-31"),
    "list_type": M("a list"),
    "tuple_type": M("a list"),
    "dict_type": M("a group of keys"),
    "model_type": M("a group of keys"),
    "model_attributes_type": M("a group of keys"),
}
PARTS = [part for part in vars(model).values() if isinstance(part, type) and issubclass(part, model.Part)] + [Title]


def did_you_mean(word: str, known: Iterable[str]) -> Message | None:
    """A suggestion for a misspelt word, if one of the known words is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return M("Did you mean {word}?", word=near[0]) if near else None


def keys_beside(siblings: Iterable[str]) -> set[str]:
    """The keys that may stand in a group that already has `siblings`: those of every part that knows most of them."""
    present = set(siblings)
    names = [{info.alias or name for name, info in part.model_fields.items()} for part in PARTS]
    best = max((len(keys & present) for keys in names), default=0)
    return {key for keys in names if len(keys & present) == best for key in keys}


def refusal_of(
    reading: Reading, path: Path, kind: str, details: ErrorDetails | None, value: Plain, *, missing: str | None = None
) -> Problem:
    """The problem behind one refusal of the types. `value` is what stands at `path`."""
    context: dict[str, Any] = dict(details.get("ctx") or {}) if details else {}
    if kind == "missing":
        return _missing(reading, path, missing)
    if kind == "extra_forbidden":
        return _unknown_key(reading, path)
    shown = _shown(value)
    what, mend = _wrong_value(kind, context, shown, details)
    return Problem(f"scheme.{kind}", what, mend, reading.place(path))


def _missing(reading: Reading, path: Path, missing: str | None) -> Problem:
    if missing is None:
        what = M("The file is empty.")
        return Problem("scheme.empty", what, M("Begin with a copy of a built-in scheme."), reading.place(path))
    what = M("The key {key} is missing here.", key=missing)
    return Problem("scheme.missing_key", what, M("Add {key} to this group.", key=missing), reading.place(path))


def _unknown_key(reading: Reading, path: Path) -> Problem:
    here: Any = reading.values
    for part in path[:-1]:
        here = here[part]
    key = str(path[-1])
    known = keys_beside(name for name in here if name != key)
    mend = did_you_mean(key, known - set(here)) or M("Remove it, or use one of: {known}.", known=tuple(sorted(known)))
    return Problem("scheme.unknown_key", M("The key {key} is not known here.", key=key), mend, reading.place(path, of_key=True))


def _wrong_value(kind: str, context: dict[str, Any], shown: str, details: ErrorDetails | None) -> tuple[Message, Message]:
    if kind in WANTED:
        mend = M("Put it in quotes if it is meant as a text.") if kind == "string_type" else M("Change the value.")
        return M("{value} stands here, but {wanted} is needed.", value=shown, wanted=WANTED[kind]), mend
    if kind in ("literal_error", "enum", "union_tag_invalid"):
        expected = str(context.get("expected") or context.get("expected_tags") or "")
        words = [word.strip(" '\"") for word in expected.replace(" or ", ", ").split(",")]
        tag = str(context.get("tag") or shown)
        mend = did_you_mean(tag, words) or M("Choose one of: {words}.", words=tuple(words))
        return M("{value} is not one of the values known here.", value=tag), mend
    if kind == "union_tag_not_found":
        return M("The key {key} is missing here.", key="kind"), M("Add {key} to this group.", key="kind")
    if kind == "string_pattern_mismatch":
        what = M("{value} is not written as this needs.", value=shown)
        mend = M("Ids are lower-case Latin letters, digits and underscores and begin with a letter; colours are #rrggbb.")
        return what, mend
    if kind in ("too_short", "too_long"):
        length = int(context.get("min_length", context.get("max_length", 0)))
        return M("This list has the wrong length."), M("It needs at least {count} entries.", count=length)
    if kind in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        limit = str(next(iter(context.values()), ""))
        return M("{value} is out of bounds.", value=shown), M("The limit is {limit}.", limit=limit)
    return M("{value} does not fit here.", value=shown), M("See the reference of scheme keys for what may stand here.")


def _shown(value: Plain) -> str:
    text = "…" if isinstance(value, dict | list) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"
