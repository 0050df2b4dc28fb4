"""Sentences of the quality checkers: (what is wrong, how to mend it) by code and language."""

from __future__ import annotations

from callcenter.domain.written_sentences import COMMON, COMMON_WORDS, Sentence
from callcenter.quality.sentences_transcript import TRANSCRIPT

SENTENCES: dict[str, Sentence] = {
    **COMMON,
    **TRANSCRIPT,
    # --- the file
    "file_big": {
        "en": ("the file has {size} bytes, more than {limit}", "split it into several files of one folder"),
        "zh": ("文件有 {size} 字节，超过 {limit} 的上限", "请拆成同一目录下的几个文件"),
    },
    "file_empty": {
        "en": ("the file is empty", "write rules or a form, or remove the file"),
        "zh": ("文件是空的", "请写入规则或评分表，或删除该文件"),
    },
    "file_deep": {
        "en": ("nested deeper than {limit} levels", "give inner conditions a name and refer to them by use"),
        "zh": ("嵌套超过 {limit} 层", "请给内层条件起名，用 use 引用"),
    },
    "not_a_record": {
        "en": ("this should be a record of fields, it is {found}", "see docs/quality.md"),
        "zh": ("这里应是由字段组成的内容，却是{found}", "见 docs/quality.md"),
    },
    # --- rules
    "no_rules": {
        "en": ("there are no rules here", "write 'rules:' with at least one, or name another folder"),
        "zh": ("这里没有任何规则", "请在 rules: 下至少写一条，或指定其他目录"),
    },
    "bad_name": {
        "en": ("'{name}' is no good name", "use lower-case letters, digits and underscores, a letter first"),
        "zh": ("“{name}”不能作名称", "请用小写字母、数字和下划线，并以字母开头"),
    },
    "duplicate_id": {
        "en": ("'{name}' is there already, at {first}", "rename or remove one of them"),
        "zh": ("“{name}”重复，已见于 {first}", "请改名或删除其中一个"),
    },
    "no_operator": {
        "en": ("this condition says nothing to look for", "use one of: {known}"),
        "zh": ("这个条件没有写要找什么", "可用：{known}"),
    },
    "two_operators": {
        "en": ("a condition looks for one thing, this one for {found}", "join several by and or or"),
        "zh": ("一个条件只找一样，这里却有：{found}", "几个条件请用 and 或 or 连接"),
    },
    "untrained": {
        "en": (
            "'{name}' needs a trained classifier, and none is there for it",
            "use classifier: with one of: {known}; or words and regex",
        ),
        "zh": ("“{name}”需要训练好的分类器，目前没有", "请用 classifier:，可用：{known}；或改用关键词与正则"),
    },
    "unknown_reference": {
        "en": ("there is no {what} '{name}'", "did you mean: {near}"),
        "zh": ("没有{what}“{name}”", "是否想写：{near}"),
    },
    "circular": {
        "en": ("these refer to each other in a circle: {names}", "write one of them out"),
        "zh": ("循环引用：{names}", "请把其中一个直接写出来"),
    },
    "bad_regex": {
        "en": ("the regular expression is not one of RE2: {reason}", "{mend}"),
        "zh": ("正则表达式不合 RE2 语法：{reason}", "{mend}"),
    },
    "regex_upper": {
        "en": (
            "the regular expression has the capital letters {found}",
            "write small letters: texts are folded before",
        ),
        "zh": ("正则表达式含大写字母 {found}", "请写小写：文字在匹配前已转为小写"),
    },
    "word_empty": {
        "en": ("'{word}' is nothing that can be heard", "write a word with letters, digits or characters"),
        "zh": ("“{word}”不是能说出来的词", "请写含文字或数字的词"),
    },
    "word_lines": {
        "en": ("a word goes over two lines", "write each on its own"),
        "zh": ("一个词写成了两行", "请分开写"),
    },
    "matches_everything": {
        "en": ("rule '{name}' finds something in every conversation", "narrow it: by, words, applies"),
        "zh": ("规则“{name}”在任何对话中都会命中", "请收窄：by、关键词或 applies"),
    },
    "matches_nothing": {
        "en": ("'first' and 'last' of the same condition contradict each other", "keep one"),
        "zh": ("同一条件不能既取开头又取结尾", "请只保留一个"),
    },
    "not_both": {
        "en": ("of {fields} exactly one is needed", "write one of them"),
        "zh": ("{fields} 必须且只能写一个", "请写其中一个"),
    },
    "no_examples": {
        "en": ("rule '{name}' has no example that it finds and one that it does not", "write both under examples"),
        "zh": ("规则“{name}”缺少命中与不命中的例子", "请在 examples 下各写至少一个"),
    },
    "example_missed": {
        "en": ("rule '{name}' does not find this example", "mend the rule or the example"),
        "zh": ("规则“{name}”没有命中此例", "请修改规则或例子"),
    },
    "example_hit": {
        "en": ("rule '{name}' finds “{quote}” in this example, and must not", "mend the rule or the example"),
        "zh": ("规则“{name}”不该命中此例，却命中“{quote}”", "请修改规则或例子"),
    },
    "example_turn": {
        "en": ("rule '{name}' cites turn {found} of this example, not {wanted}", "mend the rule, cite or the example"),
        "zh": ("规则“{name}”在此例引用第 {found} 句，而非第 {wanted} 句", "请修改规则、cite 或例子"),
    },
    # --- forms
    "weights": {
        "en": ("the weights of {what} add up to {found}, not {wanted}", "change them so that they do"),
        "zh": ("{what}的分值合计 {found}，应为 {wanted}", "请调整分值"),
    },
    "unknown_rule": {
        "en": ("the form names the rule '{name}', which is not there", "did you mean: {near}"),
        "zh": ("评分表引用的规则“{name}”不存在", "是否想写：{near}"),
    },
    "fatal_weight": {
        "en": ("the fatal item '{name}' has a weight", "leave it out: a fatal item zeroes the whole score"),
        "zh": ("致命项“{name}”不应有分值", "请删去分值：致命项使总分归零"),
    },
    "no_rule_for_item": {
        "en": ("'{name}' is scored automatically and names no rule", "name its rules, or write scored: human"),
        "zh": ("“{name}”为自动评分，却没有规则", "请写明规则，或改为 scored: human"),
    },
}

WORDS: dict[str, dict[str, str]] = {
    **COMMON_WORDS,
    "@word_list": {"en": "list of words", "zh": "词表"},
    "@condition": {"en": "condition", "zh": "条件"},
    "@whole_form": {"en": "the form", "zh": "评分表"},
    "@agent": {"en": "agent", "zh": "坐席"},
    "@customer": {"en": "customer", "zh": "客户"},
    "@positive": {"en": "a number above 0", "zh": "大于 0 的数"},
    "@value": {"en": "something else", "zh": "其他值："},
    "@share": {"en": "a number from 0 to 1", "zh": "0 到 1 的数"},
    "@clock": {"en": "hours such as 08:00-22:00", "zh": "时段，如 08:00-22:00"},
    "@words": {"en": "a list of words, or $name of one", "zh": "词的列表，或 $词表名"},
    "@regex_linear": {
        "en": "leave out look-around and back-references: RE2 runs in linear time and has neither",
        "zh": "请去掉环视与反向引用：RE2 保证线性时间，没有这两种写法",
    },
    "@regex_other": {"en": "see the syntax of RE2", "zh": "请参考 RE2 语法"},
    "@regex_empty": {"en": "it matches the empty text", "zh": "它能匹配空文字"},
    "@regex_empty_mend": {"en": "make it ask for something", "zh": "请使它至少要求一个字"},
}
