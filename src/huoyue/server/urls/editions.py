"""Addresses of editions and the public site."""

from __future__ import annotations

from django.urls import URLPattern

PAGES: list[URLPattern] = []
