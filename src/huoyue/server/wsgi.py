"""The application as servers call it."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huoyue.server.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402
from django.core.exceptions import ImproperlyConfigured  # noqa: E402
from django.db import connection  # noqa: E402

from huoyue.server.operations.demonstration import holds_demonstration  # noqa: E402

held = holds_demonstration()
connection.close()  # the processes that are forked from this one must not share it
if held and not settings.DEMONSTRATION:
    raise ImproperlyConfigured("This database holds the demonstration; it is served with HUOYUE_DEMO=1 only.")
if settings.BEHIND_PROXY:
    from granian.utils.proxies import wrap_wsgi_with_proxy_headers  # why: optional

    application = wrap_wsgi_with_proxy_headers(application, trusted_hosts=settings.BEHIND_PROXY)
