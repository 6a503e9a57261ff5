"""Wording the report before the round is frozen: the preview is what a snapshot would say, and none is kept."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from huoyue.server.models import Frozen
from huoyue.server.operations.review_stages import reopen_stage


def test_a_settled_round_is_previewed_and_nothing_is_frozen(settled):
    client = Client()
    client.force_login(settled.world.people["sun"])
    at = f"/rounds/{settled.round.key}/results/wording/zh/foreword/"
    shown = client.post(f"{at}preview/", {"text": "# 前言\n\n参评{{ funnel.evaluated.units }}。"}).text
    assert "家联盟。" in shown
    assert not Frozen.objects.exists()
    assert client.get(f"/rounds/{settled.round.key}/results/documents/").status_code == 404


def test_without_settled_scores_the_editor_says_when_there_is_a_preview(settled):
    reopen_stage(settled.world.acting("sun"), settled.fresh("meeting"), timezone.now() + timedelta(days=1),
                 "会议记录需要补充")  # fmt: skip
    client = Client()
    client.force_login(settled.world.people["sun"])
    at = f"/rounds/{settled.round.key}/results/wording/zh/foreword/"
    assert "得分核定后即可预览" in client.get(at).text
    answer = client.post(at, {"text": "# 前言\n\n先写好。", "base": "0", "what": "save"})
    assert answer.status_code == 303
