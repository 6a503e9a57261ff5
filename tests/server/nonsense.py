"""Nonsense for forms: what nobody should type, send or leave out, chosen at random and always the same for one seed."""

from __future__ import annotations

from random import Random
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

WORDS = [
    "", "   ", "\x00", "a\x00b", "字" * 3000, "𝕏" * 300, "e\u0301" * 50, "\u202e反", "🙂", "\r\n\r\n", "٣", "２０１６",
    "9" * 30, "-1", "0", "1e999", "NaN", "inf", "1,2,3", "0.001", "12345678901.123", "null", "true", "[]", "{}",
    "2026-02-30", "9999-12-31", "9999-12-31T23:59", "0001-01-01", "0001-01-01T00:00", "2016-13-45T99:99",
    "<script>alert(1)</script>", "{{7*7}}", "{% raise %}", "'; DROP TABLE x;--", "../../etc/passwd", "%s%n", "=1+1",
    "A001", "http://[::1", "https://169.254.169.254/", "a@b", "@", "zh",
]  # fmt: skip
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - a name
FILES = [
    ("x.xlsx", b"PK\x03\x04junk"), ("x.xlsx", b""), ("x.pdf", b"%PDF-1.4"), ("x.docx", b"PK\x03\x04" + bytes(50)),
    ("x.zip", b"PK\x05\x06" + bytes(18)), ("x.csv", "代码,名称\n".encode("gbk")), ("x.exe", b"MZ"),
    ("a" * 300 + ".yaml", b"a: [1"), ("x.yaml", b"id: x\n"),
]  # fmt: skip


def filled(form: Any, chance: Random) -> dict[str, list[Any]]:
    """What is sent from a form (an element of lxml): some fields as they stand, some with nonsense, some left out."""
    fields = fields_of(form)
    wrong = set(chance.sample(range(len(fields)), min(chance.choice([0, 1, 1, 2, 3, len(fields)]), len(fields))))
    sent: dict[str, list[Any]] = {}
    for number, field in enumerate(fields):
        kind = (field.get("type") or field.tag).lower()
        if number in wrong and chance.random() < 0.12:
            continue
        values = sent.setdefault(field.get("name"), [])
        if kind == "file":
            if number in wrong or chance.random() < 0.5:
                values.append(SimpleUploadedFile(*chance.choice(FILES)))
        elif number in wrong:
            values.append(chance.choice(WORDS))
            if chance.random() < 0.1:
                values.append(chance.choice(WORDS))
        elif kind not in ("checkbox", "radio") or field.get("checked") is not None or chance.random() < 0.4:
            values.append(standing(field))
    if buttons := [one for one in form.iter("button") if one.get("name")]:
        button = chance.choice(buttons)
        word = chance.choice(WORDS) if chance.random() < 0.1 else button.get("value", "")
        sent.setdefault(button.get("name"), []).append(word)
    return sent


def fields_of(form: Any) -> list[Any]:
    """What can be filled in, but for the secret against forged forms."""
    return [one for one in form.iter("input", "select", "textarea") if one.get("name", TOKEN) != TOKEN]


def standing(field: Any) -> str:
    """What a field of a page holds."""
    if field.tag == "select":
        options = list(field.iter("option"))
        chosen = [one for one in options if one.get("selected") is not None] or options[:1]
        return str(chosen[0].get("value", chosen[0].text or "")) if chosen else ""
    if field.tag == "textarea":
        return str(field.text or "")
    return str(field.get("value", "on" if field.get("type") in ("checkbox", "radio") else ""))


BODIES = [
    "", "null", '"x"', "[" * 100_000, '{"uid": 1}', '{"uid": "UID", "cells": [1, 2]}', '{"uid": "UID", "cells": "ab"}',
    '{"uid": "UID", "cells": {}, "revision": Infinity}', '{"uid": "UID", "cells": {}, "revision": 1e400}',
    '{"uid": "UID", "cells": {}, "revision": "%s"}' % ("9" * 5000), '{"uid": "UID", "cells": {"title": {"a": 1}}}',
    '{"uid": "UID", "cells": {"title": "\\ud800", "\\ud800": "x"}}', '{"uid": "\\ud800", "cells": {}}',
    '{"uid": "UID", "cells": {"title": "a\\u0000b", "held_on": true}}',
    '{"indicator": "council", "points": {"a": 1}}', '{"indicator": "council", "points": "1", "revision": Infinity}',
    '{"indicator": "council", "points": "a\\u0000b"}',
    '{"indicator": "\\ud800", "points": "\\ud800", "reason": "\\ud800"}',
    '{"indicator": "council", "points": "1e999"}', '{"indicator": ["council"], "points": "1"}',
]  # fmt: skip
"""What no script of ours sends where a table or a score sheet is saved; UID stands for a record's name."""
