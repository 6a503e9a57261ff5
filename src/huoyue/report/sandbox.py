"""Templates rendered safely: ours in this process, a secretariat's own in a child with limits."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from huoyue.core.message import M
from huoyue.core.problem import Place, Problem, Refused
from huoyue.report.sandbox_child import OUTPUT, SECONDS, SHIPPED, fault, rendered
from huoyue.report.template_faults import told

WAIT = 20
"""Seconds after which the child is given up, however little processor time it used."""


def render_template(folder: Path | None, name: str, data: Mapping[str, Any]) -> str:
    """The template `name` ("zh/report.md.j2") filled with plain data. A file of `folder` wins over ours.

    Refused, with file and line, if a template has a mistake or asks for more than the limits allow. TypeError if
    `data` holds anything but dicts, lists, texts, numbers, booleans and None: that is a mistake of ours.
    """
    checked(data)
    if folder is not None and any(folder.rglob("*.j2")):
        return in_child(folder, name, data)
    try:
        return rendered(None, name, data)
    except Exception as error:  # whatever a template can raise is the template's mistake
        raise refusal(fault(error, name), SHIPPED) from error


def checked(value: object) -> None:
    """TypeError unless `value` is plain data through and through."""
    match value:
        case str() | int() | float() | None:
            return
        case Mapping():
            for key, item in value.items():
                checked(key)
                checked(item)
        case list() | tuple():
            for item in value:
                checked(item)
        case _:
            raise TypeError(f"templates get plain data, not {type(value).__name__}")


def in_child(folder: Path, name: str, data: Mapping[str, Any]) -> str:
    """Render in a process of its own that the system stops when it goes beyond the limits."""
    request = json.dumps({"folder": str(folder.resolve()), "name": name, "data": data})
    command = [sys.executable, "-P", "-m", "huoyue.report.sandbox_child"]
    try:
        done = subprocess.run(  # noqa: S603  # why: our own interpreter, the request on its input
            command, input=request, capture_output=True, text=True, encoding="utf-8", timeout=WAIT
        )
    except subprocess.TimeoutExpired as error:
        raise refusal({"kind": "limit", "file": name, "line": None, "text": ""}, folder) from error
    if done.returncode:
        raise refusal({"kind": "limit", "file": name, "line": None, "text": ""}, folder)
    answer = json.loads(done.stdout)
    if "fault" in answer:
        raise refusal(answer["fault"], folder)
    return str(answer["text"])


def refusal(found: Mapping[str, Any], folder: Path) -> Refused:
    """The mistake as a problem with its place, file names as the secretariat knows them."""
    file = Path(found["file"])
    shown = str(file.relative_to(folder.resolve())) if file.is_relative_to(folder.resolve()) else str(file)
    where = Place(file=shown, line=found["line"])
    if found["kind"] == "limit":
        what = M("The template takes too long or writes too much.")
        size = OUTPUT // 2**20
        mend = M("A template has {seconds} seconds and {size} MB: look for a loop.", seconds=SECONDS, size=size)
        return Refused([Problem("template.limit", what, mend, where)])
    what = M("The template has a mistake: {mistake}.", mistake=told(str(found["text"])))
    return Refused(
        [Problem("template.mistake", what, M("Compare the line with the template that came with Huoyue."), where)]
    )
