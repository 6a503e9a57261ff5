"""The liaison officers' log of trying to reach every alliance, those that never filed included."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from huoyue.core.scheme.model import Scheme
from huoyue.examples.reconstruction.ledger import Row, workday

REACHED = {
    "always": (0.9, 1.0),
    "mostly": (0.6, 0.89),
    "half": (0.3, 0.59),
    "seldom": (0.05, 0.29),
    "never": (0.0, 0.0),
}
"""The share of attempts that reached somebody, from and to, by how well a secretariat can be reached."""
MEANS = ("telephone", "telephone", "telephone", "message", "message", "email", "visit")


def contact_log(scheme: Scheme, unit: str, officer: str, reach: str, rng: Random) -> list[Row]:
    """Attempts spread over the period, as many of them answered as `reach` says."""
    attempts = rng.randrange(8, 15)
    least, most = REACHED[reach]
    reached = rng.choice([count for count in range(attempts + 1) if least <= count / attempts <= most])
    answered = set(rng.sample(range(attempts), reached))
    return [
        {
            "unit": unit,
            "record": f"{unit}-L{number + 1:02d}",
            "contacted_on": spread(scheme, number, attempts, rng),
            "means": rng.choice(MEANS),
            "reached": number in answered,
            "officer": officer,
        }
        for number in range(attempts)
    ]


def spread(scheme: Scheme, number: int, attempts: int, rng: Random) -> date:
    """A working day in the `number`-th of `attempts` stretches of the period."""
    starts, ends = scheme.period.starts, scheme.period.ends
    place = (number + rng.random()) / attempts
    return workday(starts + timedelta(days=int(place * (ends - starts).days)), starts)
