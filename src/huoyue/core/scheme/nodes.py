"""YAML text as plain values with the place of each, read strictly: no aliases, no duplicate keys, no surprises.

Only `true` and `false` are booleans, only plain decimal notation is a number, only YYYY-MM-DD is a date; whatever else
is a text. So `yes`, `1:20`, `0o14`, `1e5` and `.nan` never turn into something their author did not write.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent, NodeEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from huoyue.core.message import M, Message
from huoyue.core.problem import Place, Problem
from huoyue.core.scheme.syntax import syntax_problem

LARGEST = 400_000
"""Characters in a scheme file; the built-in ones have a tenth of it."""
DEEPEST = 100
"""Levels within levels; a scheme needs a dozen."""

Path = tuple[str | int, ...]
Plain = None | bool | int | Decimal | date | str | list["Plain"] | dict[str, "Plain"]

WHOLE = re.compile(r"[-+]?\d{1,18}")
DECIMAL = re.compile(r"[-+]?\d{1,18}\.\d{1,18}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def spelled(path: Path) -> str:
    """A path as people read it: pillars[1].indicators[3].standard."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


@dataclass
class Reading:
    """What was read: the values, where each stands (line and column from 1), and what was wrong."""

    file: str
    values: Plain = None
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    spoilt: set[Path] = field(default_factory=set)
    """Paths of which no value could be read; each has its problem."""

    def place(self, path: Path, *, of_key: bool = False) -> Place:
        """The place of `path`, or of the nearest thing around it that stands in the file."""
        known = path
        while known and known not in self.places and not (of_key and known in self.keys):
            known = known[:-1]
        line, column = self.keys[known] if of_key and known in self.keys else self.places.get(known, (1, 1))
        return Place(file=self.file, line=line, column=column, path=spelled(path) or None)

    def refuse(self, path: Path, code: str, what: Message, mend: Message, place: Place | None = None) -> None:
        """Report a problem of what stands at `path`, which then has no value."""
        self.spoilt.add(path)
        self.problems.append(Problem(code, what, mend, place or self.place(path)))


def read_nodes(text: str, file: str) -> Reading:
    """Read `text`. With a syntax error there are no values and one problem that says where."""
    reading = Reading(file)
    if len(text) > LARGEST:
        what = M("The file has {size} characters; a scheme has {limit} at most.", size=len(text), limit=LARGEST)
        reading.refuse((), "scheme.size", what, M("Check that this is the scheme file."))
        return reading
    try:
        root = _composed(reading, text.removeprefix("\ufeff"))
        reading.values = _plain(reading, root, ()) if root is not None else None
    except MarkedYAMLError as error:
        reading.problems.append(syntax_problem(file, error))
    except YAMLError:
        what = M("The file holds characters that no text has.")
        reading.refuse((), "scheme.syntax", what, M("Save the file as UTF-8 text without control characters."))
    except RecursionError:
        what = M("The file is nested too deeply.")
        reading.refuse((), "scheme.depth", what, M("A scheme needs no more than a dozen levels; remove the rest."))
    return reading


def _composed(reading: Reading, text: str) -> Node | None:
    """The tree of nodes, by the parser in C, which is quick; what it refuses, the one in Python explains better.

    Tags are refused. RecursionError if the text is nested too deeply: composing in C would overrun the stack.
    """
    pure = False
    try:
        depth = 0
        for event in YAML(typ="base").parse(text):
            depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            if depth > DEEPEST:
                raise RecursionError
            if tag := getattr(event, "tag", None):
                reading.problems.append(_tagged(reading.file, str(tag), event))
    except (YAMLError, UnicodeError):
        pure = True
    root: Node | None = YAML(typ="base", pure=pure).compose(text)
    return root


def _tagged(file: str, tag: str, event: NodeEvent) -> Problem:
    what = M("The YAML tag {tag} stands here.", tag=tag)
    place = Place(file=file, line=event.start_mark.line + 1, column=event.start_mark.column + 1)
    return Problem("scheme.tag", what, M("Remove it; what a value is follows from its place."), place)


def _plain(reading: Reading, node: Node, path: Path) -> Plain:
    if id(node) in reading.seen:
        what = M("A part of the file is used twice through a YAML anchor.")
        mend = M("Write the part out where it is needed; anchors are not read.")
        reading.refuse(path, "scheme.alias", what, mend, reading.place(path, of_key=True))
        return None
    reading.seen.add(id(node))
    reading.places[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, ScalarNode):
        return _scalar(reading, node, path)
    if isinstance(node, SequenceNode):
        return [_plain(reading, child, (*path, n)) for n, child in enumerate(node.value)]
    assert isinstance(node, MappingNode)  # noqa: S101 -- the composer makes no other kind
    return _mapping(reading, node, path)


def _mapping(reading: Reading, node: MappingNode, path: Path) -> dict[str, Plain]:
    found: dict[str, Plain] = {}
    for key, value in node.value:
        place = Place(reading.file, key.start_mark.line + 1, key.start_mark.column + 1, spelled(path) or None)
        if not isinstance(key, ScalarNode):
            what = M("A list or a group stands where a key should.")
            reading.problems.append(Problem("scheme.key", what, M("Write the key as one word."), place))
            continue
        name = str(key.value)
        inner = (*path, name)
        if name in found:
            what = M("The key {key} stands twice; only one can hold.", key=name)
            mend = M("Remove one of the two.")
            reading.problems.append(Problem("scheme.duplicate_key", what, mend, replace(place, path=spelled(inner))))
            continue
        reading.keys[inner] = (key.start_mark.line + 1, key.start_mark.column + 1)
        found[name] = _plain(reading, value, inner)
    return found


def _scalar(reading: Reading, node: ScalarNode, path: Path) -> Plain:
    text = str(node.value)
    if node.style in ("'", '"', "|", ">"):
        return text
    if text in ("true", "false"):
        return text == "true"
    if text in ("", "~", "null"):
        return None
    if WHOLE.fullmatch(text):
        return int(text)
    if DECIMAL.fullmatch(text):
        return Decimal(text)
    if DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            what = M("There is no day {day}.", day=text)
            reading.refuse(path, "scheme.no_such_day", what, M("Write a day of the calendar as YYYY-MM-DD."))
            return None
    return text
