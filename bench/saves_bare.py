"""The peer of bench/saves.py: a bare Django application that saves one row for whoever is signed in.

It is what `django-admin startproject` makes (its apps and its middleware), with one view: it reads JSON, and in one
transaction inserts a row, or updates it if it has the revision that was seen. Database, server and sessions are set
as ours are.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

SECRET_KEY = "bench-" + "0123456789abcdef" * 4
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "saves_bare"
STATIC_URL = "static/"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if os.environ.get("DJANGO_SETTINGS_MODULE") == "saves_bare":
    from huoyue.server.settings import environment
    from huoyue.server.sqlite import prefer_newest

    prefer_newest()
    DATABASES = {"default": environment.database(os.environ["HUOYUE_DATABASE"], Path(os.environ["HUOYUE_DATA"]))}


@cache
def row_model() -> Any:
    """The one table, made when the apps are ready."""
    from django.conf import settings
    from django.db import models

    class Row(models.Model):
        uid = models.CharField(max_length=32, unique=True)
        cells = models.JSONField()
        revision = models.PositiveIntegerField(default=1)
        changed_at = models.DateTimeField()
        changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

        class Meta:
            app_label = "sessions"
            db_table = "bare_row"

    return Row


def save(request: Any) -> Any:
    """Save one row."""
    from django.db import transaction
    from django.http import JsonResponse
    from django.utils import timezone

    if not request.user.is_authenticated:
        return JsonResponse({"saved": False}, status=403)
    body = json.loads(request.body)
    uid, seen, cells = body["uid"], body["revision"], body["cells"]
    rows, changed = row_model().objects, {"cells": cells, "changed_at": timezone.now(), "changed_by": request.user}
    with transaction.atomic():
        if not seen:
            rows.create(uid=uid, revision=1, **changed)
        elif rows.filter(uid=uid, revision=seen).update(revision=seen + 1, **changed) != 1:
            return JsonResponse({"saved": False}, status=409)
    return JsonResponse({"saved": True, "revision": seen + 1})


def __getattr__(name: str) -> Any:
    """`urlpatterns` and `application`, which need the settings that this module is."""
    if name == "urlpatterns":
        from django.urls import path

        return [path("save/", save)]
    if name == "application":
        from django.core.wsgi import get_wsgi_application

        return get_wsgi_application()
    raise AttributeError(name)
