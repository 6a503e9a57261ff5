"""The journal page, the history of a filing, and the promise that every operation leaves an event with a name."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.utils import timezone

import huoyue.server
from huoyue.server import operations
from huoyue.server.models import Event
from huoyue.server.operations import filing as filing_operations
from huoyue.server.operations.filing import Typed, kind_of, save_record
from huoyue.server.operations.journal import OPERATIONS, record
from huoyue.server.operations.register import merge
from huoyue.server.wording.journal import EVENT_TITLES

MEETING = {"kind": "council", "title": "第三次理事会", "held_on": "2016-05-03"}
HISTORY = "/rounds/r1/filing/A001/history/"
SOURCE = Path(huoyue.server.__file__).parent


@pytest.fixture
def saved(world):
    filing = world.filings[0]
    filing.round = world.round
    typed = Typed("a" * 24, MEETING)
    save_record(world.acting("ada"), filing, kind_of(filing, "meeting"), typed)
    save_record(
        world.acting("ben"), filing, kind_of(filing, "meeting"), Typed("a" * 24, MEETING | {"title": "改过的题目"}, 1)
    )
    return filing


def text(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_secretariat_reads_what_was_before_and_what_after(as_, saved):
    page = text(as_("sun"), "/journal/")
    assert "记录已暂存" in page
    assert "<del>第三次理事会</del>" in page
    assert "<ins>改过的题目</ins>" in page
    assert "<ins>理事会</ins>" in page
    assert "council" not in page
    assert "127.0.0.1" in page
    assert Event.objects.latest("seq").digest in page


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("", 2),
        ("round=r1", 2),
        ("alliance=A001", 2),
        ("alliance=半导体", 2),
        ("alliance=A002", 0),
        ("kind=filing.record_saved", 2),
        ("kind=filing.submitted", 0),
        ("person=ada", 1),
        ("person=Ben", 1),
        ("day={today}", 2),
        ("day={yesterday}", 0),
        ("round=r1&person=ada&kind=filing.record_saved&day={today}", 1),
    ],
)
def test_the_journal_is_searched(as_, saved, asked, count):
    now = timezone.localtime()
    asked = asked.format(today=f"{now:%Y-%m-%d}", yesterday=f"{now - timedelta(days=1):%Y-%m-%d}")
    assert text(as_("sun"), f"/journal/?{asked}").count("<time ") == count


def test_a_day_that_is_none_is_said_and_what_was_asked_stays(as_, saved):
    answer = as_("sun").get("/journal/?day=yesterday&person=ada")
    assert answer.status_code == 422
    assert "请按2026-03-31的样式填写日期" in answer.content.decode()
    assert 'value="ada"' in answer.content.decode()


def test_what_a_merged_alliance_did_is_found_by_either_code_and_by_an_earlier_name(as_, world):
    gone, into = world.alliances[1], world.alliances[2]
    record(world.acting("sun"), "personal.erased", alliance=gone, subject="before")
    merge(world.acting("sun"), gone, into)
    for asked in (gone.code, into.code, gone.name):
        found = text(as_("sun"), f"/journal/?alliance={asked}")
        assert "before" in found and "合并" in found, asked
    assert "before" not in text(as_("sun"), "/journal/?alliance=A001")


def turned(client, address: str) -> Iterator[tuple[int, list[int]]]:
    """Page after page of the journal: its bytes with everything it loads, and the numbers of its events."""
    while address:
        page = client.get(address).content
        loaded = {one.decode() for one in re.findall(rb'(?:src|href)="/static/([^"?]+\.(?:js|css))', page)}
        weight = len(page) + sum(Path(str(finders.find(one))).stat().st_size for one in loaded)
        yield weight, [int(n) for n in re.findall(rb'<tr>\s*<td class="n"[^>]*>(\d+)</td>', page)]
        older = re.search(rb'href="(\?[^"]*before=\d+)"', page)
        address = "/journal/" + older[1].decode().replace("&amp;", "&") if older else ""


def test_the_journal_turns_pages_without_losing_an_event(as_, world):
    for n in range(120):
        record(world.acting("sun"), "personal.erased", subject=f"n{n}")
    seen = [n for _, numbers in turned(as_("sun"), "/journal/?person=sun") for n in numbers]
    assert seen == list(range(120, 0, -1))


def test_an_empty_journal_says_so(as_, world):
    assert "还没有发生任何变更" in text(as_("sun"), "/journal/")


def test_only_the_secretariat_opens_the_journal(as_, world):
    for name in world.people:
        assert as_(name).get("/journal/").status_code == (200 if name == "sun" else 403)


def test_a_secretariat_of_one_round_reads_the_events_of_that_round(as_, world, saved):
    record(world.acting("sun"), "personal.erased", subject="another-round")
    world.sun.duties.update(round=world.round)
    page = text(as_("sun"), "/journal/")
    assert "another-round" not in page
    assert page.count("<time ") == 2


def test_the_history_of_a_filing_is_read_by_those_who_may_see_it(as_, world, saved):
    for name, status in {"ada": 200, "ben": 200, "lin": 200, "sun": 200, "obi": 200, "dov": 404, "lou": 404}.items():
        assert as_(name).get(HISTORY).status_code == status


def test_filers_read_what_changed_without_addresses_and_without_the_officials_names(as_, world, saved):
    acting = world.acting("sun")
    record(
        acting, "filing.returned", round=world.round, alliance=saved.alliance, after={"remarks": [{"text": "补纪要"}]}
    )
    record(acting, "screening.overridden", round=world.round, alliance=saved.alliance, after={"reason": "内部"})
    page = text(as_("ada"), HISTORY)
    assert "补纪要" in page
    assert "改过的题目" in page
    assert "题目" in page
    assert "Ben" in page
    assert "秘书处" in page
    for kept in ("Sun", "127.0.0.1", "内部"):
        assert kept not in page
    assert "Sun" in text(as_("sun"), HISTORY)


def test_a_history_without_events_says_where_to_begin(as_, world):
    assert "此填报尚无任何操作" in text(as_("ada"), HISTORY)


def test_an_erased_event_is_shown_as_erased(as_, saved):
    Event.objects.filter(seq=2).update(detail=None, salt="")
    assert "已按申请删除" in text(as_("sun"), "/journal/")
    assert "已按申请删除" in text(as_("ada"), HISTORY)


def test_a_page_of_the_journal_asks_the_database_as_often_for_many_events_as_for_few(
    as_, world, saved, django_assert_max_num_queries
):
    client = as_("sun")
    client.get("/journal/")
    with django_assert_max_num_queries(12):
        client.get("/journal/")
    for n in range(40):
        record(world.acting("ada"), "filing.record_saved", round=world.round, alliance=saved.alliance, subject=str(n))
    with django_assert_max_num_queries(12):
        client.get("/journal/")


# The promise.

for _module in pkgutil.iter_modules(operations.__path__):
    importlib.import_module(f"{operations.__name__}.{_module.name}")
KINDS = sorted(kind for kind in OPERATIONS if not kind.startswith("test."))
WRITES = {"create", "bulk_create", "update", "bulk_update", "update_or_create", "get_or_create", "delete", "save"}
NO_CHANGE = {
    "api_keys.py": {"note_use"},  # the day of a key's last use, not a change of anything
    "deliveries.py": {"queue_events"},  # what webhooks are told is made from events; its row says its way
    "evidence.py": {"add_part", "finish_upload"},  # a part is no change of the filing: it becomes one when whole
    "findings.py": {"store_findings", "store_finding"},  # what the rules found is part of a screening
    "journal.py": {"record", "_taken_head"},
    "outbox.py": {"write", "claim", "put_off", "settle"},  # a letter is part of what wrote it; its row says its way
}
"""Functions that write and are no operations, each with its reason."""


def test_every_kind_of_event_has_a_title_in_both_languages():
    said = set(KINDS)
    for path in SOURCE.rglob("*.py"):
        said |= set(re.findall(r'\brecord\(\s*[a-z_.]+,\s*"([a-z_]+\.[a-z_]+)"', path.read_text(encoding="utf-8")))
    assert sorted(said - set(EVENT_TITLES)) == []


def test_kinds_fit_their_column():
    column = Event._meta.get_field("kind")
    assert [kind for kind in KINDS if len(kind) > column.max_length] == []
    assert filing_operations.save_record is OPERATIONS["filing.record_saved"]


def writers(tree: ast.Module) -> dict[str, set[str]]:
    """Functions of a module that write to the database, with the functions of the module that call them."""
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    calls = {
        name: {n.func.id for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
        for name, node in functions.items()
    }
    found = {
        name
        for name, node in functions.items()
        if any(
            isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) and n.func.attr in WRITES
            and "objects" in ast.unparse(n.func)
            for n in ast.walk(node)
        )
    }  # fmt: skip
    return {name: callers(calls, name) for name in found}


def callers(calls: dict[str, set[str]], name: str) -> set[str]:
    """The functions of a module that call one, by whatever ways."""
    known, new = set[str](), {name}
    while new:
        new = {caller for caller, called in calls.items() if called & new} - known
        known |= new
    return known


def is_operation(tree: ast.Module, name: str) -> bool:
    node = next(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == name)
    return any("operation(" in ast.unparse(decorator) for decorator in node.decorator_list)


def test_whatever_writes_in_operations_is_an_operation_or_a_part_of_one():
    loose = []
    for path in sorted((SOURCE / "operations").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for name, above in writers(tree).items():
            if name in NO_CHANGE.get(path.name, ()) or is_operation(tree, name) or name.startswith("_"):
                continue
            if not any(is_operation(tree, caller) for caller in above):
                loose.append(f"{path.name}: {name}")
    assert loose == []


def test_nothing_but_operations_writes():
    """Pages and queries change nothing themselves; who has a page open is no change."""
    found = []
    for folder in ("views", "forms", "queries"):
        for path in sorted((SOURCE / folder).rglob("*.py")):
            names = writers(ast.parse(path.read_text(encoding="utf-8")))
            found += [f"{folder}/{path.name}: {name}" for name in names]
    assert found == ["views/filing.py: presence_act"]


@pytest.mark.parametrize("told", [1, 5, 40])
def test_pages_of_events_that_tell_much_are_shorter_and_lose_none(as_, world, told):
    for number in range(120):
        marks = {f"indicator{one}": f"{number}.{one} 分，理由：材料齐全、与标准相符" for one in range(told)}
        record(world.acting("sun"), "round.opened", round=world.round, subject=str(number), after=marks)
    pages = list(turned(as_("sun"), "/journal/"))
    assert 100_000 < max(heavy for heavy, _ in pages) < 150_000
    assert [n for _, numbers in pages for n in numbers] == list(range(Event.objects.count(), 0, -1))
