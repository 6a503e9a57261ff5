"""The settings as mypy's plugin loads them: a demonstration's, with no secret to look for and nothing written."""

import os

os.environ |= {"HUOYUE_DEMO": "1", "HUOYUE_SECRET_KEY": "for-mypy-only-" + "k" * 50}

from huoyue.server.settings import *  # noqa: F403
