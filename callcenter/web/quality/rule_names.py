"""What rules are called where people read of them; who writes rules goes by their ids."""

from __future__ import annotations

from collections.abc import Callable

from callcenter.domain.quality_records import WrittenKind
from callcenter.web.quality.forms import SHIPPED
from callcenter.web.services import WebServices
from callcenter.web.wording.words import Words


async def rule_names(services: WebServices, words: Words, version: int | None = None) -> Callable[[str], str]:
    """Gives a rule's title by its id, in ``version`` or else as in force; one that is not there goes by its id."""
    if version is None:
        kept = await services.quality.in_force(WrittenKind.RULES)
        version = SHIPPED if kept is None else kept.version
    titles = (await services.quality_desk.titles(version, SHIPPED)).rules
    return lambda rule: words.name(titles.get(rule, {}), rule)
