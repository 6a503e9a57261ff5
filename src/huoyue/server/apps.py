"""The one Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ServerConfig(AppConfig):
    name = "huoyue.server"
    label = "server"
    verbose_name = "活跃度 Huoyue"

    def ready(self) -> None:
        """Register the checks that `huoyue serve` and `check --deploy` run."""
        from huoyue.server import checks  # why: cycle

        del checks
