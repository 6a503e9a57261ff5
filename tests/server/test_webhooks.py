"""Webhooks: what happens arrives once, signed, in order, again after a refusal, and never where it must not go."""

from __future__ import annotations

import json
import re
import socket
import threading
from datetime import timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from django.db import connections
from django.utils import timezone
from tests.server.receiving import receiving
from tests.server.world import make_round, make_world

from huoyue.server.models import Delivery, Event, Round, Webhook
from huoyue.server.operations import deliveries, reaching
from huoyue.server.operations.deliveries import MOST_TRIES, deliver_due, signature
from huoyue.server.operations.journal import OPERATIONS, Refuse, record
from huoyue.server.operations.rounds import extend_round
from huoyue.server.operations.webhooks import add_webhook, address_read, secret_of, send_again, stop_webhook
from huoyue.server.wording.interfaces import HOOKED

DOCS = Path(__file__).resolve().parent.parent.parent / "docs" / "api.md"


@pytest.fixture
def receiver():
    with receiving() as found:
        yield found


def hook_of(world, receiver, kinds=("round.extended", "round.closed"), round_=None) -> Webhook:
    return add_webhook(world.acting("sun"), address=receiver.address, kinds=kinds, round=round_)


def extended(world, round_=None, days: int = 2) -> None:
    """Something that webhooks tell of."""
    found = Round.objects.get(pk=(round_ or world.round).pk)
    extend_round(world.acting("sun"), found, found.deadline + timedelta(days=days), "材料需要补充")


def test_an_event_arrives_once_with_what_happened_and_nothing_about_people(world, receiver):
    extended(world)
    hook = hook_of(world, receiver)
    extended(world)
    now = timezone.now()
    assert deliver_due(now) == 1
    assert deliver_due(now) == 0
    ((headers, body),) = receiver.came
    event = Event.objects.get(kind="round.extended", seq__gt=hook.after_seq)
    assert json.loads(body) == {
        "id": f"{hook.uid}-{event.seq}", "kind": "round.extended", "round": "r1", "alliance": None,
        "at": event.at.isoformat(), "seq": event.seq, "digest": event.digest,
    }  # fmt: skip
    assert headers["Huoyue-Event"] == "round.extended"
    assert Delivery.objects.get().state == "sent"


def test_the_receivers_code_of_the_documentation_takes_what_we_sign_and_nothing_else(world, receiver):
    """The sample in docs/api.md is run on a real delivery."""
    sample = re.search(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert sample is not None
    names: dict[str, object] = {}
    exec(sample[1], names)  # noqa: S102 - our own documentation
    is_ours = names["is_ours"]
    hook = hook_of(world, receiver)
    extended(world)
    deliver_due(timezone.now())
    ((headers, body),) = receiver.came
    header, secret = headers["Huoyue-Signature"], secret_of(hook)
    assert is_ours(secret, header, body)
    assert not is_ours(secret, header, body + b" ")
    assert not is_ours("hys_another", header, body)
    old = int(timezone.now().timestamp()) - 600
    assert not is_ours(secret, signature(secret, old, body), body)


def test_a_refused_delivery_is_tried_again_with_growing_pauses_and_those_behind_it_wait(world, receiver):
    hook_of(world, receiver)
    extended(world)
    extended(world)
    receiver.answers = [500, 503, 302, 204]
    now = timezone.now()
    assert deliver_due(now) == 0
    first, second = Delivery.objects.order_by("seq")
    assert (first.tries, first.status, first.error, second.tries) == (1, 500, "HTTP 500", 0)
    assert first.due_at == second.due_at == now + timedelta(minutes=1)
    assert deliver_due(now + timedelta(seconds=59)) == 0
    assert deliver_due(now + timedelta(minutes=1)) == 0
    assert deliver_due(now + timedelta(minutes=6)) == 0
    assert [len(receiver.came), Delivery.objects.order_by("seq")[0].error] == [3, "HTTP 302"], "no redirect is followed"
    assert deliver_due(now + timedelta(minutes=21)) == 2
    numbers = [json.loads(body)["seq"] for _, body in receiver.came]
    assert numbers == [first.seq] * 4 + [second.seq]


def test_after_some_days_the_webhook_is_stopped_with_the_reason_and_goes_on_where_it_was(world, receiver, as_):
    hook = hook_of(world, receiver)
    extended(world)
    receiver.answers = [410]
    now = timezone.now()
    for _ in range(MOST_TRIES):
        assert deliver_due(now) == 0
        now = Delivery.objects.get().due_at
    hook.refresh_from_db()
    assert timedelta(days=2.5) < hook.stopped_at - hook.at < timedelta(days=3.5)
    client, page = as_("sun"), f"/interfaces/webhooks/{hook.uid}/"
    assert "HTTP 410" in client.get(page).content.decode()
    extended(world)
    assert deliver_due(now + timedelta(days=1)) == 0
    assert len(receiver.came) == MOST_TRIES
    receiver.answers = [200]
    client.post(f"{page}act/", {"what": "resume"})
    assert deliver_due(timezone.now() + timedelta(days=9)) == 2
    assert Event.objects.filter(kind="webhook.stopped", actor=None).count() == 1


def test_a_delivery_is_sent_again_and_a_test_can_be_made_on_the_page(world, receiver, as_):
    hook = hook_of(world, receiver)
    client, act = as_("sun"), f"/interfaces/webhooks/{hook.uid}/act/"
    for _ in range(2):
        client.post(act, {"what": "test"})
        assert deliver_due(timezone.now()) == 1
    bodies = [json.loads(body) for _, body in receiver.came]
    assert [(one["kind"], one["seq"]) for one in bodies] == [("test", 0), ("test", 0)]
    assert len({one["id"] for one in bodies}) == 2
    extended(world)
    deliver_due(timezone.now())
    sent = Delivery.objects.get(kind="round.extended")
    client.post(act, {"what": "again", "delivery": sent.pk})
    with pytest.raises(Refuse) as refused:
        send_again(world.acting("sun"), hook, sent)
    assert refused.value.refusal.code == "delivery_not_failed"
    assert deliver_due(timezone.now()) == 1
    assert receiver.came[-1][1] == receiver.came[-2][1]
    page = client.get(f"/interfaces/webhooks/{hook.uid}/").content.decode()
    assert secret_of(hook) in page
    assert page.count("已送达") == 3


def test_only_chosen_kinds_of_the_chosen_round_are_told_and_of_practice_nothing_unless_asked_for(world, receiver):
    other, practice = make_round("r2"), make_round("p1", practice=True)
    everywhere = hook_of(world, receiver)
    own = add_webhook(world.acting("sun"), address=receiver.address, kinds=["round.extended"], round=practice)
    for round_ in (other, practice, world.round):
        extended(world, round_)
    record(world.acting("sun"), "round.changed", round=world.round)
    deliver_due(timezone.now())
    told = {hook.pk: [json.loads(one.body)["round"] for one in hook.deliveries.order_by("seq")]
            for hook in (everywhere, own)}  # fmt: skip
    assert told == {everywhere.pk: ["r2", "r1"], own.pk: ["p1"]}


def test_a_stopped_webhook_gets_nothing_and_a_removed_one_leaves_nothing(world, receiver, as_):
    hook = hook_of(world, receiver)
    stop_webhook(world.acting("sun"), hook, "接收方维护")
    extended(world)
    assert deliver_due(timezone.now()) == 0
    as_("sun").post(f"/interfaces/webhooks/{hook.uid}/act/", {"what": "remove"})
    assert (Webhook.objects.count(), Delivery.objects.count(), receiver.came) == (0, 0, [])


@pytest.mark.once
def test_the_page_takes_only_addresses_that_are_safe_to_send_to(world, as_, settings):
    client = as_("sun")
    posted = {"kinds": ["round.frozen"], "round": ""}
    wrong = ("http://example.org/", "ftp://example.org", "https://", "https://a:b@example.org/", "javascript:alert(1)",
             "https://example.org:99999/", "https://例子.测试/", "https://exa mple.org")  # fmt: skip
    for address in wrong:
        assert client.post("/interfaces/", posted | {"address": address}).status_code == 422, address
    assert client.post("/interfaces/", {"address": "https://example.org/"}).status_code == 422
    assert Webhook.objects.count() == 0
    settings.DEMONSTRATION = False
    with pytest.raises(Refuse):
        address_read("http://localhost/")
    assert client.post("/interfaces/", posted | {"address": "https://example.org/a"}).status_code == 303
    assert client.post("/interfaces/", posted | {"address": "https://example.org/a"}).status_code == 422


INSIDE = (
    "127.0.0.1", "10.0.0.8", "169.254.169.254", "192.168.1.1", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255",  # noqa: S104
    "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
)  # fmt: skip
"""This machine, house networks, a cloud's metadata, and the same hidden in addresses of the sixth version."""


@pytest.mark.once
@pytest.mark.parametrize("address", INSIDE)
def test_what_only_this_server_reaches_is_not_reached(settings, address):
    settings.WEBHOOK_NETWORKS = []
    assert not reaching.is_allowed(ip_address(address))
    settings.WEBHOOK_NETWORKS = [ip_network("10.0.0.0/8")]
    assert reaching.is_allowed(ip_address(address)) == (address == "10.0.0.8")
    assert reaching.is_allowed(ip_address("93.184.216.34"))


def test_a_name_that_leads_inside_is_refused_and_the_page_says_why(world, receiver, settings, as_):
    hook = hook_of(world, receiver)
    settings.WEBHOOK_NETWORKS = []
    extended(world)
    assert deliver_due(timezone.now()) == 0
    assert receiver.came == []
    assert Delivery.objects.get().error == "not_allowed"
    assert "HUOYUE_WEBHOOK_NETWORKS" in as_("sun").get(f"/interfaces/webhooks/{hook.uid}/").content.decode()


def test_what_went_wrong_is_said_in_words(world, receiver, as_):
    """A name that nobody has, a port where nobody listens: no English of the system on a Chinese page."""
    hook = hook_of(world, receiver)
    extended(world)
    told = {}
    for address in ("http://localhost:9/", "https://nobody.invalid/", f"https://localhost:{receiver.port}/"):
        Webhook.objects.update(address=address)
        Delivery.objects.update(due_at=timezone.now(), tries=0)
        deliver_due(timezone.now())
        told[address.partition(":")[0], Delivery.objects.get().error] = address
    assert set(told) == {("http", "away"), ("https", "unknown_name"), ("https", "certificate")}
    assert "证书" in as_("sun").get(f"/interfaces/webhooks/{hook.uid}/").content.decode()


def test_the_address_that_was_checked_is_the_one_that_is_reached(world, receiver, monkeypatch):
    """A name that leads elsewhere when it is asked a second time is not asked a second time."""
    asked = []

    def resolve(host, port, **more):
        asked.append(host)
        place = "127.0.0.1" if len(asked) == 1 else "203.0.113.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, port))]

    monkeypatch.setattr(reaching.socket, "getaddrinfo", lambda host, port, *a, **more: resolve(host, port)
                        if host == "localhost" else real(host, port, *a, **more))  # fmt: skip
    hook_of(world, receiver)
    extended(world)
    assert deliver_due(timezone.now()) == 1
    assert asked == ["localhost"]


real = socket.getaddrinfo


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_delivery_once(receiver, monkeypatch):
    """Both look at the same rows before either claims one; without the claim each would send all of them."""
    world = make_world()
    hook_of(world, receiver)
    for _ in range(6):
        extended(world)
    now = timezone.now()
    barrier, plain = threading.Barrier(2, timeout=20), deliveries.claim
    met = threading.local()

    def claim(delivery, at):
        if not getattr(met, "once", False):
            met.once = True
            barrier.wait()
        return plain(delivery, at)

    monkeypatch.setattr(deliveries, "claim", claim)
    counts = []

    def work():
        try:
            counts.append(deliver_due(now))
        finally:
            connections.close_all()

    for hook in Webhook.objects.all():
        deliveries.queue_events(hook, now)
    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(counts) == 6
    assert sorted(json.loads(body)["seq"] for _, body in receiver.came) == sorted(
        Delivery.objects.values_list("seq", flat=True)
    )


def test_a_delivery_whose_sender_died_is_sent_after_a_while(world, receiver):
    hook_of(world, receiver)
    extended(world)
    now = timezone.now()
    deliveries.queue_events(Webhook.objects.get(), now)
    assert deliveries.claim(Delivery.objects.get(), now)
    assert deliver_due(now + timedelta(minutes=4)) == 0
    assert deliver_due(now + timedelta(minutes=5)) == 1
    assert len(receiver.came) == 1


@pytest.mark.once
def test_webhooks_tell_only_of_kinds_that_operations_record():
    assert set(HOOKED) - set(OPERATIONS) == set()
