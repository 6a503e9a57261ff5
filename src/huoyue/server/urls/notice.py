"""Addresses of the notice period and objections."""

from __future__ import annotations

from django.urls import URLPattern

PAGES: list[URLPattern] = []
