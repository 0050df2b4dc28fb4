"""The people of the demo bank: agents and customers, with made-up names and numbers nobody has."""

from __future__ import annotations

from callcenter.domain.config import AgentConfig, Team
from callcenter.domain.records import Customer

OFFICE = {"leader": "1008"}
"""Users who are no agents by trade but have a telephone, to listen and help."""


def _agent(number: str, name: str, team: str, *languages: str, **skills: int) -> AgentConfig:
    return AgentConfig(id=number, name=name, team=team, skills=skills, languages=languages or ("zh",))


AGENTS = (
    _agent("1001", "王晓梅", "group_1", general=8, credit_card=6, card_loss=7),
    _agent("1002", "李建国", "group_1", general=7, card_loss=8, elder=6, dialect=5),
    _agent("1003", "张丽华", "group_1", "zh", "en", general=6, english=8, credit_card=5),
    _agent("1004", "陈志强", "group_2", general=5, credit_card=9, card_loss=6),
    _agent("1005", "刘淑芬", "group_2", general=6, elder=9, dialect=7),
    _agent("1006", "赵文博", "group_2", "zh", "en", general=7, english=6, complaint=7),
    _agent("1007", "孙雨晴", "group_2", general=4, credit_card=4),
    _agent("1008", "周立平", "leads", "zh", "en", general=9, complaint=9, english=5, card_loss=9),
)

TEAMS = (
    Team("group_1", {"zh": "一组", "en": "Group 1"}, ("leader",), ("general", "card_loss")),
    Team("group_2", {"zh": "二组", "en": "Group 2"}, ("leader",), ("credit_card", "elder")),
    Team("leads", {"zh": "班长席", "en": "Team leads"}, ("leader",), ("regulator", "english")),
)


def _customer(tail: int, name: str, birth_year: int, level: str = "", *tags: str, note: str = "") -> Customer:
    return Customer(0, name, f"+861380000{tail:04d}", birth_year, level, tags, note)


CUSTOMERS = (
    _customer(1001, "林小燕", 1988, "gold", "信用卡"),
    _customer(1002, "何大海", 1949, "", "养老金", note="听力不好，请放慢语速"),
    _customer(1003, "郭思远", 1995),
    _customer(1004, "马秀英", 1946, "", "养老金", "存折"),
    _customer(1005, "高明轩", 1979, "platinum", "理财", "信用卡"),
    _customer(1006, "罗静怡", 2001, "", "学生"),
    _customer(1007, "梁国栋", 1957, "gold", "理财"),
    _customer(1008, "宋佳宁", 1992, "", "房贷"),
    _customer(1009, "唐桂兰", 1951, "", "存折"),
    _customer(1010, "许文涛", 1984, "gold", "小微企业"),
    _customer(1011, "韩雪", 1990, "", "信用卡"),
    _customer(1012, "冯玉珍", 1943, "gold", "养老金", note="由女儿代办，需核实本人"),
    _customer(1013, "邓子豪", 1998),
    _customer(1014, "曹婉清", 1986, "platinum", "私人银行"),
    _customer(1015, "彭德明", 1954, "", "理财"),
    _customer(1016, "曾晓峰", 1976, "", "车贷"),
    _customer(1017, "Emma Collins", 1989, "gold", "english"),
    _customer(1018, "田芳", 1982, "", "信用卡", "房贷"),
    _customer(1019, "董振华", 1948, "", "养老金"),
    _customer(1020, "David Miller", 1971, "", "english"),
)
