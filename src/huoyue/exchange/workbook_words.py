"""What a template says beside its cells: the help on a heading, the standards that a sheet serves."""

from __future__ import annotations

from huoyue.core.filing.quantities import quantities_of
from huoyue.core.message import M, Message
from huoyue.core.phrase import render
from huoyue.core.scheme.model import Indicator, Judged, RecordType, Scheme, simple_parts
from huoyue.core.scoring.explain import standard_words
from huoyue.exchange.layout import Column, Sheet

REPORTED_BY = {
    "unit": M("Filled in by the unit itself."),
    "liaison": M("Filled in by the liaison officer."),
    "secretariat": M("Filled in by the secretariat."),
}
KINDS = {
    "text": M("Text of at most {longest} characters."),
    "link": M("A web address."),
    "integer": M("A whole number."),
    "decimal": M("A number of at most {decimals} decimals."),
    "money": M("An amount in units of 10,000 yuan, at most {decimals} decimals."),
    "date": M("A day, such as 2020-03-05."),
    "choice": M("Choose from the list."),
    "yes_no": M("Choose yes or no."),
    "unit": M("Name or code of a unit, as in the register."),
}


def kind_words(column: Column) -> Message:
    """What may be written in a column."""
    if column.kind in ("units", "texts"):
        return M("Several entries are separated by semicolons.")
    if column.name == "record":
        return M("May be left empty; a number is then given on import.")
    kind = KINDS[column.spec.type]
    return Message(kind.text, {"longest": column.spec.longest, "decimals": column.spec.decimals})


def bounds_words(column: Column) -> Message | None:
    """Between which numbers a value must lie."""
    low, high = column.spec.at_least, column.spec.at_most
    if low is not None and high is not None:
        return M("From {low} to {high}.", low=low, high=high)
    if low is not None:
        return M("At least {low}.", low=low)
    return M("At most {high}.", high=high) if high is not None else None


def help_on(column: Column, sheet: Sheet, lang: str) -> str:
    """The comment on a heading: required or not, what to write, the scheme's own help, the evidence asked for."""
    said = [render(M("Required.") if column.required else M("Optional."), lang), render(kind_words(column), lang)]
    if (bounds := bounds_words(column)) is not None:
        said.append(render(bounds, lang))
    if column.spec.help is not None:
        said.append(column.spec.help.in_language(lang))
    hint = sheet.record_type.evidence_hint if sheet.record_type and column.name == "evidence" else None
    if hint is not None:
        said.append(render(M("Evidence: {hint}.", hint=hint), lang))
    return "\n".join(said)


def notes_on(scheme: Scheme, sheet: Sheet, lang: str) -> list[str]:
    """The lines above a table: who fills it in, how many rows it may have, and what it is judged by."""
    said: list[Message] = [REPORTED_BY[sheet.reported_by]]
    kind = sheet.record_type
    if kind is None:
        return [render(message, lang) for message in said]
    if kind.single:
        said.append(M("One row a unit."))
    if kind.dated is not None:
        first, last = scheme.period.starts, scheme.period.ends
        said.append(
            M(
                "{field} must lie between {first} and {last}.",
                field=kind.field(kind.dated).title,
                first=first,
                last=last,
            )
        )
    lines = [
        " ".join(render(message, lang) for message in said) if lang == "en" else "".join(render(m, lang) for m in said)
    ]
    for indicator in served(scheme, kind):
        words = tuple(standard_words(scheme, indicator))
        line = M(
            "{indicator} ({points} points): {standard}",
            indicator=indicator.title,
            points=indicator.points,
            standard=words,
        )
        lines.append("• " + render(line, lang))
    return lines


def served(scheme: Scheme, kind: RecordType) -> list[Indicator]:
    """The indicators whose standards look at records of this type."""
    return [indicator for indicator in scheme.indicators if kind.id in looked_at(indicator)]


def looked_at(indicator: Indicator) -> set[str]:
    """The record types that an indicator's standard looks at."""
    if isinstance(indicator.standard, Judged):
        return set(indicator.standard.facts)
    return {found.of for part in simple_parts(indicator.standard) for found in quantities_of(part)}
