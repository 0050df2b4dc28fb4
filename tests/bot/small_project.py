"""A small Rasa project written to a folder, for tests that need one they may break."""

from __future__ import annotations

from pathlib import Path

NLU = """\
version: "3.1"
nlu:
- intent: card_loss_report
  examples: |
    - 我的卡丢了
    - 银行卡被偷了，帮我挂失
    - 卡找不到了，尾号[6688](card_tail)
    - my card was stolen
    - I lost my card, please block it
- intent: balance_query
  examples: |
    - 查一下余额
    - 我卡里还有多少钱
    - 账户余额是多少
    - what is my balance
    - how much money do I have
- intent: transfer_how
  examples: |
    - 怎么转账
    - 我想转[三千](amount)给[我妈]{"entity": "payee", "value": "mother"}
    - 转账要手续费吗
    - how do I send money
    - transfer money to a friend
- intent: out_of_scope
  examples: |
    - 今天天气怎么样
    - 讲个笑话
    - 附近有什么好吃的
    - tell me a joke
    - who won the match
- synonym: father
  examples: |
    - 我爸
    - my dad
- lookup: payee
  examples: |
    - 我爸
    - my dad
"""

DOMAIN = """\
version: "3.1"
intents:
- card_loss_report
- balance_query
- transfer_how: {use_entities: []}
- out_of_scope
entities:
- card_tail
- amount
- payee: {roles: [to]}
"""

CONFIG = """\
recipe: default.v1
language: zh
pipeline:
- name: JiebaTokenizer
- name: RegexEntityExtractor
  use_regexes: false
- name: EntitySynonymMapper
- name: my_company.CustomThing
"""


def write(folder: Path) -> Path:
    """Write the project; returns its folder."""
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "nlu.yml").write_text(NLU, encoding="utf-8")
    (folder / "domain.yml").write_text(DOMAIN, encoding="utf-8")
    (folder / "config.yml").write_text(CONFIG, encoding="utf-8")
    return folder
