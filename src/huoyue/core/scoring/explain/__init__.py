"""Points and standards in words: why a unit has its points, what the standard asks, what would earn more."""

from huoyue.core.scoring.explain.ahead import next_step
from huoyue.core.scoring.explain.outcome import Explainer
from huoyue.core.scoring.explain.standard import standard_words

__all__ = ["Explainer", "next_step", "standard_words"]
