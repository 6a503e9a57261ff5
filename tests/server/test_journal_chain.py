"""The chain of events: whatever is changed in it is found, by us and by anybody with a bare Python."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from huoyue.server.models import Event, Head
from huoyue.server.models.protection import REFUSAL, is_protected, protect, release
from huoyue.server.operations import audit, chain
from huoyue.server.operations.chain import ERASED, ORIGIN, Fault, Link, canonical, digest_of_detail, digest_of_link
from huoyue.server.operations.journal import Acting, digest_of, operation, record

MUTATIONS = 3000


def sealed(link: Link, previous: str) -> Link:
    """The link with the digests that it ought to have after `previous`."""
    detail_digest = link.detail_digest if link.detail is None else digest_of_detail(link.salt, link.detail)
    link = link._replace(previous=previous, detail_digest=detail_digest)
    return link._replace(digest=digest_of_link(link))


def chain_of(count: int, rng: random.Random) -> list[Link]:
    links: list[Link] = []
    for seq in range(1, count + 1):
        detail = {"from": "10.0.0.1", "before": {"cells": {"a": rng.randrange(9)}}, "after": {"名称": f"第{seq}条"}}
        bare = Link(
            seq, 1_700_000_000.25 + seq, rng.choice((None, 1, 2)), rng.choice(("filer", "secretariat")),
            "filing.record_saved", rng.choice((None, 1)), rng.choice((None, 3)), f"s{seq}",
            rng.choice((None, f"1:{seq}")), detail, f"{rng.getrandbits(128):032x}", "", "", "",
        )  # fmt: skip
        links.append(sealed(bare, links[-1].digest if links else ORIGIN))
    return links


def resealed(links: list[Link], start: int) -> list[Link]:
    """The chain with every digest from `start` on computed anew, as a forger would."""
    out = links[:start]
    for link in links[start:]:
        out.append(sealed(link, out[-1].digest if out else ORIGIN))
    return out


OTHER: dict[str, Callable[[object], object]] = {
    "seq": lambda v: v + 1,
    "at": lambda v: v + 1e-6,
    "actor": lambda v: 9 if v is None else None,
    "round": lambda v: 9 if v is None else None,
    "alliance": lambda v: 9 if v is None else None,
    "token": lambda v: "x" if v is None else None,
    "detail": lambda v: v | {"from": "10.9.9.9"},
}


def edit(links: list[Link], rng: random.Random) -> list[Link]:
    at, name = rng.randrange(len(links)), rng.choice(Link._fields)
    change = OTHER.get(name, lambda v: v[:-1] + ("0" if v[-1] != "0" else "1"))
    return [*links[:at], links[at]._replace(**{name: change(getattr(links[at], name))}), *links[at + 1 :]]


def swap(links: list[Link], rng: random.Random) -> list[Link]:
    one, two = sorted(rng.sample(range(len(links)), 2))
    out = list(links)
    out[one], out[two] = out[two], out[one]
    return out


def delete(links: list[Link], rng: random.Random) -> list[Link]:
    at = rng.randrange(len(links) - 1)
    return [*links[:at], *links[at + 1 :]]


def insert(links: list[Link], rng: random.Random) -> list[Link]:
    at = rng.randrange(len(links))
    return [*links[:at], sealed(rng.choice(links), links[at - 1].digest if at else ORIGIN), *links[at:]]


def truncate(links: list[Link], rng: random.Random) -> list[Link]:
    return links[: rng.randrange(len(links))]


def fork(links: list[Link], rng: random.Random) -> list[Link]:
    """Everything from one event on written anew, each digest right."""
    at = rng.randrange(len(links))
    return resealed([*links[:at], links[at]._replace(subject="forged"), *links[at + 1 :]], at)


def cut_and_close(links: list[Link], rng: random.Random) -> list[Link]:
    """One event taken out, the others numbered and digested anew."""
    at = rng.randrange(len(links) - 1)
    left = [*links[:at], *links[at + 1 :]]
    return resealed([link._replace(seq=n) for n, link in enumerate(left, 1)], at)


def erase_secretly(links: list[Link], rng: random.Random) -> list[Link]:
    at = rng.randrange(len(links))
    return [*links[:at], links[at]._replace(detail=None, salt=""), *links[at + 1 :]]


MUTANTS = (edit, swap, delete, insert, truncate, fork, cut_and_close, erase_secretly)


@pytest.mark.parametrize("mutate", MUTANTS, ids=lambda m: m.__name__)
def test_every_mutation_of_a_chain_is_found(mutate: Callable[[list[Link], random.Random], list[Link]]) -> None:
    rng = random.Random(mutate.__name__)
    missed = 0
    for _ in range(MUTATIONS // len(MUTANTS)):
        links = chain_of(rng.randint(2, 12), rng)
        noted = links[-1].digest
        assert chain.verify(links, end=(len(links), noted), noted=noted).faults == []
        missed += not chain.verify(mutate(links, rng), noted=noted).faults
    assert missed == 0


def test_each_fault_is_named_where_it_is() -> None:
    links = chain_of(5, random.Random(1))
    changed = [*links[:2], links[2]._replace(detail={"from": "elsewhere"}), *links[3:]]
    assert chain.verify(changed).faults == [Fault(3, "detail")]
    assert chain.verify([*links[:2], links[2]._replace(role="chair"), *links[3:]]).faults == [Fault(3, "digest")]
    assert chain.verify(links[:4], end=(5, links[4].digest)).faults == [Fault(0, "end")]
    assert chain.verify(links[:4], noted=links[4].digest).faults == [Fault(0, "head")]
    assert chain.verify([*links[:1], *links[2:]]).faults == [Fault(3, "number"), Fault(3, "previous")]


def test_a_head_noted_earlier_is_still_found_when_the_chain_has_grown() -> None:
    links = chain_of(9, random.Random(2))
    assert chain.verify(links, noted=links[4].digest).faults == []


def test_an_erased_detail_is_accepted_only_if_a_later_event_says_so() -> None:
    links = chain_of(4, random.Random(3))
    erased = [links[0], links[1]._replace(detail=None, salt=""), *links[2:]]
    assert chain.verify(erased).faults == [Fault(2, "erased")]
    told = links[-1]._replace(seq=5, kind=ERASED, detail={"from": "", "before": {}, "after": {"seqs": [2]}})
    whole = [*erased, sealed(told, links[-1].digest)]
    found = chain.verify(whole)
    assert (found.faults, found.erased, found.count) == ([], 1, 5)
    odd = sealed(told._replace(detail={"after": {"seqs": "all"}}), links[-1].digest)
    assert chain.verify([*erased, odd]).faults == [Fault(2, "erased")]


def test_an_exported_chain_is_checked_by_python_alone(tmp_path: Path) -> None:
    links = chain_of(6, random.Random(4))
    file = tmp_path / "events.jsonl"

    def checked(lines: list[Link], *more: str) -> tuple[int, str]:
        file.write_text("".join(chain.written(link) + "\n" for link in lines), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-I", "-S", chain.__file__, str(file), *more], capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    assert checked(links, links[3].digest) == (0, f"6 events, 0 faults, head {links[-1].digest}\n")
    code, said = checked(links[:-1], links[-1].digest)
    assert code == 1
    assert "the digest that was noted is not in the chain" in said
    code, said = checked([*links[:3], links[3]._replace(role="chair"), *links[4:]])
    assert code == 1
    assert "event 4: its digest does not fit what it says" in said


# In the database.


@operation("test.noted")
def note(acting: Acting, text: str) -> None:
    """An operation of this test."""
    record(acting, "test.noted", subject=text, after={"名": text, "at": acting.at, "amount": 1.5})


@pytest.fixture
def events(world) -> list[Event]:
    for n in range(5):
        note(world.acting("sun", token=f"t{n}"), f"第{n}次")
    return list(Event.objects.order_by("seq"))


def test_a_chain_in_the_database_holds_and_is_exported_as_it_is_checked(events) -> None:
    found = audit.verified()
    assert (found.count, found.seq, found.faults) == (5, events[-1].seq, [])
    assert audit.head() == (events[-1].seq, events[-1].digest) == (found.seq, found.head)
    lines = [chain.written(link) for link in audit.links()]
    assert chain.verify(chain.read(lines), noted=found.head).faults == []
    assert [digest_of(event) for event in events] == [event.digest for event in events]


def attempts(last: Event) -> dict[str, str]:
    columns = "seq, at, actor_id, role, kind, subject, detail, salt, detail_digest, previous, digest"
    return {
        "delete": f"DELETE FROM server_event WHERE seq = {last.seq}",
        "role": f"UPDATE server_event SET role = 'chair' WHERE seq = {last.seq}",
        "time": f"UPDATE server_event SET at = '2001-01-01 00:00:00' WHERE seq = {last.seq}",
        "token": f"UPDATE server_event SET token = NULL WHERE seq = {last.seq}",
        "number": f"UPDATE server_event SET seq = {last.seq + 5} WHERE seq = {last.seq}",
        "detail": "UPDATE server_event SET detail = '{}'",
        "detail but not its salt": "UPDATE server_event SET detail = NULL",
        "salt but not its detail": "UPDATE server_event SET salt = ''",
        "everything": "DELETE FROM server_event",
        "again": f"INSERT INTO server_event ({columns}) SELECT {columns} FROM server_event WHERE seq = {last.seq}",
    }


NAMES = [*attempts(Event(seq=1)), "replace"]


@pytest.mark.parametrize("name", NAMES)
def test_the_database_itself_refuses_to_change_or_delete_events(events, name: str) -> None:
    if name == "replace":
        statement = f"INSERT OR REPLACE INTO server_event SELECT * FROM server_event WHERE seq = {events[-1].seq}"
        if connection.vendor == "postgresql":
            statement = "TRUNCATE server_event CASCADE"
    else:
        statement = attempts(events[-1])[name]
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(Event.objects.order_by("seq").values()) == [
        {f.attname: getattr(event, f.attname) for f in Event._meta.concrete_fields} for event in events
    ]


def test_only_the_detail_of_an_event_can_be_erased_and_only_with_its_salt(events) -> None:
    third = events[2]
    assert Event.objects.filter(seq=third.seq).update(detail=None, salt="") == 1
    assert audit.verified().faults == [Fault(third.seq, "erased")]
    record(Acting(None, "", timezone.now()), ERASED, after={"seqs": [third.seq]})
    assert audit.verified().faults == []


def test_what_is_forced_past_the_triggers_is_found_by_the_check(events) -> None:
    noted = audit.head()[1]
    release(connection)
    assert not is_protected(connection)
    Event.objects.filter(seq=events[1].seq).update(role="chair")
    Event.objects.filter(seq=events[4].seq).delete()
    protect(connection)
    assert is_protected(connection)
    assert audit.verified(noted).faults == [Fault(events[1].seq, "digest"), Fault(0, "end"), Fault(0, "head")]


def test_the_refusal_says_why(events) -> None:
    with pytest.raises(DatabaseError, match=REFUSAL), transaction.atomic():
        Event.objects.all().delete()


def test_the_head_stands_before_the_first_event(db) -> None:
    assert audit.head() == (0, ORIGIN)
    assert Head.objects.count() == 1
    assert audit.verified().faults == []


def test_an_operation_that_fails_after_writing_leaves_neither_row_nor_event(world) -> None:
    @operation("test.broken")
    def broken(acting: Acting) -> None:
        world.round.title_en = "half done"
        world.round.save()
        record(acting, "test.broken")
        raise RuntimeError("the power goes")

    @operation("test.silent")
    def silent(acting: Acting) -> None:
        type(world.round).objects.update(title_en="unseen")

    for fails in (broken, silent):
        with pytest.raises(RuntimeError):
            fails(world.acting("sun"))
        world.round.refresh_from_db()
        assert (world.round.title_en, Event.objects.count(), audit.head()) == ("Test round r1", 0, (0, ORIGIN))


def test_what_is_hashed_is_the_same_text_everywhere() -> None:
    assert canonical({"b": [1, 2.5, None, True], "a": "活跃度"}) == '{"a":"活跃度","b":[1,2.5,null,true]}'


@pytest.mark.django_db(transaction=True)
def test_the_chain_is_checked_as_it_stood_at_one_moment(transactional_db) -> None:
    for n in range(3):
        note(Acting(None, "", timezone.now()), str(n))
    with audit.one_moment():
        noted = audit.head()
        assert [link.seq for link in audit.links()] == [1, 2, 3]
        assert audit.head() == noted
    assert audit.verified().count == 3
