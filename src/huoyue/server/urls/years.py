"""Addresses of results of earlier years, and studies of other schemes."""

from __future__ import annotations

from django.urls import URLPattern

PAGES: list[URLPattern] = []
