"""The sandbox itself, and the child process in which templates that are not ours run.

Templates see plain data only: no attribute of any Python object but a loop's and a macro's, no method at all. What
that leaves (loops without end, texts without bound) the limits below stop.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.runtime import LoopContext, Macro, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

from huoyue.report.context_values import Markdown, escaped

SECONDS = 2
MEMORY = 256 * 2**20
OUTPUT = 8 * 2**20
"""What one rendering may use: processor time, memory beyond the interpreter's own, bytes of text."""

SHIPPED = Path(__file__).parent / "templates"


class Sandbox(ImmutableSandboxedEnvironment):
    """Plain data: keys of dicts, items of lists, loops, macros."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, dict):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        known = isinstance(obj, (LoopContext, Macro, Namespace, Undefined)) or type(obj).__name__ == "TemplateModule"
        return known and bool(super().is_safe_attribute(obj, attr, value))


def marked(text: object) -> str:
    """The filter `md`: any text as Markdown that says exactly that."""
    return Markdown(escaped(str(text)))


def environment(folder: Path | None) -> Sandbox:
    """Templates of `folder` first, ours where it has none."""
    folders = [str(SHIPPED)] if folder is None else [str(folder), str(SHIPPED)]
    loader = ChoiceLoader([FileSystemLoader(path) for path in folders])
    sandbox = Sandbox(loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    sandbox.keep_trailing_newline = True
    sandbox.filters["md"] = marked
    return sandbox


def rendered(folder: Path | None, name: str, data: Mapping[str, Any]) -> str:
    """The template's text. Raises what Jinja raises; OverflowError when it grows too long."""
    parts, size = [], 0
    for part in environment(folder).get_template(name).generate(**data):
        size += len(part)
        if size > OUTPUT:
            raise OverflowError
        parts.append(part)
    return "".join(parts)


def fault(error: BaseException, name: str) -> dict[str, Any]:
    """A mistake as plain data: kind, template file, line, and Jinja's own words."""
    file, line = place(error)
    if isinstance(error, TemplateSyntaxError):
        file, line = error.filename or error.name or name, error.lineno
    kind = "mistake" if isinstance(error, TemplateError) else "limit"
    if not isinstance(error, (TemplateError, MemoryError, OverflowError, RecursionError)):
        kind = "mistake"
    return {"kind": kind, "file": file or name, "line": line, "text": str(error) or type(error).__name__}


def place(error: BaseException) -> tuple[str | None, int | None]:
    """The innermost template line that the error passed through; Jinja puts templates into the traceback."""
    found: tuple[str | None, int | None] = (None, None)
    trace = error.__traceback__
    while trace is not None:
        if (file := trace.tb_frame.f_code.co_filename).endswith(".j2"):
            found = (file, trace.tb_lineno)
        trace = trace.tb_next
    return found


def limit() -> None:
    """Bind this process to `SECONDS` and `MEMORY`, where the system can."""
    try:
        import resource  # why: optional (not on Windows, where the parent's clock alone must do)
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (spent + SECONDS, spent + SECONDS + 1))
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else 0
    own = pages * resource.getpagesize() or 2**30
    resource.setrlimit(resource.RLIMIT_AS, (own + MEMORY, own + MEMORY))


def main() -> None:
    """Read one request from standard input, answer with one JSON document."""
    request = json.load(sys.stdin)
    limit()
    try:
        answer: dict[str, Any] = {"text": rendered(Path(request["folder"]), request["name"], request["data"])}
    except Exception as error:  # whatever a template can raise is the template's mistake
        answer = {"fault": fault(error, request["name"])}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
