"""Every address: ours from the tables beside this file, and allauth's for signing in."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path

from huoyue.server.urls import (
    accounts,
    chasing,
    documents,
    editions,
    filing,
    help,  # noqa: A004
    home,
    interfaces,
    journal,
    notice,
    register,
    results,
    returned,
    review_board,
    review_panel,
    review_sheets,
    rounds,
    screening,
    years,
)


def absent(request: HttpRequest) -> HttpResponse:
    """A page of allauth that we do not have."""
    raise Http404(request.path)


urlpatterns = [
    *home.PAGES,
    *accounts.PAGES,
    *register.PAGES,
    *rounds.PAGES,
    *filing.PAGES,
    *chasing.PAGES,
    *screening.PAGES,
    *review_panel.PAGES,
    *review_sheets.PAGES,
    *review_board.PAGES,
    *results.PAGES,
    *documents.PAGES,
    *returned.PAGES,
    *notice.PAGES,
    *editions.PAGES,
    *years.PAGES,
    *interfaces.PAGES,
    *journal.PAGES,
    *help.PAGES,
    path(
        "sign-in/email/", absent
    ),  # addresses are kept by the secretariat: whoever wrote another's could be taken for it
    path("sign-in/", include("allauth.urls")),
]

handler400 = "huoyue.server.views.errors.bad_request"
handler403 = "huoyue.server.views.errors.forbidden"
handler404 = "huoyue.server.views.errors.not_found"
handler500 = "huoyue.server.views.errors.broken"
