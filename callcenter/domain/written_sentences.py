"""What can be wrong with any file of people: (what is wrong, how to mend it) by code and language."""

from __future__ import annotations

Sentence = dict[str, tuple[str, str]]

COMMON: dict[str, Sentence] = {
    "not_utf8": {
        "en": ("the file is not UTF-8 (byte {byte})", "save it as UTF-8"),
        "zh": ("文件不是 UTF-8 编码（第 {byte} 字节）", "请另存为 UTF-8"),
    },
    "tab": {
        "en": ("a tab is used for indentation", "use spaces"),
        "zh": ("缩进用了制表符", "请改用空格"),
    },
    "control_character": {
        "en": ("a control character ({character}) is in the file", "remove it"),
        "zh": ("文件中有控制字符（{character}）", "请删除"),
    },
    "yaml": {
        "en": ("not readable as YAML: {reason}", "check quotes, colons and indentation here"),
        "zh": ("无法按 YAML 读取：{reason}", "请检查此处的引号、冒号和缩进"),
    },
    "anchor": {
        "en": (
            "anchors and aliases (& and *) are not allowed",
            "write the value out; put a text beginning with * or & in quotes",
        ),
        "zh": ("不允许使用锚点和别名（& 与 *）", "请直接写出内容；以 * 或 & 开头的文字请加引号"),
    },
    "yaml_tag": {
        "en": ("the tag {tag} is not allowed", "remove it"),
        "zh": ("不允许使用标签 {tag}", "请删除"),
    },
    "several_documents": {
        "en": ("the file holds more than one document", "keep one; put others into their own files"),
        "zh": ("文件包含多个文档", "请只保留一个，其余另存文件"),
    },
    "duplicate_key": {
        "en": ("'{key}' is written twice; the first is in line {first}", "rename or remove one of them"),
        "zh": ("“{key}”重复，第一次在第 {first} 行", "请改名或删除其中一个"),
    },
    "missing_field": {
        "en": ("'{field}' is missing", "add '{field}:'"),
        "zh": ("缺少“{field}”", "请补上“{field}:”"),
    },
    "unknown_field": {
        "en": ("'{field}' is no field here", "did you mean: {near}"),
        "zh": ("这里没有“{field}”这个字段", "是否想写：{near}"),
    },
    "wrong_type": {
        "en": ("'{field}' has a wrong value: {found}", "write {expected} {limit}"),
        "zh": ("“{field}”的值不对：{found}", "应写{expected} {limit}"),
    },
}

COMMON_WORDS: dict[str, dict[str, str]] = {
    "@text": {"en": "a text", "zh": "文字"},
    "@number": {"en": "a number", "zh": "数字"},
    "@whole": {"en": "a whole number", "zh": "整数"},
    "@truth": {"en": "true or false", "zh": "true 或 false"},
    "@list": {"en": "a list", "zh": "列表"},
    "@record": {"en": "a record of fields", "zh": "字段"},
    "@nothing": {"en": "nothing", "zh": "空值"},
    "@one_of": {"en": "one of", "zh": "其中之一："},
    "@pattern": {"en": "a text of the form", "zh": "文字，格式"},
    "@at_least": {"en": "at least", "zh": "至少"},
    "@at_most": {"en": "at most", "zh": "至多"},
    "@more": {"en": "at least one entry", "zh": "至少一项"},
}
"""Words that fill the sentences, by language."""
