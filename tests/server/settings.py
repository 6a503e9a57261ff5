"""Settings of the tests: demonstration mode, a data folder of its own, quick hashing of passwords."""

import os
import tempfile

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ.setdefault("HUOYUE_DEMO", "1")
os.environ.setdefault("HUOYUE_SECRET_KEY", "tests-only-" + "k" * 50)
os.environ["HUOYUE_DATA"] = tempfile.mkdtemp(prefix=f"huoyue-{WORKER}-")
if url := os.environ.get("HUOYUE_TEST_DATABASE"):
    os.environ["HUOYUE_DATABASE"] = url

from huoyue.server.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": env.counts("sqlite3", DATA)}  # noqa: F405
"""In files whatever the database: tests empty them before they have one. Servers in processes use what they would."""
