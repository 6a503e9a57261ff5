"""Which unit a name means: by code, full name, alias, or the name without the network's usual endings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches

from huoyue.core.filing.values import Read, folded, refused, shown
from huoyue.core.message import M


class Names:
    """The names of a register. Codes win over names, and full names over shortened ones."""

    def __init__(self, units: Iterable[tuple[str, str, Iterable[str]]], suffixes: Iterable[str]) -> None:
        self.suffixes = sorted((folded(suffix) for suffix in suffixes), key=len, reverse=True)
        self.codes: dict[str, str] = {}
        self.full: dict[str, set[str]] = defaultdict(set)
        self.short: dict[str, set[str]] = defaultdict(set)
        self.written: dict[str, str] = {}
        """Folded spelling -> as the register has it."""
        for code, name, aliases in units:
            self.codes[folded(code)] = code
            for spelling in (name, *aliases):
                self.written.setdefault(folded(spelling), spelling)
                self.full[folded(spelling)].add(code)
                self.short[self.shortened(spelling)].add(code)

    def shortened(self, name: str) -> str:
        """The name without the longest ending of the network that it carries."""
        plain = folded(name)
        ending = next((suffix for suffix in self.suffixes if plain.endswith(suffix) and plain != suffix), "")
        return plain.removesuffix(ending)

    def find(self, raw: object) -> Read:
        """The code of the unit that `raw` means, or why that is not certain."""
        text = str(int(raw)) if isinstance(raw, float) and raw.is_integer() else str(raw)
        plain = folded(text)
        if plain in self.codes:
            return Read(self.codes[plain])
        found = self.full.get(plain) or self.short.get(self.shortened(text)) or set()
        if len(found) == 1:
            return Read(next(iter(found)))
        if found:
            what = M("{name} may mean more than one unit: {codes}.", name=shown(text), codes=tuple(sorted(found)))
            return refused("unit.ambiguous", what, M("Write the code of the unit."))
        near = get_close_matches(plain, list(self.full), n=1, cutoff=0.75)
        mend = M(
            "Did you mean {name}? Otherwise add the unit to the register first.",
            name=self.written[near[0]] if near else "",
        )
        plain_mend = M("Check the name, or add the unit to the register first.")
        what = M("{name} is not in the register.", name=shown(text))
        return refused("unit.unknown", what, mend if near else plain_mend)
