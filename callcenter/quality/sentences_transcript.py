"""Sentences about transcripts: what is wrong with a file, and what was odd in one that was judged all the same."""

from __future__ import annotations

from callcenter.domain.written_sentences import Sentence

TRANSCRIPT: dict[str, Sentence] = {
    "transcript_big": {
        "en": ("the file has {size} bytes, more than {limit}", "split the conversation"),
        "zh": ("文件有 {size} 字节，超过 {limit} 的上限", "请拆分对话"),
    },
    "not_json": {
        "en": ("not readable as JSON: {reason}", "check quotes, commas and brackets here"),
        "zh": ("无法按 JSON 读取：{reason}", "请检查此处的引号、逗号和括号"),
    },
    "bad_value": {
        "en": ("{place} has a wrong value: {reason}", "see the form in docs/quality.md"),
        "zh": ("{place} 的值不对：{reason}", "格式见 docs/quality.md"),
    },
    "bad_speaker": {
        "en": ("{place} is nobody who can speak", "use one of: {known}"),
        "zh": ("{place} 不是可用的说话人", "可用：{known}"),
    },
    "turn_reversed": {
        "en": ("{place} ends at {end} ms, before it begins at {start} ms", "swap or mend the times"),
        "zh": ("{place} 在 {end} 毫秒结束，早于开始的 {start} 毫秒", "请改正时间"),
    },
    "no_offset": {
        "en": ("call.started_at {value} has no UTC offset", "write one, such as 2026-01-05T09:00:00+08:00"),
        "zh": ("call.started_at {value} 没有 UTC 偏移", "请写明，如 2026-01-05T09:00:00+08:00"),
    },
    "bad_timezone": {
        "en": ("call.timezone {name} is unknown", "use a name such as Asia/Shanghai"),
        "zh": ("call.timezone {name} 不存在", "请用 Asia/Shanghai 这样的名称"),
    },
    # --- notes
    "transcript_empty": {
        "en": ("nobody says anything: not scored", "look whether the recording is silent"),
        "zh": ("没有任何人说话：不评分", "请检查录音是否无声"),
    },
    "side_missing": {
        "en": ("the {side} says nothing: rules about that side find nothing", "look whether a channel is silent"),
        "zh": ("{side}一句话都没有：与该方有关的规则不作判断", "请检查该声道是否无声"),
    },
    "turns_sorted": {
        "en": ("a turn begins before the one above it: turns were sorted by their beginning", ""),
        "zh": ("有一句的开始早于上一句：已按开始时间排序", ""),
    },
    "speaker_overlap": {
        "en": ("a speaker's turn begins before their own last one ended: kept as it is", ""),
        "zh": ("同一说话人的两句在时间上重叠：按原样保留", ""),
    },
    "transcript_long": {
        "en": ("it lasts {hours} hours: judged as a whole", "look whether two calls were joined"),
        "zh": ("时长 {hours} 小时：按整通评判", "请检查是否把两通电话连在了一起"),
    },
    "other_language": {
        "en": ("it is in {language}: rules know zh and en alone, so it is not scored", "have a person review it"),
        "zh": ("语言为 {language}：规则只懂中文和英文，不评分", "请人工复核"),
    },
}
