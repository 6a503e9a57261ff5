"""A database as the previous release left it: its tables at that migration, with rows in every one of them.

Run in a process of its own, since a database is brought from one version to the next: prints what was there before and
after as JSON.
"""

from __future__ import annotations

import json
import random
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

PREVIOUS = sys.argv[1] if len(sys.argv) > 1 else "0004_expert_review"
"""The migration that the database was left at; the last one of the release before."""
ALONE = ("Round", "Carried")
"""Models of which there is one row: one round, and what it was carried from."""
WHEN = datetime(2016, 5, 3, 9, 30, tzinfo=UTC)


def historical() -> Any:
    """The models as they were."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    others = [key for key in executor.loader.graph.leaf_nodes() if key[0] != "server"]
    targets = [("server", PREVIOUS), *(key for key in others if not depends(executor, key))]
    executor.migrate(targets)
    return executor.loader.project_state([("server", PREVIOUS)]).apps


def depends(executor: Any, key: tuple[str, str]) -> bool:
    """Whether a migration of another app needs one of ours that comes later."""
    plan = executor.loader.graph.forwards_plan(key)
    return any(app == "server" and name > PREVIOUS for app, name in plan)


def fill(apps: Any) -> None:
    """Rows in every table of ours, each after those that it names; one round that is open, with a sound chain."""
    from huoyue.server.operations.chain import ORIGIN

    drawn, made = random.Random(4), {}
    waiting = [model for model in apps.get_models() if model._meta.app_label == "server"]
    chained = {"Event", "Head"}
    while waiting:
        model = next(one for one in waiting if all(
            to in made or to is one or field.null for field in one._meta.concrete_fields
            if (to := field.related_model) is not None
        ))  # fmt: skip
        waiting.remove(model)
        made[model] = []
        if model.__name__ not in chained:
            for n in range(1 if model.__name__ in ALONE else 3):
                made[model].append(model.objects.create(**row(model, made, drawn, n)))
    event, head, previous = apps.get_model("server", "Event"), apps.get_model("server", "Head"), ORIGIN
    actor, round_ = made[apps.get_model("server", "Account")][0], made[apps.get_model("server", "Round")][0]
    for seq in range(1, 8):
        one = chained_event(event, seq, actor, round_, previous)
        one.save(force_insert=True)
        previous = one.digest
    head.objects.update_or_create(id=1, defaults={"seq": 7, "digest": previous})


def chained_event(model: Any, seq: int, actor: Any, round_: Any, previous: str) -> Any:
    """An event as the release before wrote it."""
    from huoyue.server.operations.chain import digest_of_columns, digest_of_detail

    detail, salt = {"from": "10.0.0.1", "before": {}, "after": {"n": seq}}, f"{seq:032}"
    at = WHEN + timedelta(minutes=seq)
    found = digest_of_detail(salt, detail)
    columns = (seq, at.timestamp(), actor.pk, "filer", "filing.record_saved", round_.pk, None, "x", None)
    digest = digest_of_columns(*columns, found, previous)
    return model(seq=seq, at=at, actor=actor, role="filer", kind="filing.record_saved", round=round_, subject="x",
                 detail=detail, salt=salt, detail_digest=found, previous=previous, digest=digest)  # fmt: skip


def row(model: Any, made: dict[Any, list[Any]], drawn: random.Random, n: int) -> dict[str, Any]:
    """Values for a row that is told from the others of its table by `n`."""
    values = {
        field.name: value(field, made, drawn, n) for field in model._meta.concrete_fields if not field.primary_key
    }
    if model.__name__ == "Round":
        from tests.server.world import scheme_text

        values |= {"scheme_text": scheme_text(), "scheme_digest": sha256(scheme_text().encode()).hexdigest(),
                   "key": "r1", "stage": "open", "practice": False, "opens_at": WHEN,
                   "deadline": WHEN + timedelta(days=30)}  # fmt: skip
    return values


def value(field: Any, made: dict[Any, list[Any]], drawn: random.Random, n: int) -> Any:
    kind = field.get_internal_type()
    if kind in ("ForeignKey", "OneToOneField"):
        rows = made.get(field.related_model, [])
        return rows[n % len(rows)] if rows else None
    if kind == "JSONField":
        return {"名": [n, "值", None]} if field.name in ("cells", "fields") else [n]
    if kind == "DateTimeField":
        return WHEN + timedelta(days=n)
    if kind == "DateField":
        return (WHEN + timedelta(days=n)).date()
    if kind == "BooleanField":
        return False
    if kind == "FloatField":
        return n + 0.25
    if field.name == "time_zone":
        return "Asia/Shanghai"
    if field.name in ("state", "stage") or field.choices:
        known = [choice for choice, _ in field.choices or [("closed", "")]]
        return known[-1] if "open" in known else drawn.choice(known)
    if kind in ("CharField", "TextField", "EmailField", "SlugField", "URLField"):
        text = f"{field.name[:8]}-{n}@x.cn" if kind == "EmailField" else f"{field.name[:8]}-{n}"
        return text[: field.max_length or None]
    return n + 1


def kept(tables: dict[str, list[str]]) -> dict[str, list[str]]:
    """Every row of the tables, in the columns that they had, as digests."""
    from django.db import connection

    found = {}
    with connection.cursor() as cursor:
        for table, columns in tables.items():
            names = ", ".join(f'"{column}"' for column in columns)
            cursor.execute(f'SELECT {names} FROM "{table}" ORDER BY 1')  # noqa: S608 - names of ours
            found[table] = [sha256(repr(one).encode()).hexdigest() for one in cursor.fetchall()]
    return found


def upgraded() -> dict[str, Any]:
    """What was there before and after bringing the database up to date, and how the application fares on it."""
    from django.db import connection
    from django.test import Client

    from huoyue.server import starting
    from huoyue.server.models import Account, Duty, Filing
    from huoyue.server.models.protection import is_protected
    from huoyue.server.models.sealing import is_sealed
    from huoyue.server.operations.audit import verified
    from huoyue.server.operations.health import migrations

    apps = historical()
    fill(apps)
    apps.get_model("server", "Verdict").objects.update(ruled="evaluated", decided="")
    apps.get_model("server", "Round").objects.update(stage="frozen")
    models = [model for model in apps.get_models() if model._meta.app_label == "server"]
    tables = {model._meta.db_table: [field.column for field in model._meta.concrete_fields] for model in models}
    before = kept(tables)
    missing = migrations().missing
    problems = [one.code for one in starting.prepare()]
    after, client = kept(tables), Client()
    account = Account.objects.order_by("pk")[0]
    Account.objects.filter(pk=account.pk).update(is_active=True)
    Duty.objects.create(account=account, role="observer")
    client.force_login(account)
    unit = Filing.objects.select_related("alliance").order_by("pk")[0].alliance.code
    pages = ["/", "/rounds/", "/rounds/r1/", "/register/", f"/rounds/r1/filing/{unit}/", "/ready/"]
    return {
        "before": before, "after": after, "missing": missing, "problems": problems,
        "faults": [list(fault) for fault in verified().faults], "events": verified().count,
        "triggers": [is_protected(connection), is_sealed(connection)], "kept": is_refused(),
        "pages": {page: client.get(page).status_code for page in pages},
    }  # fmt: skip


def is_refused() -> bool:
    """Whether the database refuses to change who was at a meeting of the round, which is frozen."""
    from django.db import DatabaseError, transaction

    from huoyue.server.models import Attendance
    from huoyue.server.models.sealing import is_kept

    try:
        with transaction.atomic():
            Attendance.objects.update(present=True)
    except DatabaseError as error:
        return is_kept(error)
    return False


if __name__ == "__main__":
    import django

    django.setup()
    json.dump(upgraded(), sys.stdout)
