"""Workbooks that people send to be looked at: checked by name and size, and put where a child process reads them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.storage import CHUNK, append
from huoyue.server.wording.filing import BOOK_ENDINGS

LARGEST = 20 * 2**20


@contextmanager
def sent_book(file: UploadedFile | None) -> Iterator[Path]:
    """The file on the disk while it is read. Refuse one that is empty, too large, or of an ending that is not read."""
    if file is None or not file.size:
        raise Refuse("file_empty")
    if file.size > LARGEST:
        raise Refuse("file_too_large", limit="20 MB")
    ending = Path(file.name or "").suffix.lower()
    if ending not in BOOK_ENDINGS:
        raise Refuse("file_ending", name=file.name or "?")
    path = Path(settings.FILES, "imports", f"{token_hex(16)}{ending}")
    try:
        append(path, file.chunks(CHUNK), 0, LARGEST)
        yield path
    finally:
        path.unlink(missing_ok=True)
