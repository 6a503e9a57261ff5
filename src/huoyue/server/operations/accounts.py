"""Accounts and duties: made by the secretariat, entered by invitation, handed over when somebody leaves."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from huoyue.server.models import Account, Alliance, Contact, Duty, Event, Invitation, Role, Round, Stage
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.review_panel import taken_off

FOR_ALLIANCES = {Role.FILER, Role.LIAISON}
NAMING = (
    "account.made", "account.changed", "duty.given", "duty.ended", "alliance.handed_over", "account.passkey_added",
    "account.passkey_removed", "account.identity_linked", "account.identity_unlinked",
)  # fmt: skip
"""Kinds of events whose detail names the account they are about, its devices, or the person elsewhere."""
GONE = "个人信息已删除（personal data erased）"
"""Why an expert left whose account was erased, in both languages, as reasons are kept as they were written."""
OWN_FIELDS = ("name", "organisation", "phone", "language")


def shown(account: Account) -> dict[str, str]:
    """What events keep of an account."""
    return {name: getattr(account, name) for name in ("username", "name", "email", "organisation", "phone")}


@operation("account.made")
def make_account(
    acting: Acting, *, username: str, name: str, email: str = "", organisation: str = "", phone: str = "",
    language: str = "zh",
) -> Account:  # fmt: skip
    """A new account without a password; it gets one through an invitation. Refuse a name or address that is taken."""
    username = unicodedata.normalize("NFKC", username).strip()
    email = email.strip().lower()
    if Account.objects.filter(username__iexact=username).exists():
        raise Refuse("name_taken", name=username)
    if email and Account.objects.filter(email__iexact=email).exists():
        raise Refuse("email_taken", email=email)
    account = Account.objects.create_user(
        username, None, name=name.strip(), email=email, organisation=organisation.strip(), phone=phone.strip(),
        language=language,
    )  # fmt: skip
    record(acting, "account.made", subject=str(account.pk), after=shown(account))
    return account


@operation("account.changed")
def change_account(acting: Acting, account: Account, fields: Mapping[str, str]) -> None:
    """Change what is kept about an account."""
    before = shown(account)
    email = fields.get("email", account.email).strip().lower()
    if email and Account.objects.filter(email__iexact=email).exclude(pk=account.pk).exists():
        raise Refuse("email_taken", email=email)
    known = {name: value.strip() for name, value in fields.items() if name in (*OWN_FIELDS, "email")}
    if "email" in known:
        known["email"] = email  # people write capitals or not: they sign in with it either way
    if Account.objects.filter(pk=account.pk, erased_at=None).update(**known) != 1:
        raise Refuse("stale")
    account.refresh_from_db()
    record(acting, "account.changed", subject=str(account.pk), before=before, after=shown(account))


@operation("account.password_set")
def set_password(acting: Acting, account: Account, password: str) -> None:
    """Give an account a new password. Its other sessions end, as they were begun with the old one."""
    account.set_password(password)
    account.save(update_fields=["password"])
    record(acting, "account.password_set", subject=str(account.pk))


@operation("account.stopped")
def stop_account(acting: Acting, account: Account) -> None:
    """Let an account in no more. Its sessions end, what it did stays."""
    if account == acting.account:
        raise Refuse("own_account")
    if Account.objects.filter(pk=account.pk, is_active=True).update(is_active=False) != 1:
        raise Refuse("stale")
    end_sessions(account)
    record(acting, "account.stopped", subject=str(account.pk))


@operation("account.resumed")
def resume_account(acting: Acting, account: Account) -> None:
    """Let an account in again."""
    if Account.objects.filter(pk=account.pk, is_active=False, erased_at=None).update(is_active=True) != 1:
        raise Refuse("stale")
    record(acting, "account.resumed", subject=str(account.pk))


def end_sessions(account: Account) -> None:
    """Sign an account out everywhere."""
    for session in Session.objects.filter(expire_date__gte=timezone.now()).iterator():
        if session.get_decoded().get("_auth_user_id") == str(account.pk):
            session.delete()


@operation("duty.given")
def give_duty(
    acting: Acting,
    account: Account,
    role: str,
    *,
    alliance: Alliance | None = None,
    round: Round | None = None,  # noqa: A002 - the field's word
    responsible: bool = False,
) -> Duty:
    """Give an account a role. An alliance has one responsible filer: a new one takes over from the last."""
    if role not in Role.values or (role in FOR_ALLIANCES) != (alliance is not None):
        raise Refuse("duty_alliance")
    same = Duty.objects.filter(account=account, role=role, alliance=alliance, round=round, ended_at=None)
    if same.exists():
        raise Refuse("duty_held")
    before = {}
    if responsible and alliance is not None:
        others = Duty.objects.filter(role=Role.FILER, alliance=alliance, responsible=True, ended_at=None)
        before = {"responsible": [duty.account.username for duty in others.select_related("account")]}
        others.update(responsible=False)
    duty = Duty.objects.create(account=account, role=role, alliance=alliance, round=round, responsible=responsible)
    after = {"account": account.username, "role": role, "round": round.key if round else "", "responsible": responsible}
    record(acting, "duty.given", round=round, alliance=alliance, subject=str(account.pk), before=before, after=after)
    return duty


@operation("duty.ended")
def end_duty(acting: Acting, duty: Duty) -> None:
    """Take a role from an account. The secretariat keeps at least one member."""
    if duty.role == Role.SECRETARIAT:
        left = Duty.objects.filter(role=Role.SECRETARIAT, ended_at=None, account__is_active=True)
        if not left.exclude(pk=duty.pk).exists():
            raise Refuse("last_secretariat")
    if Duty.objects.filter(pk=duty.pk, ended_at=None).update(ended_at=acting.at, responsible=False) != 1:
        raise Refuse("stale")
    before = {"account": duty.account.username, "role": duty.role, "responsible": duty.responsible}
    record(acting, "duty.ended", round=duty.round, alliance=duty.alliance, subject=str(duty.account_id), before=before)


@operation("alliance.handed_over")
def hand_over(acting: Acting, alliance: Alliance, leaving: Account | None, to: Account, *, stays: bool) -> None:
    """Make `to` the alliance's responsible filer in place of `leaving`, if anybody, who stays a filer or not."""
    if leaving == to:
        raise Refuse("duty_held")
    old = Duty.objects.filter(account=leaving, role=Role.FILER, alliance=alliance, ended_at=None)
    if leaving is not None and not old.exists():
        raise Refuse("stale")
    Duty.objects.filter(role=Role.FILER, alliance=alliance, responsible=True, ended_at=None).update(responsible=False)
    if leaving is not None and not stays:
        old.update(ended_at=acting.at)
    new = Duty.objects.filter(account=to, role=Role.FILER, alliance=alliance, round=None, ended_at=None)
    if new.update(responsible=True) != 1:
        Duty.objects.create(account=to, role=Role.FILER, alliance=alliance, responsible=True)
    before, after = {"responsible": leaving.username if leaving else "", "stays": stays}, {"responsible": to.username}
    record(acting, "alliance.handed_over", alliance=alliance, subject=str(to.pk), before=before, after=after)


@operation("account.erased")
def erase_account(acting: Acting, account: Account) -> None:
    """Erase the personal data of an account: name, address, telephone, sign-in. What it did stays, without the name.

    Past events about the account lose their detail; the chain still verifies, since it covers digests that stay.
    An expert is taken off every panel that is still at work; letters that wait are not sent.
    """
    if Account.objects.filter(pk=account.pk, erased_at=None).update(
        username=f"erased-{account.pk}", name=f"已删除账号{account.pk}", email="", phone="", organisation="",
        is_active=False, password="!", erased_at=acting.at,  # noqa: S106 - no password opens it
    ) != 1:  # fmt: skip
        raise Refuse("stale")
    end_sessions(account)
    for ways in (UserSession, Authenticator, SocialAccount):  # with addresses, devices, and what a provider told
        ways.objects.filter(user=account).delete()
    account.keys.all().delete()
    for seat in account.panels.exclude(state="left").exclude(round__stage=Stage.FROZEN).select_related("round"):
        taken_off(acting, seat, GONE)
    account.panels.update(signed_as="")  # that the discipline was signed, and when, stays
    account.letters.filter(state="queued").update(state="failed", error="inactive")
    account.letters.update(address="", subject="", body="")
    Duty.objects.filter(account=account, ended_at=None).update(ended_at=acting.at)
    Invitation.objects.filter(account=account, used_at=None).update(withdrawn_at=acting.at)
    about = Event.objects.filter(subject=str(account.pk), kind__in=NAMING).exclude(detail=None)
    seqs = sorted(about.values_list("seq", flat=True))
    about.update(detail=None, salt="")
    record(acting, "account.erased", subject=str(account.pk), after={"seqs": seqs})


def kept_about(account: Account) -> dict[str, object]:
    """Everything that is kept about a person, for their own eyes."""
    duties = account.duties.select_related("alliance", "round")
    return {
        "account": shown(account) | {"language": account.language, "created": account.created_at.isoformat()},
        "duties": [
            {
                "role": duty.role,
                "alliance": duty.alliance.name if duty.alliance else "",
                "round": duty.round.key if duty.round else "",
                "from": duty.began_at.isoformat(),
                "until": duty.ended_at.isoformat() if duty.ended_at else "",
            }
            for duty in duties
        ],
        "keys": [
            {
                "name": key.name,
                "role": key.role,
                "scopes": key.scopes,
                "made": key.at.isoformat(),
                "used_on": key.used_on.isoformat() if key.used_on else "",
            }
            for key in account.keys.all()
        ],
        "letters": [
            {"subject": letter.subject, "written": letter.written_at.isoformat(), "state": letter.state}
            for letter in account.letters.all()
        ],
        "contacts": list(
            Contact.objects.filter(email__iexact=account.email).values("name", "position", "phone", "email")
            if account.email
            else []
        ),
        "panels": [
            {
                "round": seat.round.key,
                "code": seat.code,
                "background": seat.background,
                "fields": seat.fields,
                "state": seat.state,
                "signed_as": seat.signed_as,
                "signed": seat.signed_at.isoformat() if seat.signed_at else "",
                "interests": [
                    {
                        "alliance": interest.alliance.name if interest.alliance else "",
                        "organisation": interest.organisation,
                        "relation": interest.relation,
                        "declared": interest.declared_at.isoformat(),
                    }
                    for interest in seat.interests.all()
                ],
            }
            for seat in account.panels.select_related("round").prefetch_related("interests__alliance")
        ],
        "events": [
            {"number": event.seq, "at": event.at.isoformat(), "kind": event.kind} for event in account.events.all()
        ],
    }
