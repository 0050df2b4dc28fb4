"""Sentences of the flow checker: (what is wrong, how to mend it) by code and language."""

from __future__ import annotations

from callcenter.domain.written_sentences import COMMON, COMMON_WORDS, Sentence

SENTENCES: dict[str, Sentence] = {
    **COMMON,
    # --- the file
    "file_big": {
        "en": ("the file has {size} bytes, more than {limit}", "split it into several flows joined by goto"),
        "zh": ("文件有 {size} 字节，超过 {limit} 的上限", "请拆成几个流程，用 goto 连接"),
    },
    "file_empty": {
        "en": ("the file is empty", "write a flow, or remove the file"),
        "zh": ("文件是空的", "请写入流程，或删除该文件"),
    },
    "file_deep": {
        "en": ("nested deeper than {limit} levels", "a flow needs only a few levels; check brackets and indentation"),
        "zh": ("嵌套超过 {limit} 层", "流程只需几层，请检查括号和缩进"),
    },
    "not_a_record": {
        "en": ("a flow must be a record of fields, this is a {found}", "begin with 'flow: name'"),
        "zh": ("流程应由字段组成，这里却是{found}", "请以“flow: 名称”开头"),
    },
    # --- the assistant
    "assistant_no_project": {
        "en": ("no Rasa project {name} lies beside the flows", "name the folder that holds domain.yml"),
        "zh": ("流程目录旁没有 Rasa 项目 {name}", "请填写 domain.yml 所在的目录"),
    },
    "assistant_person": {
        "en": ("'{field}' leads to {name}, which is no queue step", "name a queue step of this flow"),
        "zh": ("“{field}”指向的 {name} 不是排队步骤", "请填写本流程中的 queue 步骤"),
    },
    "assistant_unsupported": {
        "en": ("the assistant's dialogue does not know {what}", "write it otherwise; see docs/assistant.md"),
        "zh": ("助手的对话不支持 {what}", "请改用其他写法，见 docs/assistant.md"),
    },
    "assistant_conflict": {
        "en": ("the rules '{one}' and '{other}' say two things of the same case", "give one of them a condition"),
        "zh": ("规则“{one}”与“{other}”对同一情形的处理不同", "请给其中一条加上条件"),
    },
    "assistant_action": {
        "en": ("nothing says what {name} does", "add it to 'actions' of the assistant step"),
        "zh": ("没有写明 {name} 做什么", "请写进助手步骤的 actions"),
    },
    "assistant_no_response": {
        "en": ("there is no response {name}", "add it to domain.yml"),
        "zh": ("没有应答 {name}", "请写进 domain.yml"),
    },
    # --- the fields
    "unknown_type": {
        "en": ("there is no step type '{found}'", "use one of: {known}"),
        "zh": ("没有“{found}”这种步骤", "可用：{known}"),
    },
    "bad_name": {
        "en": ("'{name}' is no good name", "use lower-case letters, digits and underscores, a letter first"),
        "zh": ("“{name}”不能作名称", "请用小写字母、数字和下划线，并以字母开头"),
    },
    "bad_key": {
        "en": ("'{name}' is no telephone key", "use one of 0-9 * #, in quotes"),
        "zh": ("“{name}”不是电话按键", "请用 0-9、* 或 #，并加引号"),
    },
    # --- the graph
    "wrong_flow_name": {
        "en": ("the flow is named '{name}' but its file '{file}'", "give both the same name"),
        "zh": ("流程名是“{name}”，文件名却是“{file}”", "请使两者一致"),
    },
    "unknown_step": {
        "en": ("there is no step '{name}'", "did you mean: {near}"),
        "zh": ("没有名为“{name}”的步骤", "是否想写：{near}"),
    },
    "unreachable_step": {
        "en": ("no way leads to step '{name}'", "lead to it from another step, or remove it"),
        "zh": ("没有任何路径通到步骤“{name}”", "请从其他步骤引到它，或删除它"),
    },
    "endless_loop": {
        "en": (
            "the steps {steps} go round without waiting for the caller",
            "put a menu or a gather into the loop, or a way out",
        ),
        "zh": ("步骤 {steps} 循环往复，却从不等待来电人", "请在循环中加入菜单或收号，或留一条出路"),
    },
    "unknown_queue": {
        "en": ("there is no queue '{name}'", "did you mean: {near}"),
        "zh": ("没有队列“{name}”", "是否想写：{near}"),
    },
    "unknown_calendar": {
        "en": ("there is no calendar '{name}'", "did you mean: {near}"),
        "zh": ("没有日历“{name}”", "是否想写：{near}"),
    },
    "unknown_service": {
        "en": ("there is no business service '{name}'", "did you mean: {near}"),
        "zh": ("没有业务服务“{name}”", "是否想写：{near}"),
    },
    "unknown_flow": {
        "en": ("there is no flow '{name}'", "did you mean: {near}"),
        "zh": ("没有流程“{name}”", "是否想写：{near}"),
    },
    "unknown_timezone": {
        "en": ("there is no time zone '{name}'", "write one such as Asia/Shanghai"),
        "zh": ("没有时区“{name}”", "请写如 Asia/Shanghai"),
    },
    # --- prompts
    "missing_prompt": {
        "en": ("step '{step}' has nothing to say", "add text, parts or audio"),
        "zh": ("步骤“{step}”没有要播放的内容", "请补上 text、parts 或 audio"),
    },
    "two_prompts": {
        "en": ("step '{step}' has more than one of text, parts and audio", "keep one"),
        "zh": ("步骤“{step}”同时写了 text、parts、audio 中的几个", "请只留一个"),
    },
    "missing_language": {
        "en": ("the text lacks the language {language}", "add '{language}: …', or take it off the flow's languages"),
        "zh": ("文字缺少语言 {language}", "请补上“{language}: …”，或从流程的 languages 中去掉"),
    },
    "unknown_language": {
        "en": ("the flow does not speak {language}", "remove it, or add it to the flow's languages"),
        "zh": ("流程不使用语言 {language}", "请删除，或加入流程的 languages"),
    },
    "missing_audio": {
        "en": ("there is no sound file '{name}'", "put {name}.wav into the prompts folder, or correct the name"),
        "zh": ("没有音频文件“{name}”", "请把 {name}.wav 放入提示音文件夹，或改正名称"),
    },
    "bad_template": {
        "en": ("the text cannot be filled: {reason}", "templates know {{{{ variable }}}}, if and filters"),
        "zh": ("文字模板有误：{reason}", "模板只支持 {{{{ 变量 }}}}、if 和过滤器"),
    },
    "secret_spoken": {
        "en": ("'{name}' is secret and would be heard as dots", "take it out of the text"),
        "zh": ("“{name}”是保密内容，只会念成圆点", "请从文字中去掉"),
    },
    # --- expressions
    "expression_syntax": {
        "en": ("'{source}' is no expression: {reason}", "for example: age(birth_year) >= 65 and level == 'gold'"),
        "zh": ("“{source}”不是表达式：{reason}", "例如：age(birth_year) >= 65 and level == 'gold'"),
    },
    "expression_long": {
        "en": ("the expression is longer than {limit} characters or too nested", "split it with a set step"),
        "zh": ("表达式超过 {limit} 个字符或嵌套过深", "请用 set 步骤拆开"),
    },
    "expression_forbidden": {
        "en": ("'{source}': {what} is not allowed", "use comparisons, and or not in, + - *, variables and functions"),
        "zh": ("“{source}”：不允许 {what}", "只能用比较、and or not in、+ - *、变量和函数"),
    },
    "expression_function": {
        "en": ("there is no function '{name}'", "use one of: {known}"),
        "zh": ("没有函数“{name}”", "可用：{known}"),
    },
    "expression_arguments": {
        "en": ("'{name}' has the wrong number of values", "see the list of functions in docs/flows.md"),
        "zh": ("函数“{name}”的参数个数不对", "见 docs/flows.md 中的函数表"),
    },
    "expression_secret": {
        "en": ("'{name}' is secret and cannot be computed with", "give it to a service as a parameter of its own"),
        "zh": ("“{name}”是保密内容，不能参与计算", "请单独作为参数交给业务服务"),
    },
    "unknown_variable": {
        "en": ("no step sets the variable '{name}'", "did you mean: {near}; or give it a value under 'variables'"),
        "zh": ("没有步骤给变量“{name}”赋值", "是否想写：{near}；或在 variables 中给出初值"),
    },
    # --- fields that contradict each other
    "length_order": {
        "en": ("min_length is greater than max_length", "exchange them, or write length"),
        "zh": ("min_length 大于 max_length", "请对调，或改写 length"),
    },
    "survey_low": {
        "en": ("'low' and 'on_low' belong together, and low is below scale", "write both or neither"),
        "zh": ("low 与 on_low 须同时出现，且 low 小于 scale", "请同时写或都不写"),
    },
    "callback_times": {
        "en": ("'ask_time' and 'times' belong together", "write both or neither"),
        "zh": ("ask_time 与 times 须同时出现", "请同时写或都不写"),
    },
    "callback_window": {
        "en": ("the hours {window} end before they begin", "write the earlier time first, such as 15:00-16:00"),
        "zh": ("时段 {window} 的结束早于开始", "先写较早的时间，例如 15:00-16:00"),
    },
    "secret_valid": {
        "en": ("a secret cannot be tested with 'valid'", "let the service test it"),
        "zh": ("保密内容不能用 valid 检查", "请由业务服务检查"),
    },
    # --- scripted callers
    "test_flow": {
        "en": ("there is no flow '{name}' to test", "did you mean: {near}"),
        "zh": ("没有可测试的流程“{name}”", "是否想写：{near}"),
    },
}

WORDS: dict[str, dict[str, str]] = {
    **COMMON_WORDS,
    "@duration": {"en": "a time with its unit, such as 5s", "zh": "带单位的时长，如 5s"},
    "@window": {"en": "soon, or hours such as 15:00-16:00", "zh": "soon，或时段如 15:00-16:00"},
    "@key": {"en": "one telephone key in quotes", "zh": "一个加引号的电话按键"},
    "@text_by_language": {"en": "a text, or texts by language", "zh": "文字，或按语言分列的文字"},
    "@value": {"en": "something else (see docs/flows.md)", "zh": "其他值（见 docs/flows.md）"},
}
"""Words that fill the sentences, by language."""
