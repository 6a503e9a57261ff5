"""Interfaces to other programs, for the secretariat: webhooks, what was sent to them, and the way to keys."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from huoyue.core.message import M, Message
from huoyue.server.asking import acting, reader
from huoyue.server.forms.interfaces import WebhookForm
from huoyue.server.models import Delivery, Webhook
from huoyue.server.operations import webhooks as operations
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.doors import visible_rounds
from huoyue.server.queries.webhooks import last_deliveries, serves_everywhere, visible_webhooks
from huoyue.server.saying import said
from huoyue.server.wording import refusal_words
from huoyue.server.wording.interfaces import DELIVERY_ERRORS, DELIVERY_STATES, HOOKED, TEST_DELIVERY


def form_for(request: HttpRequest, **named: Any) -> WebhookForm:
    """The form of a webhook, with the rounds that the person looks after."""
    person = reader(request)
    posted = request.POST if request.method == "POST" else None
    return WebhookForm(posted, rounds=visible_rounds(person), everywhere=serves_everywhere(person), **named)


def told_of(hook: Webhook) -> list[Message]:
    return [HOOKED[kind] for kind in hook.kinds if kind in HOOKED]


def interfaces_page(request: HttpRequest) -> HttpResponse:
    """All webhooks, and a form for another."""
    form, refused = form_for(request), None
    if request.method == "POST" and form.is_valid():
        try:
            hook = operations.add_webhook(acting(request), **form.cleaned_data)
        except Refuse as error:
            refused = refusal_words(error.refusal)
        else:
            return done(request, hook, M("The webhook was added. Try it with a test delivery."))
    hooks = [(hook, told_of(hook)) for hook in visible_webhooks(reader(request))]
    context = {"form": form, "hooks": hooks, "refused": refused}
    return render(request, "interfaces/interfaces.html", context, status=422 if form.is_bound else 200)


def webhook_page(request: HttpRequest, hook: Webhook) -> HttpResponse:
    """One webhook: its secret, what was sent, and what to change."""
    initial = {"address": hook.address, "kinds": hook.kinds, "round": hook.round.key if hook.round else None}
    form, refused = form_for(request, initial=initial), None
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_webhook(acting(request), hook, **form.cleaned_data)
        except Refuse as error:
            refused = refusal_words(error.refusal)
            hook.refresh_from_db()
        else:
            return done(request, hook, M("Saved."))
    lines = [line(one) for one in last_deliveries(hook)]
    because = DELIVERY_ERRORS.get(hook.stopped_because.partition(" (")[0])
    context = {"form": form, "hook": hook, "secret": operations.secret_of(hook), "lines": lines, "refused": refused,
               "because": because}  # fmt: skip
    return render(request, "interfaces/webhook.html", context, status=422 if form.is_bound else 200)


def line(delivery: Delivery) -> tuple[Delivery, Message | str, Message, Message | str]:
    """A delivery with what it tells of, its state, and what went wrong."""
    title = TEST_DELIVERY if delivery.kind == operations.TEST else HOOKED.get(delivery.kind, delivery.kind)
    return delivery, title, DELIVERY_STATES[delivery.state], DELIVERY_ERRORS.get(delivery.error, delivery.error)


def act(request: HttpRequest, hook: Webhook) -> HttpResponse:
    """Test, send again, stop, go on, remove."""
    doer, what = acting(request), request.POST.get("what", "")
    if what == "test":
        operations.try_webhook(doer, hook)
        return done(request, hook, M("A test delivery is on its way; load the page again in half a minute."))
    if what == "again":
        number = request.POST.get("delivery", "")
        found = hook.deliveries.filter(pk=int(number) if number.isascii() and number.isdigit() else 0).first()
        if found is None:
            raise Refuse("stale")
        operations.send_again(doer, hook, found)
        return done(request, hook, M("The delivery is in line once more."))
    if what == "stop":
        operations.stop_webhook(doer, hook, request.POST.get("reason", ""))
        return done(request, hook, M("The webhook is stopped; what happens meanwhile waits."))
    if what == "resume":
        operations.resume_webhook(doer, hook)
        return done(request, hook, M("The webhook goes on."))
    if what == "remove":
        operations.remove_webhook(doer, hook)
        messages.success(request, said(M("The webhook was removed.")), extra_tags="good")
        return HttpResponseRedirect(reverse("interfaces"), status=303)
    return HttpResponseRedirect(reverse("webhook", args=[hook.uid]), status=303)


def done(request: HttpRequest, hook: Webhook, message: Message) -> HttpResponse:
    messages.success(request, said(message), extra_tags="good")
    return HttpResponseRedirect(reverse("webhook", args=[hook.uid]), status=303)
