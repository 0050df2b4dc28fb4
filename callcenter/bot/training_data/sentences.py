"""Sentences about training files: (what is wrong, how to mend it) by code and language."""

from __future__ import annotations

Sentence = dict[str, tuple[str, str]]

SENTENCES: dict[str, Sentence] = {
    "unreadable": {
        "en": ("cannot be read: {reason}", "give the path of a Rasa folder, a Rasa NLU file or a CSV file"),
        "zh": ("无法读取：{reason}", "请给出 Rasa 文件夹、Rasa NLU 文件或 CSV 文件的路径"),
    },
    "file_too_big": {
        "en": ("the file has {size} bytes, more than {limit}", "split it into several files"),
        "zh": ("文件有 {size} 字节，超过 {limit} 的上限", "请拆成几个文件"),
    },
    "not_a_project": {
        "en": ("there is no 'nlu:' section anywhere here", "put files with 'nlu:' into its folder data/"),
        "zh": ("这里没有任何“nlu:”段", "请把含“nlu:”的文件放入 data/ 文件夹"),
    },
    "not_a_mapping": {
        "en": ("'{where}' must be a record of fields", "write 'field: value' lines"),
        "zh": ("“{where}”应由字段组成", "请写成“字段: 值”"),
    },
    "not_a_list": {
        "en": ("'{where}' must be a list", "begin each entry with '- '"),
        "zh": ("“{where}”应为列表", "每项以“- ”开头"),
    },
    "unsupported_key": {
        "en": ("'{key}' is not used by the embedded assistant", "nothing to do where Rasa needs it; else remove it"),
        "zh": ("内置助手不使用“{key}”", "如 Rasa 需要可保留，否则请删除"),
    },
    "unknown_key": {
        "en": ("'{key}' is no field here", "use one of: {known}"),
        "zh": ("这里没有“{key}”这个字段", "可用：{known}"),
    },
    "unknown_version": {
        "en": ("the format's version is {found}, not 3.x", 'write version: "3.1" (rasa data migrate helps)'),
        "zh": ("格式版本是 {found}，不是 3.x", '请写 version: "3.1"（可用 rasa data migrate 转换）'),
    },
    "section_without_examples": {
        "en": ("'{name}' has no examples", "add 'examples: |' with lines that begin with '- ', or remove it"),
        "zh": ("“{name}”没有任何例句", "请补上“examples: |”及以“- ”开头的各行，或删除它"),
    },
    "line_without_dash": {
        "en": ("'{text}' does not begin with '- '", "put '- ' before it; one sentence a line"),
        "zh": ("“{text}”没有以“- ”开头", "请在前面加“- ”，一行一句"),
    },
    "empty_example": {
        "en": ("the sentence is empty", "write it, or remove the line"),
        "zh": ("句子是空的", "请写上内容或删除该行"),
    },
    "example_too_long": {
        "en": ("the sentence has {size} characters, more than {limit}", "shorten it to what a customer would say"),
        "zh": ("句子有 {size} 个字符，超过 {limit}", "请缩短为客户会说的一句话"),
    },
    "unknown_intent": {
        "en": ("the domain has no intent '{intent}'", "add it under 'intents:' of the domain, or write: {near}"),
        "zh": ("领域文件里没有意图“{intent}”", "请加到 domain 的 intents 中，或改为：{near}"),
    },
    "intent_without_examples": {
        "en": ("the intent '{intent}' has no sentence", "write at least five, or remove it from the domain"),
        "zh": ("意图“{intent}”没有任何句子", "请至少写五句，或从领域文件中删除"),
    },
    "intent_with_few_examples": {
        "en": ("the intent '{intent}' has only {count} sentence(s)", "write at least five truly different ones"),
        "zh": ("意图“{intent}”只有 {count} 句", "请至少写五句说法真正不同的"),
    },
    "too_few_intents": {
        "en": ("there is/are {count} intent(s) with sentences; at least two are needed", "add sentences"),
        "zh": ("有句子的意图只有 {count} 个，至少需要两个", "请补充句子"),
    },
    "contradiction": {
        "en": (
            "'{text}' means {intent} here and {other} in {where}",
            "keep it where a customer's sentence belongs, remove the other",
        ),
        "zh": ("“{text}”在这里是 {intent}，在 {where} 却是 {other}", "只保留正确的一处，删除另一处"),
    },
    "repeated_example": {
        "en": ("'{text}' stands already in {where}", "remove one: it counts once"),
        "zh": ("“{text}”在 {where} 已有", "请删除其中一句，它只算一次"),
    },
    "bad_annotation": {
        "en": (
            "the marked entity in '{text}' is not readable: {reason}",
            'write [text](entity) or [text]{{"entity": "…"}}',
        ),
        "zh": ("“{text}”中的实体标注无法读取：{reason}", '请写成 [文字](实体) 或 [文字]{{"entity": "…"}}'),
    },
    "unknown_entity": {
        "en": ("the domain has no entity '{entity}'", "add it under 'entities:' of the domain, or write: {near}"),
        "zh": ("领域文件里没有实体“{entity}”", "请加到 domain 的 entities 中，或改为：{near}"),
    },
    "bad_regex": {
        "en": ("'{source}' is no regular expression: {reason}", "correct it"),
        "zh": ("“{source}”不是正则表达式：{reason}", "请改正"),
    },
    "slow_regex": {
        "en": (
            "'{source}' repeats a repetition, which can take for ever on a long sentence",
            "write it without a repeated group that itself repeats",
        ),
        "zh": ("“{source}”在重复中又重复，遇到长句可能永远算不完", "请改写，避免重复组内再重复"),
    },
    "contradicting_synonym": {
        "en": ("'{text}' is a synonym of '{value}' here and of '{other}' elsewhere", "keep one"),
        "zh": ("“{text}”在这里是“{value}”的同义词，在别处却是“{other}”的", "请只留一个"),
    },
    "unsupported_component": {
        "en": ("the embedded assistant has no '{name}'", "it does without; where the result matters, use Rasa"),
        "zh": ("内置助手没有“{name}”", "它会跳过这一项；如结果依赖它，请使用 Rasa"),
    },
    "replaced_component": {
        "en": ("the embedded assistant has its own part instead of {name}; not used: {options}", "see embedded.yml"),
        "zh": ("内置助手以自己的部件代替 {name}；不使用：{options}", "见 embedded.yml"),
    },
    "bad_option": {
        "en": ("'{key}' cannot be {found}", "write {expected}"),
        "zh": ("“{key}”不能是 {found}", "应写 {expected}"),
    },
    "csv_header": {
        "en": ("the first line must name the columns text and category; it says '{found}'", "write: text,category"),
        "zh": ("第一行应为列名 text 和 category，现为“{found}”", "请写：text,category"),
    },
    "csv_row": {
        "en": ("the row has {found} field(s) instead of {expected}", "put texts with commas into double quotes"),
        "zh": ("这一行有 {found} 列，应为 {expected} 列", "含逗号的文字请加双引号"),
    },
    "csv_broken": {
        "en": ("not readable as CSV: {reason}", "check the double quotes here"),
        "zh": ("无法按 CSV 读取：{reason}", "请检查此处的双引号"),
    },
    "empty_category": {
        "en": ("the category is empty", "write the intent's name"),
        "zh": ("类别为空", "请写上意图名"),
    },
    "no_rows": {
        "en": ("there is no sentence in the file", "write one sentence a line"),
        "zh": ("文件中没有句子", "请每行写一句"),
    },
}
