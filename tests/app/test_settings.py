"""Wrong settings name the variable and the mend, without a stack trace."""

from __future__ import annotations

import pytest

from callcenter.app.cli import main
from callcenter.app.settings import load_settings
from callcenter.domain.errors import ConfigError


@pytest.mark.parametrize(
    ("name", "value"),
    [("CALLCENTER_TELEPHONY", "nix"), ("CALLCENTER_SIP_PORT", "abc"), ("CALLCENTER_TRUNKS", '[{"match": 1}]')],
)
def test_a_wrong_value_names_its_variable(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as wrong:
        load_settings()
    assert wrong.value.place == name
    assert value not in str(wrong.value), "a value may be a secret"


def test_broken_json_is_said_to_be_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLCENTER_TRUNKS", "[{")
    with pytest.raises(ConfigError, match="JSON"):
        load_settings()


def test_the_command_line_prints_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CALLCENTER_TELEPHONY", "nix")
    monkeypatch.setattr("sys.argv", ["callcenter", "db", "status"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert said.startswith("CALLCENTER_TELEPHONY:")
    assert "Traceback" not in said
