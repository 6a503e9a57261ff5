"""Addresses of documents: building reports and cards, wording, Word files handed back."""

from __future__ import annotations

from django.urls import URLPattern

PAGES: list[URLPattern] = []
