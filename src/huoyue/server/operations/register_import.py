"""Taking over a file of the register: first what it would change, then all of it at once, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max, Sum

from huoyue.core.scheme.model import Scheme
from huoyue.server.models import Account, Alliance, AllianceName, Contact, Duty, Member, RegisterImport, Role
from huoyue.server.operations import register as operations
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.queries.register import register_scheme

PLAIN = ("batch", "industry", "status", "basis")
LIST_MARKS = ";；、\n"


@dataclass
class Planned:
    """What a row of the file would do: add, change, rename or leave an alliance; old and new by field."""

    code: str
    name: str
    kind: str
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def listed(text: str | None) -> list[str]:
    """The entries of a list written in one cell."""
    parts = text or ""
    for mark in LIST_MARKS[1:]:
        parts = parts.replace(mark, LIST_MARKS[0])
    return [part.strip() for part in parts.split(LIST_MARKS[0]) if part.strip()]


def planned(rows: Sequence[Mapping[str, Any]], scheme: Scheme | None = None) -> list[Planned]:
    """What a file would change, row by row, against the register as it is now."""
    scheme = scheme or register_scheme()
    known = {a.code.casefold(): a for a in Alliance.objects.prefetch_related("names", "members", "contacts")}
    officers = officers_now()
    return [_planned(row, known.get(str(row["unit"]).casefold()), officers, scheme) for row in rows]


def officers_now() -> dict[int, Account]:
    """The liaison officer of each alliance."""
    duties = Duty.objects.filter(role=Role.LIAISON, ended_at=None, round=None).select_related("account").order_by("-pk")
    return {duty.alliance_id: duty.account for duty in duties if duty.alliance_id}


def _planned(
    row: Mapping[str, Any], alliance: Alliance | None, officers: Mapping[int, Account], scheme: Scheme
) -> Planned:
    plan = Planned(str(row["unit"]), str(row.get("name") or ""), "added")
    if alliance is not None:
        plan.kind = "same"
    for name, old, new in _differences(row, alliance, officers, scheme):
        plan.changes.append((name, old, new))
    if alliance is not None and plan.changes:
        plan.kind = "renamed" if any(name == "name" for name, _, _ in plan.changes) else "changed"
    if row.get("liaison") and officer_called(str(row["liaison"])) is None:
        plan.warnings.append(str(row["liaison"]))
    return plan


def _differences(
    row: Mapping[str, Any], alliance: Alliance | None, officers: Mapping[int, Account], scheme: Scheme
) -> Iterable[tuple[str, str, str]]:
    now = as_row(alliance, officers) if alliance is not None else {}
    names = ["name", "aliases", *PLAIN, *(spec.id for spec in scheme.register_fields), "liaison", "lead", "members",
             "contact_name", "contact_position", "contact_phone", "contact_email"]  # fmt: skip
    for name in names:
        if name not in row:
            continue
        old, new = comparable(name, now.get(name)), comparable(name, row[name])
        if name == "liaison" and (found := officer_called(new)) is not None:
            new = found.name
        elif name == "liaison":
            continue
        if (name == "basis" or name.startswith("contact_")) and not new:
            continue  # a contact leaves on the alliance's page, with the day
        if old != new:
            yield name, old, new


def comparable(name: str, value: Any) -> str:
    """A value as text that is the same whenever the value is."""
    if value is None:
        return ""
    if name in ("aliases", "members"):
        return "；".join(sorted(listed(str(value)) if isinstance(value, str) else value))
    return str(value)


def as_row(alliance: Alliance, officers: Mapping[int, Account]) -> dict[str, Any]:
    """An alliance as a row of the file would have it."""
    contact = next((c for c in alliance.contacts.all() if c.first and c.ended_on is None), None)
    members = list(alliance.members.all())
    officer = officers.get(alliance.pk)
    found: dict[str, Any] = dict(alliance.fields) | {name: getattr(alliance, name) for name in ("name", *PLAIN)}
    found["aliases"] = [name.name for name in alliance.names.all() if name.kind == "alias"]
    found["liaison"] = officer.name if officer else ""
    found["lead"] = next((member.organisation for member in members if member.leads), "")
    found["members"] = [member.organisation for member in members if not member.leads]
    for name in ("name", "position", "phone", "email"):
        found[f"contact_{name}"] = getattr(contact, name) if contact else ""
    return found


def officer_called(name: str) -> Account | None:
    """The account that a liaison officer's name means, if it is certain."""
    found = list(Account.objects.filter(is_active=True, username__iexact=name)[:1])
    found = found or list(Account.objects.filter(is_active=True, name=name)[:2])
    return found[0] if len(found) == 1 else None


def mark_of_register() -> str:
    """Changes whenever the register does: a preview holds for the register it was made of."""
    found = Alliance.objects.aggregate(n=Count("pk"), r=Sum("revision"), last=Max("pk"))
    others = [model.objects.aggregate(n=Count("pk"), last=Max("pk")) for model in (AllianceName, Member, Contact)]
    return str([found, *others])


@operation("register.looked_at")
def keep_preview(
    acting: Acting, file_name: str, rows: Sequence[Mapping[str, Any]], problems: Sequence[object]
) -> RegisterImport:
    """Keep what a file says, to be looked at before it is taken over."""
    kept = {"mark": mark_of_register(), "rows": list(rows), "problems": list(problems)}
    found = RegisterImport.objects.create(by=acting.doer, at=acting.at, file_name=file_name[:200], rows=kept)
    record(acting, "register.looked_at", subject=found.file_name[:80], after={"rows": len(rows)})
    return found


@operation("register.applied")
def apply_import(acting: Acting, found: RegisterImport) -> dict[str, int]:
    """Take over a file that was looked at: every row, or none. Refuse if the register changed since."""
    if found.applied_at is not None:
        raise Refuse("import_done")
    if found.rows["mark"] != mark_of_register():
        raise Refuse("register_moved")
    scheme, counts = register_scheme(), {"added": 0, "changed": 0, "renamed": 0, "same": 0}
    officers = officers_now()
    plans = planned(found.rows["rows"], scheme)
    inner = Acting(acting.account, acting.role, acting.at, acting.address)
    for plan, row in zip(plans, found.rows["rows"], strict=True):
        counts[plan.kind] += 1
        if plan.kind != "same":
            _apply(inner, row, plan, officers, scheme)
    kept = found.rows | {"rows": []}  # with the contacts in them; what changed is in the journal
    if RegisterImport.objects.filter(pk=found.pk, applied_at=None).update(applied_at=acting.at, rows=kept) != 1:
        raise Refuse("import_done")
    record(acting, "register.applied", subject=found.file_name[:80], after=dict(counts))
    return counts


def _apply(
    acting: Acting, row: Mapping[str, Any], plan: Planned, officers: Mapping[int, Account], scheme: Scheme
) -> None:
    """One row: the alliance itself, then its names, members, contact and officer, as far as the file has them."""
    changed = {name for name, _, _ in plan.changes}
    own = {spec.id for spec in scheme.register_fields}
    values: dict[str, Any] = {name: row[name] or "" for name in PLAIN if name in row}
    if not values.get("basis"):
        values.pop("basis", None)
    alliance = Alliance.objects.filter(code__iexact=plan.code).first()
    if alliance is None:
        fields = {name: str(row[name]) for name in own if row.get(name) is not None}
        alliance = operations.add_alliance(acting, plan.code, values | {"name": row["name"], "fields": fields})
    else:
        if changed & {*PLAIN, *own}:
            fields = alliance.fields | {name: str(row[name]) for name in own & changed if row[name] is not None}
            operations.change_alliance(acting, alliance, alliance.revision, values | {"fields": fields})
        if "name" in changed:
            operations.rename(acting, alliance, str(row["name"]), acting.at.date())
    if "aliases" in changed:
        operations.set_aliases(acting, alliance, listed(row["aliases"]))
    if changed & {"lead", "members"}:
        now = as_row(alliance, officers)
        members = listed(row["members"]) if "members" in row else now["members"]
        operations.set_members(acting, alliance, str(row.get("lead", now["lead"]) or ""), members)
    if any(name.startswith("contact_") for name in changed):
        _apply_contact(acting, alliance, row)
    if "liaison" in changed:
        _apply_officer(acting, alliance, str(row["liaison"] or ""))


def _apply_contact(acting: Acting, alliance: Alliance, row: Mapping[str, Any]) -> None:
    values = {name: str(row.get(f"contact_{name}") or "") for name in ("name", "position", "phone", "email")
              if row.get(f"contact_{name}")}  # fmt: skip
    first = Contact.objects.filter(alliance=alliance, first=True, ended_on=None).first()
    if first is not None or values.get("name"):
        kept = {"name": "", **values, "first": True} if first is None else values
        operations.keep_contact(acting, alliance, kept, first)


def _apply_officer(acting: Acting, alliance: Alliance, name: str) -> None:
    officer = officer_called(name)
    if officer is None:
        return
    Duty.objects.filter(role=Role.LIAISON, alliance=alliance, round=None, ended_at=None).update(ended_at=acting.at)
    Duty.objects.create(account=officer, role=Role.LIAISON, alliance=alliance)
    record(acting, "duty.given", alliance=alliance, subject=str(officer.pk), after={"role": "liaison"})
