"""Which of AMD's verdicts count as a machine: only those that rest on what was said."""

from __future__ import annotations

import pytest

from callcenter.telephony.asterisk.dialling import is_sure_machine


@pytest.mark.parametrize(
    ("status", "cause", "machine"),
    [
        ("MACHINE", "LONGGREETING-1900-1800", True),
        ("MACHINE", "MAXWORDS-11-10", True),
        ("MACHINE", "MAXWORDLENGTH-6000-5000", True),
        ("MACHINE", "INITIALSILENCE-2500-2500", False),
        ("HUMAN", "HUMAN-800-800", False),
        ("NOTSURE", "TOOLONG-5000", False),
        ("HANGUP", "", False),
        ("", "", False),
    ],
)
def test_silence_and_doubt_are_people(status: str, cause: str, machine: bool) -> None:
    assert is_sure_machine(status, cause) is machine
