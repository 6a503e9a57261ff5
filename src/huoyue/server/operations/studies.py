"""Studies of what another scheme would have made of a snapshot: saved under a name, and deleted again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from huoyue.server.models import Frozen, Study
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.queries.schemes import digest_of_scheme


@operation("study.kept")
def keep_study(
    acting: Acting, frozen: Frozen, name: str, note: str, scheme_text: str, summary: Mapping[str, Any]
) -> Study:
    """Save a scheme that was tried on a snapshot, under a name that no other study of it has."""
    plain = " ".join(name.split())[:120]
    if not plain:
        raise Refuse("study_name")
    try:
        with transaction.atomic():
            study = Study.objects.create(
                frozen=frozen, name=plain, note=note.strip()[:2000], scheme_text=scheme_text,
                scheme_digest=digest_of_scheme(scheme_text), summary=dict(summary), by=acting.doer, at=acting.at,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refuse("study_name") from error
    after = {"name": plain, "scheme": study.scheme_digest, "snapshot": frozen.digest}
    record(acting, "study.kept", round=frozen.round, subject=str(study.pk), after=after)
    return study


@operation("study.deleted")
def delete_study(acting: Acting, study: Study) -> None:
    """Delete a study; its event keeps the name and the digest of its scheme."""
    before = {"name": study.name, "scheme": study.scheme_digest, "summary": study.summary}
    number = str(study.pk)
    if not Study.objects.filter(pk=study.pk).delete()[0]:
        raise Refuse("stale")
    record(acting, "study.deleted", round=study.frozen.round, subject=number, before=before)
