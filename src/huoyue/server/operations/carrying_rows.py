"""Rows of a carried round on their way in: names become keys of this database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import ForeignKey, Model

from huoyue.server.models import Account, Alliance, Round, Stage
from huoyue.server.operations.carrying_reading import Carried, damaged
from huoyue.server.queries.carriage import Row, Table, hashable, name_of

BATCH = 500


@dataclass
class Bringing:
    """Rows on their way in: which key of the database each name stands for."""

    archive: Carried
    keys: dict[type[Model], dict[Any, int]] = field(default_factory=dict)
    round: Round | None = None
    fresh: set[int] = field(default_factory=set)
    """Alliances that are new here."""

    def bring(self, table: Table, rows: list[Row]) -> None:
        """The rows of one table in their order, those of the register only where they are new."""
        names = self.keys.setdefault(table.model, {})
        missing = []
        for place, row in enumerate(rows, 1):
            name = hashable(name_of(table, row, place))
            if name in names:
                raise damaged(table.name)
            names[name] = 0
            missing.append((name, row))
        if table.model in (Account, Alliance):
            missing = self.met(table, missing)
        made = [(name, self.made(table, row)) for name, row in missing]
        kept = [(name, one) for name, one in made if not table.register or one.alliance_id in self.fresh]
        table.model._default_manager.bulk_create([one for _, one in kept], batch_size=BATCH)
        names.update({name: one.pk for name, one in kept})
        if table.model is Round:
            self.round = kept[0][1]
        if table.model is Alliance:
            self.fresh = {one.pk for _, one in kept}

    def met(self, table: Table, rows: list[tuple[Any, Row]]) -> list[tuple[Any, Row]]:
        """Of people and alliances, those that are not here; the others keep what stands here."""
        column = table.key[0]
        wanted: dict[str, Any] = {f"{column}__in": [name for name, _ in rows]}
        here = dict(table.model._default_manager.filter(**wanted).values_list(column, "pk"))
        self.keys[table.model].update(here)
        return [(name, row) for name, row in rows if name not in here]

    def made(self, table: Table, row: Row) -> Any:
        """A row as its model has it."""
        values: dict[str, Any] = {}
        for one in table.fields(self.archive.chosen):
            if one.name in table.later:
                continue
            value = row[one.name]
            values[one.attname] = self.key_of(one, value) if isinstance(one, ForeignKey) else value
        values |= self.more(table)
        return table.model(**values)

    def more(self, table: Table) -> Mapping[str, Any]:
        """What a row has beside what travelled."""
        if table.model is Account:
            return {"password": make_password(None)}
        if table.model is Round:
            before = Round.objects.filter(key=self.archive.previous).first() if self.archive.previous else None
            frozen = self.archive.round["stage"] == Stage.FROZEN
            held = {"stage": Stage.SCREENED} if frozen else {}
            return {"scheme_text": self.archive.scheme_text, "previous": before, **held}
        own = [one.name for one in table.model._meta.concrete_fields if one.related_model is Round]
        return {own[0]: self.round} if own else {}

    def key_of(self, column: Any, name: Any) -> int | None:
        """The key of the row that a name stands for."""
        if name is None:
            return None
        found = self.keys.get(column.related_model, {}).get(hashable(name))
        if not found:
            raise damaged(f"{column.model._meta.model_name}, {column.name}")
        return found

    def fill_later(self, table: Table, rows: list[Row]) -> None:
        """The columns that name rows of the same table, or of one that comes after it."""
        for column in (one for one in table.fields(self.archive.chosen) if one.name in table.later):
            for place, row in enumerate(rows, 1):
                key = self.keys[table.model][hashable(name_of(table, row, place))]
                if row[column.name] is not None and (table.model is not Alliance or key in self.fresh):
                    to = self.key_of(column, row[column.name])
                    table.model._default_manager.filter(pk=key).update(**{column.attname: to})
