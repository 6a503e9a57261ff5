"""Addresses of the API, webhooks, rounds carried between installations."""

from __future__ import annotations

from django.urls import URLPattern

PAGES: list[URLPattern] = []
