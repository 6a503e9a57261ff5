"""The child process that draws one chart: a specification comes in as JSON, SVG goes out."""

from __future__ import annotations

import json
import sys

from huoyue.report.building import limit
from huoyue.report.figures import render


def main() -> int:
    """Draw what stands on the input."""
    spec = json.load(sys.stdin)
    limit()
    sys.stdout.buffer.write(render(spec, "svg"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
