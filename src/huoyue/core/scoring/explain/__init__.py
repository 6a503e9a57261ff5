"""Points and standards in words: why a unit has its points, what the standard asks, what would earn more."""

from huoyue.core.scoring.explain.ahead import next_step
from huoyue.core.scoring.explain.found import Basis
from huoyue.core.scoring.explain.outcome import explained, explanation
from huoyue.core.scoring.explain.standard import standard_words

__all__ = ["Basis", "explained", "explanation", "next_step", "standard_words"]
