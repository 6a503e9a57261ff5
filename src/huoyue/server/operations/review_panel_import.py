"""Taking over a panel from a file: first every row with what it would do and everything wrong, then all or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from huoyue.core.filing.values import folded
from huoyue.core.message import M, Message
from huoyue.core.review.interests import Found
from huoyue.server.models import Account, Alliance, Panellist, Round
from huoyue.server.operations.accounts import make_account
from huoyue.server.operations.invitations import Sent, invite
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.review_conflicts import would_bar
from huoyue.server.operations.review_panel import Declared, Seat, ask, note_interests
from huoyue.server.operations.review_reading import fault
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.saying import said

Values = Mapping[str, Any]
DEFAULT_CAPACITY = 20
SERVES, DECLARED = M("Serves the alliance, by the list of the panel"), M("Declared, by the list of the panel")
LONGEST_NAME = 60


@dataclass
class Planned:
    """What a row would do: ask an account that is there, or make one and ask it."""

    values: Values
    account: Account | None = None
    username: str = ""
    fields: list[str] = field(default_factory=list)
    served: list[Alliance] = field(default_factory=list)
    barred: list[Found] = field(default_factory=list)


@dataclass
class Known:
    """What rows are compared with, and what rows before took."""

    round: Round
    accounts: dict[str, Account]
    seated: set[int]
    codes: set[str]
    industries: dict[str, str]
    alliances: dict[str, list[Alliance]]
    people: set[str] = field(default_factory=set)


def known_of(round_: Round) -> Known:
    """The accounts by sign-in name and address, the panel, the scheme's industries, the register."""
    accounts: dict[str, Account] = {}
    for one in Account.objects.filter(is_active=True):
        accounts |= {key: one for key in (one.username.casefold(), one.email.casefold()) if key}
    panel = Panellist.objects.filter(round=round_)
    industries = {folded(spelling): one.id for one in scheme_of(round_).industries
                  for spelling in (one.id, one.title.zh, one.title.en)}  # fmt: skip
    alliances: dict[str, list[Alliance]] = {}
    for alliance in Alliance.objects.filter(merged_into=None).prefetch_related("names"):
        for name in {alliance.code, alliance.name, *(other.name for other in alliance.names.all())}:
            alliances.setdefault(folded(name), []).append(alliance)
    return Known(round_, accounts, set(panel.values_list("account_id", flat=True)),
                 set(panel.values_list("code", flat=True)), industries, alliances)  # fmt: skip


def planned(round_: Round, rows: Sequence[Mapping[str, Any]]) -> tuple[list[Planned], list[dict[str, str]]]:
    """Every row as what it would do, and everything wrong at once."""
    known, plans, problems = known_of(round_), [], []
    for row in rows:
        plan, wrong = _planned(row["values"], known)
        plans.append(plan)
        problems += [fault(row, name, what, mend) for name, what, mend in wrong]
    return plans, problems


Wrong = tuple[str, Message, Message | None]


def _planned(values: Values, known: Known) -> tuple[Planned, list[Wrong]]:
    plan, wrong = Planned(values), list[Wrong]()
    wrong += _person(plan, values, known)
    wrong += _seat(plan, values, known)
    for name in listed(values, "served"):
        found = known.alliances.get(folded(name), [])
        if len(found) == 1:
            plan.served.append(found[0])
        else:
            what = M("No alliance is called {name}. Write its code or full name.", name=name)
            wrong.append(("served", what, None))
    organisation = str(values.get("organisation") or "") or (plan.account.organisation if plan.account else "")
    plan.barred = would_bar(organisation, plan.account)
    return plan, wrong


def _person(plan: Planned, values: Values, known: Known) -> list[Wrong]:
    """Whom the row means: by sign-in name, else by address; else somebody new."""
    username, email = (str(values.get(name) or "").strip() for name in ("username", "email"))
    wrong: list[Wrong] = []
    if email:
        try:
            validate_email(email)
        except ValidationError:
            wrong.append(("email", M("This is no e-mail address."), None))
    plan.username = username or email
    plan.account = known.accounts.get(username.casefold()) or known.accounts.get(email.casefold())
    if not plan.username:
        wrong.append(("name", M("A sign-in name or an e-mail address is needed."), None))
    elif plan.account is None and len(plan.username) > LONGEST_NAME:
        wrong.append(("email", M("The address is too long for a sign-in name; give one of its own."), None))
    elif plan.username.casefold() in known.people:
        wrong.append(("name", M("{name} stands in the file twice.", name=plan.username), None))
    known.people |= {key.casefold() for key in (username, email) if key}
    if plan.account is not None and plan.account.pk in known.seated:
        what = M("{name} is on the panel already.", name=str(plan.account))
        wrong.append(("name", what, M("Delete the row; change the seat on its own page.")))
    return wrong


def _seat(plan: Planned, values: Values, known: Known) -> list[Wrong]:
    wrong: list[Wrong] = []
    code = str(values.get("code") or "").strip()
    if code in known.codes:
        wrong.append(("code", M("The code {code} is taken on this panel.", code=code), None))
    known.codes |= {code} - {""}
    for name in listed(values, "fields"):
        if folded(name) in known.industries:
            plan.fields.append(known.industries[folded(name)])
        else:
            wrong.append(("fields", M("The scheme has no industry called {name}.", name=name), None))
    capacity = values.get("capacity")
    if capacity is not None and not (capacity % 100 == 0 and 1 <= capacity // 100 <= 1000):
        wrong.append(("capacity", M("An expert can mark between 1 and 1000 alliances in a stage."), None))
    return wrong


def listed(values: Values, name: str) -> list[str]:
    """The entries of a list in one cell."""
    return [one for line in str(values.get(name) or "").splitlines() if (one := line.strip())]


@operation("panel.imported")
def import_panel(acting: Acting, round_: Round, rows: Sequence[Mapping[str, Any]]) -> tuple[int, list[Sent]]:
    """Ask everybody in the rows, or nobody. How many, and the invitations of new accounts that have no address."""
    plans, problems = planned(round_, rows)
    if problems or not plans:
        raise Refuse("panel_moved")
    inner, sheets = Acting(acting.account, acting.role, acting.at, acting.address), []
    for plan in plans:
        values = plan.values
        text = {name: str(values.get(name) or "").strip() for name in ("code", "group", "background")}
        capacity = (values.get("capacity") or DEFAULT_CAPACITY * 100) // 100
        account = plan.account or make_account(
            inner, username=plan.username, name=str(values["name"]), email=str(values.get("email") or ""),
            organisation=str(values.get("organisation") or ""),
        )  # fmt: skip
        seat = ask(inner, round_, account, Seat(fields=tuple(plan.fields), capacity=capacity, **text))
        interests = [Declared(relation=said(SERVES), alliance=one) for one in plan.served]
        interests += [Declared(relation=said(DECLARED), organisation=name) for name in listed(values, "declared")]
        if interests:
            note_interests(inner, seat, interests)
        if plan.account is None:
            sent = invite(inner, account, by_letter=bool(account.email))
            sheets += [] if account.email else [sent]
    record(acting, "panel.imported", round=round_, after={"asked": len(plans)})
    return len(plans), sheets
