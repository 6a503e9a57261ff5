"""What an editor of the wording can choose from: every name of the context with meaning and value, tables, figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from huoyue.core.message import Message
from huoyue.report.context_types import Block
from huoyue.report.context_values import Count, Num, Share
from huoyue.report.section import Ground, readable

LONGEST = 60
"""Characters of a value that are shown."""
ENDS = {
    (Share, "zh"): ("pct", "n"), (Share, "en"): ("pct", "n"), (Count, "zh"): ("n", "c"), (Count, "en"): ("n", "units"),
}  # fmt: skip
"""How a share and a number of units print: the bare number, or with what is counted."""


@dataclass(frozen=True)
class Offer:
    """A name to insert, what it means, and what it is in this round."""

    name: str
    insert: str
    meaning: Message
    value: str


@dataclass(frozen=True)
class Group:
    """What stands under one name of the context."""

    name: str
    meaning: Message
    offers: tuple[Offer, ...]


@dataclass(frozen=True)
class Picture:
    """A table or figure to insert: the macro that prints it, and its caption as our wording has it."""

    kind: str
    name: str
    insert: str
    caption: str


def groups(on: Ground) -> list[Group]:
    """The names of the context, a group for each at the top; tables and figures are offered by `pictures`."""
    if on.kind is None:
        return []
    found = []
    for name, kind, meaning in members(on.kind):
        if name not in ("tables", "figures", "lang"):
            found.append(Group(name, meaning, tuple(offers(kind, on.data[name], name, meaning, on.lang))))
    return found


def members(kind: type) -> Iterator[tuple[str, Any, Message]]:
    """Name, type and meaning of every field of a part of the context."""
    hints = get_type_hints(kind, include_extras=True)
    for one in fields(kind):
        inner, meaning = get_args(hints[one.name])
        yield one.name, inner, Message(str(meaning))


def offers(kind: Any, value: Any, path: str, meaning: Message, lang: str) -> Iterator[Offer]:
    """What can be inserted of one value: itself, its parts, or a loop over it."""
    if get_origin(kind) in (Union, UnionType):
        kind = next(one for one in get_args(kind) if one is not type(None))
    if get_origin(kind) is tuple:
        yield from of_list(get_args(kind)[0], value or [], path, meaning, lang)
    elif (kind, lang) in ENDS:
        for end in ENDS[kind, lang]:
            yield Offer(f"{path}.{end}", held(f"{path}.{end}"), meaning, shown(value[end] if value else None))
    elif is_dataclass(kind) and isinstance(kind, type) and kind not in (Num, Block):
        for name, inner, own in members(kind):
            yield from offers(inner, value[name] if value else None, f"{path}.{name}", own, lang)
    elif kind is bool:
        yield Offer(path, f"{{% if {path} %}}…{{% endif %}}", meaning, shown(value))
    else:
        yield Offer(path, held(path), meaning, shown(value))


def of_list(kind: Any, value: list[Any], path: str, meaning: Message, lang: str) -> Iterator[Offer]:
    """A loop over a list, and what its members hold, as the first of them says it."""
    first = value[0] if value else None
    if kind is str:
        comma = "、" if lang == "zh" else ", "
        yield Offer(path, f'{{{{ {path} | join("{comma}") }}}}', meaning, shown(comma.join(value)))
    elif is_dataclass(kind) and isinstance(kind, type):
        own = next(members(kind))[0]
        loop = f"{{% for one in {path} %}}{{{{ one.{own} }}}}{{% endfor %}}"
        yield Offer(path, loop, meaning, f"× {len(value)}")
        for name, inner, said in members(kind):
            if get_origin(inner) is not tuple:
                yield from offers(inner, first[name] if first else None, f"one.{name}", said, lang)
    else:
        loop = f"{{% for name, of in {path} %}}{{{{ name }}}}{{{{ of.c }}}}{{% endfor %}}"
        yield Offer(path, loop, meaning, f"× {len(value)}")


def held(path: str) -> str:
    return f"{{{{ {path} }}}}"


def shown(value: Any) -> str:
    """A value as people read it, cut to what has room."""
    if value is None or isinstance(value, Mapping | list):
        return "–"
    if isinstance(value, bool):
        return "✓" if value else "✗"
    text = readable(str(value))
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def pictures(on: Ground) -> list[Picture]:
    """Tables with rows and figures of this round, each as the macro that prints it."""
    found: list[Picture] = []
    if on.kind is None:
        return found
    for table in on.shown:
        if table.rows:
            caption = on.captions.get(f"t-{table.name}", table.name)
            insert = f'{{{{ table(tables["{table.name}"], {quoted(caption)}) }}}}'
            found.append(Picture("table", table.name, insert, caption))
    for name in on.drawn:
        caption = on.captions.get(f"f-{name}", name)
        found.append(Picture("figure", name, f'{{{{ figure(figures, "{name}", {quoted(caption)}) }}}}', caption))
    return found


def quoted(text: str) -> str:
    """A text of a template."""
    plain = text.replace("\\", "").replace('"', "”")
    return f'"{plain}"'
