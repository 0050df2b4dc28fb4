"""Which column of a list is what: guessed by its heading in Chinese and English, changed by hand, checked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum

from callcenter.domain.lead_lists import Mapping, Use

SEVERAL = frozenset({Use.FURTHER, Use.VARIABLE, Use.IGNORE})
_HEADINGS: dict[Use, tuple[str, ...]] = {
    Use.NUMBER: (
        *("手机号", "手机号码", "手机", "移动电话", "联系电话", "电话号码", "电话", "客户电话", "主叫号码", "号码"),
        *("mobile", "mobile number", "mobile phone", "phone", "phone number", "telephone", "tel", "number", "cell"),
    ),
    Use.FURTHER: (
        *(
            "备用电话",
            "备用号码",
            "其他电话",
            "其他号码",
            "固定电话",
            "座机",
            "办公电话",
            "单位电话",
            "住宅电话",
            "家庭电话",
        ),
        *("other phone", "other number", "alternative phone", "home phone", "work phone", "office phone", "landline"),
    ),
    Use.EXTENSION: ("分机", "分机号", "extension", "ext"),
    Use.NAME: (
        "姓名",
        "客户姓名",
        "客户名称",
        "名字",
        "联系人",
        "name",
        "full name",
        "customer name",
        "customer",
        "contact",
    ),
    Use.PRIORITY: ("优先级", "优先", "priority"),
    Use.ZONE: ("时区", "timezone", "time zone", "zone"),
    Use.OWNER: ("坐席", "坐席工号", "坐席编号", "客户经理工号", "工号", "agent", "agent id", "owner"),
}
_BY_HEADING = {heading: use for use, headings in _HEADINGS.items() for heading in headings}
_BESIDE_WORDS = re.compile(r"[\s_\-:：*()（）]+")


class MappingFault(StrEnum):
    """Why a mapping can not be used."""

    NO_NUMBER = "no_number_column"
    USED_TWICE = "column_used_twice"
    SAME_HEADING = "same_heading"


def guess(headings: Sequence[str], region: str = "CN") -> Mapping:
    """By the headings; of several number columns the first that fits best is the number, the others are further ones.

    A heading that says nothing to us is a variable under its own name; an empty one is left out.
    """
    uses: list[Use] = []
    for heading in headings:
        use = _BY_HEADING.get(_plain(heading), Use.VARIABLE if heading.strip() else Use.IGNORE)
        if use is Use.NUMBER and use in uses:
            use = Use.FURTHER
        uses.append(Use.VARIABLE if use not in SEVERAL and use in uses else use)
    if Use.NUMBER not in uses and Use.FURTHER in uses:
        uses[uses.index(Use.FURTHER)] = Use.NUMBER
    return Mapping(tuple(heading.strip() for heading in headings), tuple(uses), region)


def fault_of(mapping: Mapping) -> tuple[MappingFault, str] | None:
    """What is wrong, and the column or the use it is about; None when it can be used."""
    if Use.NUMBER not in mapping.uses:
        return MappingFault.NO_NUMBER, ""
    for use in mapping.uses:
        if use not in SEVERAL and mapping.uses.count(use) > 1:
            return MappingFault.USED_TWICE, str(use)
    names = [name for name, use in zip(mapping.headings, mapping.uses, strict=True) if use is Use.VARIABLE]
    for name in names:
        if names.count(name) > 1:
            return MappingFault.SAME_HEADING, name
    return None


def _plain(heading: str) -> str:
    return _BESIDE_WORDS.sub(" ", unicodedata.normalize("NFKC", heading)).strip().casefold()
