"""What every part of a scheme is made of."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, Strict

from huoyue.core.message import Title

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,47}$")]
Flag = Annotated[bool, Strict()]
"""true or false: YAML's many other spellings of them are texts here, and a text is no flag."""
Scalar = bool | int | Decimal | date | str


def hundredths(value: Decimal | int) -> int:
    """A decimal of at most two places as whole hundredths: 2.5 -> 250. ValueError if it has more places."""
    scaled = Decimal(value) * 100
    if scaled != scaled.to_integral_value():
        raise ValueError(value)
    return int(scaled)


class Part(BaseModel):
    """Base of all scheme nodes: frozen, and refusing unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Named(Part):
    id: Identifier
    title: Title
