"""What holds for all tests: nothing is timed, and a machine that decides sees the same examples every time."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("huoyue", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("huoyue")
