"""Freezing a round: its snapshot is cut from the database, signed and kept, and nothing before it changes any more.

Cutting takes seconds and happens before the transaction; an event that came in between refuses the freeze. Later
snapshots have the facts of the one before, the register of objections and what they corrected, and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl
from django.conf import settings
from django.db import connection
from django.db.models import Max
from django.db.models.functions import Coalesce

from huoyue.core.tables import Facts
from huoyue.server.models import Correction, Event, Frozen, Round, Stage
from huoyue.server.models.sealing import hold_still
from huoyue.server.operations.journal import Acting, Refuse, hold_end, operation, record
from huoyue.server.operations.revisions import because, change
from huoyue.server.operations.storage import keep_bytes
from huoyue.server.queries.corrections import objections_table, points_table, verdicts_table
from huoyue.server.queries.facts import facts_of, numbered
from huoyue.server.queries.finalising import blocking, checklist, passable
from huoyue.server.queries.moved import moved_between
from huoyue.server.queries.review_facts import with_review
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.shelf import latest, snapshot_of
from huoyue.server.saying import organisation, said
from huoyue.snapshot.digests import SIGNATURE, zipped
from huoyue.snapshot.signature import Signature, sign
from huoyue.snapshot.store import Snapshot, freeze


@dataclass(frozen=True)
class Cut:
    """A snapshot that was worked out and not yet kept, at the round's event `seq`."""

    snapshot: Snapshot
    contents: Mapping[str, bytes]
    seq: int


def last_event(round_: Round) -> int:
    """The number of the last event of a round."""
    return int(Event.objects.filter(round=round_).aggregate(last=Coalesce(Max("seq"), 0))["last"])


def unmoved(round_: Round, seq: int, code: str = "moved_meanwhile") -> None:
    """Refuse if the round has an event after `seq`; until the transaction ends nobody can add one."""
    hold_end()
    if last_event(round_) != seq:
        raise Refuse(code)


def cut(round_: Round) -> Cut:
    """The snapshot of a round as it stands, in some seconds. Refused as `evaluate` says."""
    seq = last_event(round_)
    scheme = scheme_of(round_)
    facts = with_review(round_, numbered(scheme, facts_of(round_)))
    snapshot, contents = freeze(scheme, round_.scheme_text, facts)
    return Cut(snapshot, contents, seq)


def cut_again(frozen: Frozen) -> Cut:
    """The snapshot that follows `frozen`: its facts with every correction decided so far."""
    seq = last_event(frozen.round)
    before = snapshot_of(frozen)
    facts = corrected(before.facts, frozen.round)
    snapshot, contents = freeze(before.scheme, before.scheme_text, facts)
    return Cut(snapshot, contents, seq)


def corrected(facts: Facts, round_: Round) -> Facts:
    """`facts` with the register of objections and all corrections of a round."""
    verdicts = verdicts_table(round_)
    kept = facts.overrides.join(verdicts, on="unit", how="anti", maintain_order="left")
    return replace(
        facts, corrections=points_table(round_), objections=objections_table(round_),
        overrides=pl.concat([kept, verdicts]),
    )  # fmt: skip


@operation("round.frozen")
def freeze_round(acting: Acting, round_: Round, made: Cut, reason: str = "") -> Frozen:
    """Freeze a round as it was cut. What the checklist leaves open takes a reason, or stands against it."""
    hold_still(connection, round_.pk)
    points = checklist(round_)
    if stand := blocking(points):
        raise Refuse("not_ready", what="; ".join(one.code for one in stand), count=str(len(stand)))
    unmoved(round_, made.seq)
    passed = passable(points)
    why = because(reason) if passed else reason.strip()[:500]
    change(round_, {"stage": Stage.SCREENED}, stage=Stage.FROZEN)
    found = kept(acting, round_, made, why, None, [])
    after = {"digest": found.digest, "reason": why, "passed": [one.code for one in passed]}
    record(acting, "round.frozen", round=round_, subject=str(found.number), after=after)
    return found


@operation("round.corrected")
def freeze_again(acting: Acting, frozen: Frozen, made: Cut, reason: str) -> Frozen:
    """Keep a later snapshot with the objections and what they corrected since; it holds from now on."""
    why, last = because(reason), latest(frozen.round)
    if last is None or last.pk != frozen.pk:
        raise Refuse("stale")
    unmoved(frozen.round, made.seq)
    waiting = Correction.objects.filter(filing__round=frozen.round, frozen=None)
    if made.snapshot.digest == frozen.digest:
        raise Refuse("nothing_corrected")
    moved = moved_between(snapshot_of(frozen), made.snapshot)
    found = kept(acting, frozen.round, made, why, frozen, moved)
    waiting.update(frozen=found)
    after = {"digest": found.digest, "reason": why, "moved": len(moved)}
    record(acting, "round.corrected", round=frozen.round, subject=str(found.number), after=after,
           before={"digest": frozen.digest})  # fmt: skip
    return found


def kept(
    acting: Acting, round_: Round, made: Cut, why: str, previous: Frozen | None, moved: list[dict[str, Any]]
) -> Frozen:
    """The snapshot's file signed and on the disk, and its row."""
    signature = signed(made.snapshot.digest)
    contents = dict(made.contents)
    if signature:
        contents[SIGNATURE] = signature.as_file(made.snapshot.digest)
    body = zipped(contents)
    return Frozen.objects.create(
        round=round_, number=previous.number + 1 if previous else 1, digest=made.snapshot.digest,
        file_digest=keep_bytes("snapshots", body), size=len(body), previous=previous, by=acting.doer, at=acting.at,
        reason=why, signature=signature.value if signature else "",
        public_key=signature.public_key if signature else "", summary=summary_of(made.snapshot), changes=moved,
    )  # fmt: skip


def signed(digest: str) -> Signature | None:
    """The organisation's signature, where a key is set."""
    if not settings.SIGNING_KEY:
        return None
    return sign(digest, settings.SIGNING_KEY, said(organisation(), "zh"))


def summary_of(snapshot: Snapshot) -> dict[str, dict[str, int]]:
    """How many of each verdict and tier."""
    verdicts = Counter(snapshot.results["screening"]["verdict"].to_list())
    tiers = Counter(snapshot.results["scores"]["tier"].to_list())
    return {"funnel": dict(verdicts), "tiers": {tier.id: tiers[tier.id] for tier in snapshot.scheme.tiers}}
