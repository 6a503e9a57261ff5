"""The criteria of the round as a page: the guide that the scheme writes itself."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from huoyue.core.scheme.model import Scheme
from huoyue.publication.openness import Openness
from huoyue.publication.redaction import Redacted
from huoyue.report.guide import compose_guide
from huoyue.report.html import Page
from huoyue.report.render_tree import read_tree


def criteria(source: Redacted, kinds: Mapping[str, Openness], lang: str) -> Markup:
    """The guide as HTML without head and foot."""
    document = compose_guide(told(source.scheme, kinds), lang)
    tree = read_tree(document.markdown, lang)
    return Markup(Page(tree, {}, {}).blocks(tree.blocks))  # noqa: S704 - escaped by the page that writes it


def told(scheme: Scheme, kinds: Mapping[str, Openness]) -> Scheme:
    """The scheme as readers may have it: expected sizes of batches would give away how many were not evaluated."""
    if kinds["not_evaluated"].is_open:
        return scheme
    batches = tuple(batch.model_copy(update={"expected": None}) for batch in scheme.batches)
    return scheme.model_copy(update={"batches": batches})
