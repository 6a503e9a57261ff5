"""Forms of the second factor whose labels the package leaves in English."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm

from huoyue.core.message import M
from huoyue.server.forms.accounts import labelled


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A security key to be added."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        labelled(self, {"name": M("Name")})


class EditKeyForm(EditWebAuthnForm):  # type: ignore[misc]
    """A security key to be called something else."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        labelled(self, {"name": M("Name")})
