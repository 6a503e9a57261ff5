"""The world that evidence is sent in."""

from __future__ import annotations

import pytest
from tests.server.evidence.sending import AT, JSON, OTHER, UID, part

from huoyue.server.models import Evidence, Filing
from huoyue.server.operations.filing import Typed, kind_of, save_record


@pytest.fixture
def files(settings, tmp_path):
    settings.FILES = tmp_path / "kept"
    settings.SCANNER = ""
    return settings.FILES


@pytest.fixture
def filing(world, files):
    found = Filing.objects.select_related("round", "alliance").get(pk=world.filings[0].pk)
    for uid in (UID, OTHER):
        cells = {"kind": "council", "title": f"会{uid[0]}", "held_on": "2016-05-03", "evidence": "纪要"}
        save_record(world.acting("ada"), found, kind_of(found, "meeting"), Typed(uid, cells))
    return found


@pytest.fixture
def begin(as_, filing):
    def begun(size, name="纪要.pdf", *, who="ada", record=UID, client=None):
        content = {"record": record, "name": name, "size": size}
        return (client or as_(who)).post(f"{AT}uploads/", content, headers=JSON)

    return begun


@pytest.fixture
def send(as_, begin):
    """Send a whole file as the page's script does; the last answer."""

    def sent(content, name="纪要.pdf", *, who="ada", record=UID, size=None, step=2**20):
        client = as_(who)
        begun = begin(len(content) if size is None else size, name, record=record, client=client)
        if begun.status_code != 201:
            return begun
        answer = begun
        for offset in range(0, len(content), step):
            answer = part(client, begun.json()["address"], offset, content[offset : offset + step])
            if answer.status_code != 200:
                break
        return answer

    return sent


@pytest.fixture
def kept(send):
    """The evidence that a file became."""

    def made(content, name="纪要.pdf", **how):
        answer = send(content, name, **how)
        assert answer.status_code == 200, answer.json()
        return Evidence.objects.get(uid=answer.json()["file"]["uid"])

    return made
