"""What the types refuse, in words a scheme's author understands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from huoyue.core.message import M, Message, Title
from huoyue.core.problem import Problem
from huoyue.core.scheme import model
from huoyue.core.scheme.nodes import Path, Plain, Reading, spelled

WANTED = {
    "string": (M("a text"), M("Put it in quotes if it is meant as a text.")),
    "int": (M("a whole number"), M("Write digits only, such as 3.")),
    "decimal": (M("a number"), M("Write digits and at most one point, such as 2.5, without a unit.")),
    "bool": (M("true or false"), M("Write true or false, without quotes; yes and no are texts.")),
    "date": (M("a day"), M("Write the day as year, month and day, such as 2016-01-31.")),
    "tuple": (M("a list"), M("Write [a, b], or one entry a line, each with a dash before it.")),
    "model": (M("a group of keys"), M("Write its keys below it, indented, each with a colon and a value.")),
    "title": (M("a text in both languages"), M("Write it as {example}.", example="{zh: 会议, en: Meetings}")),
}
"""What was wanted, and how to write it, by the first word of pydantic's name for the error."""
WANTED["where"] = (
    M("a value, a list of values or a condition"),
    M("Write it as in {example}.", example="{kind: council, level: [national, local], funding: {at_least: 10}}"),
)
WANTED |= {"list": WANTED["tuple"], "dict": WANTED["model"]}
PARTS = [part for part in vars(model).values() if isinstance(part, type) and issubclass(part, model.Part)] + [Title]


def did_you_mean(word: str, known: Iterable[str]) -> Message | None:
    """A suggestion for a misspelt word, if one of the known words is near."""
    near = nearest(word, known)
    return M("Did you mean {word}?", word=near) if near else None


def keys_beside(here: Mapping[str, Any], unknown: str) -> set[str]:
    """The keys that may stand in the group `here` in place of `unknown`: those of the parts that know most of it."""
    present = {name for name in here if name != unknown}
    fitting = [part for part in PARTS if _is_of_kind(part, here.get("kind"))] or PARTS
    names = [{info.alias or name for name, info in part.model_fields.items()} for part in fitting]
    best = max(len(keys & present) for keys in names)
    return {key for keys in names if len(keys & present) == best for key in keys}


def _is_of_kind(part: type[BaseModel], kind: Plain) -> bool:
    """Whether `part` is the one whose `kind` says so, or none of those that have a `kind` if none is given."""
    own = part.model_fields.get("kind")
    return kind in get_args(own.annotation) if own else kind is None


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The word among `known` of which `word` may be a slip, if there is one."""
    near = get_close_matches(word, [str(name) for name in known], n=1, cutoff=0.6)
    return near[0] if near else None


def empty_file(reading: Reading) -> Problem:
    """The problem of a file without any content."""
    what = M("The file is empty.")
    return Problem("scheme.empty", what, M("Begin with a copy of a built-in scheme."), reading.place(()))


def refusal_of(reading: Reading, path: Path, details: ErrorDetails, value: Plain, missing: str | None) -> Problem:
    """The problem behind one refusal of the types. `value` is what stands at `path`, `missing` the key it lacks."""
    kind, context = details["type"], dict(details.get("ctx") or {})
    if missing is not None:
        return _missing(reading, path, missing)
    if kind == "extra_forbidden":
        return _unknown_key(reading, path)
    what, mend = _wrong_value(path, kind, context, value)
    return Problem(f"scheme.{CODES.get(kind, 'value')}", what, mend, reading.place(path))


CODES = {
    "literal_error": "choice",
    "union_tag_invalid": "choice",
    "union_tag_not_found": "missing_key",
    "string_pattern_mismatch": "spelling",
    "too_short": "too_short",
    "greater_than": "out_of_bounds",
    "greater_than_equal": "out_of_bounds",
    "less_than": "out_of_bounds",
    "less_than_equal": "out_of_bounds",
}
"""The stable code of a refusal; whatever else the types refuse is `scheme.value`: another kind of thing is needed."""


def _missing(reading: Reading, path: Path, missing: str) -> Problem:
    place = replace(reading.place(path), path=spelled((*path, missing)))
    if missing in ("zh", "en"):
        language = {"zh": M("Chinese"), "en": M("English")}[missing]
        what = M("The {language} text is missing here.", language=language)
        mend = M("Write it as {example}.", example="{zh: 会议, en: Meetings}")
    else:
        what = M("The key {key} is missing here.", key=missing)
        mend = M("Add {key} to this group.", key=missing)
    return Problem("scheme.missing_key", what, mend, place)


def _unknown_key(reading: Reading, path: Path) -> Problem:
    here: Any = reading.values
    for part in path[:-1]:
        here = here[part]
    key = str(path[-1])
    known = keys_beside(here, key)
    mend = did_you_mean(key, known - set(here)) or M("Remove it, or use one of: {known}.", known=tuple(sorted(known)))
    return Problem(
        "scheme.unknown_key", M("The key {key} is not known here.", key=key), mend, reading.place(path, of_key=True)
    )


def _wrong_value(path: Path, kind: str, context: dict[str, Any], value: Plain) -> tuple[Message, Message]:
    shown = _shown(value)
    if kind in ("literal_error", "union_tag_invalid"):
        return _no_choice(context, shown)
    if kind == "union_tag_not_found":
        return M("The key {key} is missing here.", key="kind"), M("Add {key} to this group.", key="kind")
    if kind == "string_pattern_mismatch" and "#" in str(context.get("pattern")):
        return M("{value} is no colour.", value=shown), M('Write it as #rrggbb in quotes, such as "#1b4965".')
    if kind == "string_pattern_mismatch":
        mend = M(
            "Ids are lower-case Latin letters, digits and underscores, begin with a letter and have 48 signs at most."
        )
        return M("{value} cannot be an id.", value=shown), mend
    if kind == "too_short":
        least = int(context.get("min_length", 1))
        return M("This list has too few entries."), M("It needs at least {count}.", count=least)
    if kind in BOUNDS:
        return M("{value} is out of bounds.", value=shown), BOUNDS[kind](str(next(iter(context.values()), "")))
    wanted, mend = WANTED.get(
        _first_word(path, kind, context), (M("something else"), M("See the reference of scheme keys."))
    )
    return M("{value} stands here, but {wanted} is needed.", value=shown, wanted=wanted), mend


BOUNDS: dict[str, Callable[[str], Message]] = {
    "greater_than": lambda limit: M("It must be more than {limit}.", limit=limit),
    "greater_than_equal": lambda limit: M("It must be {limit} or more.", limit=limit),
    "less_than": lambda limit: M("It must be less than {limit}.", limit=limit),
    "less_than_equal": lambda limit: M("It must be {limit} or less.", limit=limit),
}


def _first_word(path: Path, kind: str, context: dict[str, Any]) -> str:
    if path[-2:-1] == ("where",):
        return "where"
    return "title" if context.get("class_name") == "Title" else kind.partition("_")[0]


def _no_choice(context: dict[str, Any], shown: str | Message) -> tuple[Message, Message]:
    expected = str(context.get("expected") or context.get("expected_tags") or "")
    words = [word.strip(" '\"") for word in expected.replace(" or ", ", ").split(",")]
    tag = context.get("tag", shown)
    mend = (did_you_mean(tag, words) if isinstance(tag, str) else None) or M(
        "Choose one of: {words}.", words=tuple(words)
    )
    return M("{value} is not one of the values known here.", value=tag), mend


def _shown(value: Plain) -> str | Message:
    if value is None:
        return M("Nothing")
    if isinstance(value, list):
        return M("A list")
    if isinstance(value, dict):
        return M("A group of keys")
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"
