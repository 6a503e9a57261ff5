"""Rounds with random rows in every table that travels: nasty texts, numbers and moments, drawn from a seed."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, models, transaction
from tests.server.world import scheme_text

from huoyue.server.models import Account, Alliance, Filing, Frozen, Round
from huoyue.server.operations.evidence import safe_name
from huoyue.server.operations.journal import Acting, record
from huoyue.server.operations.storage import keep_bytes
from huoyue.server.queries.carriage import SHELVES, TABLES, Table
from huoyue.server.queries.schemes import digest_of_scheme
from huoyue.snapshot.digests import MANIFEST, canonical, sealed, zipped

SIGNS = "联盟活跃度abcXYZ019 \"'\\/\n\t\r&<>%_😀é\u2028,;:{}[]"
FLOATS = (0.0, -0.0, 1.5, -2.25, 1e16, 1e23, 1e-7, 0.1, 123456.789, 3.0, 2e300)
UNIQUE = ("uid", "code", "username", "key", "receipt", "number")
HELD = {"server_reviewstage.state": "closed", "server_case.state": "closed", "server_contact.first": False}
"""Columns of which at most one row may say otherwise."""


class Rounds:
    """Makes random rounds: the same seed makes the same one."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.made: dict[type[models.Model], list[Any]] = {}
        self.count = 0

    def word(self, most: int = 40) -> str:
        return "".join(self.random.choice(SIGNS) for _ in range(self.random.randrange(min(most, 40) + 1)))

    def moment(self) -> datetime:
        return datetime(2016, 1, 1, tzinfo=UTC) + timedelta(microseconds=self.random.randrange(10**15))

    def json(self, depth: int = 0) -> Any:
        kind = self.random.randrange(7 if depth < 3 else 5)
        if kind == 5:
            return [self.json(depth + 1) for _ in range(self.random.randrange(4))]
        if kind == 6:
            return {self.word(8): self.json(depth + 1) for _ in range(self.random.randrange(4))}
        return (None, self.random.random() < 0.5, self.random.randrange(-(10**18), 10**18), self.word(),
                self.random.choice(FLOATS))[kind]  # fmt: skip

    def value(self, field: Any) -> Any:  # noqa: C901 - one line a kind of column
        """A value for a column."""
        self.count += 1
        if (held := HELD.get(f"{field.model._meta.db_table}.{field.name}")) is not None:
            return held
        if isinstance(field, models.ForeignKey):
            return self.reference(field)
        if field.null and self.random.random() < 0.3 and field.name not in ("closed_at",):
            return None
        if isinstance(field, models.JSONField):
            return self.json()
        if isinstance(field, models.DateTimeField):
            return self.moment()
        if isinstance(field, models.DateField):
            return date(2016, 1, 1) + timedelta(days=self.random.randrange(4000))
        if isinstance(field, models.BooleanField):
            return self.random.random() < 0.5
        if isinstance(field, models.FloatField):
            return self.random.choice(FLOATS)
        if field.choices:
            return self.random.choice([value for value, _ in field.choices])
        if isinstance(field, models.EmailField):
            return f"p{self.count}@example.org"
        if field.name == "time_zone":
            return "Asia/Shanghai"
        if field.name in ("uid", "code", "username", "key", "receipt", "number") and isinstance(
            field, models.CharField
        ):
            return f"{field.name[0]}{self.count}"
        if isinstance(field, (models.CharField, models.TextField)):
            return self.word(field.max_length or 40)
        most = 2**31 - 1 if "BigInteger" not in field.get_internal_type() else 2**63 - 1
        return self.random.choice((0, 1, self.random.randrange(most), most))

    def reference(self, field: Any) -> Any:
        """A row that stands already; none where there may be none, now and then."""
        if field.related_model is Round:
            return self.made[Round][0] if self.made[Round] else None
        if field.null and self.random.random() < 0.3:
            return None
        return self.random.choice(self.made[field.related_model])

    def row(self, table: Table) -> Any:
        """One row, its files on the disk."""
        fields = [
            one for one in table.model._meta.concrete_fields if not one.primary_key and one.name not in table.later
        ]
        values = {one.name: self.value(one) for one in fields}
        if "name" in values and table.name in ("evidence", "objectionfile", "returned"):
            values["name"] = safe_name(values["name"])
        if table.model is Frozen:
            values["digest"], body = snapshot(self.count)
            values["file_digest"] = keep_bytes("snapshots", body)
        elif table.model is Account:
            values["password"] = make_password(None)
        elif table.model is Round:
            values |= {"scheme_text": scheme_text(), "scheme_digest": digest_of_scheme(scheme_text()),
                       "key": f"random{self.count}", "stage": "screened", "previous": None,
                       "deadline": values["opens_at"] + timedelta(days=30)}  # fmt: skip
        else:
            for shelf, column in SHELVES.get(table.model, ()):
                values[column] = keep_bytes(shelf, self.random.randbytes(self.random.randrange(200)))  # type: ignore[arg-type]
        return table.model(**values)

    def fill(self, table: Table) -> None:
        """Some rows of a table; never none."""
        rows, wanted = self.made.setdefault(table.model, []), self.random.randrange(1, 5)
        for _ in range(40):
            if len(rows) >= (1 if table.model is Round else wanted):
                break
            row = self.row(table)
            try:
                with transaction.atomic():
                    row.save(force_insert=True)
            except IntegrityError:
                continue
            rows.append(row)

    def all(self) -> Round:
        """A round with rows in every table, and events; frozen now and then."""
        for table in TABLES:
            self.fill(table)
            assert self.made[table.model], table.name
        for filing in self.made[Filing]:
            versions = filing.versions.all()
            Filing.objects.filter(pk=filing.pk).update(in_force=versions.first())
        first, *others = self.made[Alliance]
        Alliance.objects.filter(pk__in=[one.pk for one in others]).update(merged_into=first)
        round_: Round = self.made[Round][0]
        for n in range(self.random.randrange(4)):
            person, alliance = self.random.choice(self.made[Account]), self.random.choice(self.made[Alliance])
            record(Acting(person, "filer", self.moment(), "10.0.0.1"), "filing.record_saved", round=round_,
                   alliance=alliance, subject=str(n), after={"name": "canary"})  # fmt: skip
        Round.objects.filter(pk=round_.pk).update(stage=self.random.choice(("open", "screened", "frozen")))
        round_.refresh_from_db()
        return round_


def snapshot(number: int) -> tuple[str, bytes]:
    """The digest and the bytes of something that looks like a snapshot from without."""
    manifest = sealed({"files": {}, "number": number})
    return str(manifest["digest"]), zipped({MANIFEST: canonical(manifest)})


def random_round(seed: int) -> Round:
    """A random round."""
    return Rounds(seed).all()
