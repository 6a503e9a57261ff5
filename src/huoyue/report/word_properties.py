"""Custom properties of a Word file: the snapshot it was written from, its language, and what part of the round it is on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from huoyue.report.word_xml import HEAD

NAMES = {"snapshot": "HuoyueSnapshot", "lang": "HuoyueLanguage", "part": "HuoyuePart"}
"""Name in the report's meta -> name of the property."""
SET = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
"""The set that all custom properties belong to (ISO/IEC 29500-1, 22.3.2.2)."""
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
KIND = "application/vnd.openxmlformats-officedocument.custom-properties+xml"


def properties(meta: Mapping[str, Any]) -> bytes:
    """docProps/custom.xml; b"" for a document that is of no snapshot."""
    if not meta.get("snapshot"):
        return b""
    inside = "".join(
        f'<property fmtid="{SET}" pid="{at}" name="{name}"><vt:lpwstr>{escape(str(meta[key]))}</vt:lpwstr></property>'
        for at, (key, name) in enumerate(((key, name) for key, name in NAMES.items() if meta.get(key)), 2)
    )
    return (
        f'{HEAD}<Properties xmlns="{OFFICE}/custom-properties" xmlns:vt="{OFFICE}/docPropsVTypes">{inside}</Properties>'
    ).encode()
