"""Why WeCom did not deliver: its error codes and ``fail_type`` as words of our own."""

from __future__ import annotations

from callcenter.chat.wecom.window import ALL_USED, WINDOW_OVER

SESSION = 95_018
_CODES = {
    95_001: ALL_USED,
    95_002: WINDOW_OVER,
    95_013: "wecom_session",
    95_016: "wecom_session",
    SESSION: "wecom_session",
    95_000: "wecom_account",
    95_003: "wecom_account",
    95_004: "wecom_account",
    95_011: "wecom_account",
    95_012: "wecom_account",
    95_017: "wecom_account",
    40_001: "wecom_account",
    48_002: "wecom_account",
    60_020: "wecom_account",
    40_004: "wecom_file",
    40_006: "wecom_file",
    40_007: "wecom_file",
    40_008: "wecom_kind",
    40_009: "wecom_file",
    95_008: "wecom_kind",
}
_FAILS = {
    1: "wecom_account",
    2: "wecom_account",
    4: WINDOW_OVER,
    5: "wecom_session",
    6: ALL_USED,
    8: "wecom_account",
    10: "wecom_rejected",
    11: "wecom_account",
    12: "wecom_kind",
}


def refusal_of(code: int) -> str:
    """A stable word for an ``errcode``."""
    return "unreachable" if code == -1 else _CODES.get(code, f"wecom {code}")


def failure_of(fail_type: int) -> str:
    """A stable word for the ``fail_type`` of an ``msg_send_fail`` event."""
    return _FAILS.get(fail_type, f"wecom fail_type {fail_type}")
