"""A centre begins with the shipped rules and form, published as its first version."""

from __future__ import annotations

from callcenter.app.quality_files import SHIPPED_FORM, SHIPPED_RULES, yaml_files
from callcenter.domain.ports import QualityStore
from callcenter.domain.quality_records import WrittenKind

AUTHOR = "callcenter"


def shipped_files(kind: WrittenKind) -> dict[str, str]:
    """The shipped YAML texts by file name."""
    path = SHIPPED_RULES if kind is WrittenKind.RULES else SHIPPED_FORM
    return {file.name: file.read_text(encoding="utf-8") for file in yaml_files(path)}


async def publish_shipped(store: QualityStore, now_ms: int) -> None:
    """Publish what is shipped where nothing was published yet. A newer release changes nothing that is in force."""
    for kind in WrittenKind:
        if await store.in_force(kind) is None:
            number = await store.add_draft(kind, shipped_files(kind), AUTHOR, now_ms)
            await store.put_in_force(kind, number, AUTHOR, now_ms)
