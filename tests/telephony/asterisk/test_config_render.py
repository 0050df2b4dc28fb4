"""The configuration refuses what would break out of a value, and keeps its secrets to itself."""

from __future__ import annotations

import hashlib
import wave
from pathlib import Path
from typing import Any

import pytest

from callcenter.domain.errors import ConfigError
from callcenter.telephony.asterisk.config.model import AgentEndpoint, MediaSocket, PbxConfig, Trunk
from callcenter.telephony.asterisk.config.modules import missing, wanted
from callcenter.telephony.asterisk.config.render import render, texts, write_private
from callcenter.telephony.asterisk.config.tones import write_beep, write_hold_music
from callcenter.telephony.asterisk.provision.asterisk import AsteriskInstall


@pytest.fixture
def install(tmp_path: Path) -> AsteriskInstall:
    """The folders of an Asterisk with every module there is to want."""
    folder = tmp_path / "modules"
    folder.mkdir()
    for name in wanted(load_app_queue=True):
        (folder / f"{name}.so").touch()
    return AsteriskInstall(("asterisk",), folder, tmp_path / "data", "22.1.0", "system")


@pytest.mark.parametrize(
    "wrong",
    [
        {"ari_password": "abcdefgh\nread_only=yes"},
        {"ari_password": "abcdefgh;comment"},
        {"ari_password": "short"},
        {"guest_secret": "two words"},
        {"app": "a,b"},
        {"language": "zh\n"},
        {"http_port": 0},
        {"sip_port": 70000},
        {"rtp_start": 20000, "rtp_end": 20001},
        {"sip_address": "localhost"},
        {"hotline_numbers": ("95588,1",)},
        {"hotline_numbers": ("_X.",)},
        {"fallback_announcement": "/x/y]"},
        {"run_dir": Path("relative")},
        {"run_dir": Path("/" + "x" * 100)},
        {"recordings_dir": Path("here")},
        {"agents": (AgentEndpoint("a1"), AgentEndpoint("a1"))},
        {"agents": (AgentEndpoint("guest"),)},
        {"ice_host_candidates": (("192.0.2.1", "x"),)},
        {"tls_certificate": Path("/c.pem")},
    ],
)
def test_unusable_values_are_refused_with_place_and_mend(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError) as caught:
        PbxConfig(**{"run_dir": Path("/tmp/x"), **wrong})
    assert caught.value.place
    assert caught.value.mend


def test_unusable_endpoints_are_refused() -> None:
    for make in (
        lambda: AgentEndpoint("a b"),
        lambda: AgentEndpoint("a1", "secret]secret"),
        lambda: AgentEndpoint("a1", contact="sip:x\ny"),
        lambda: Trunk("t"),
        lambda: Trunk("t", match=("nowhere",)),
        lambda: Trunk("t", user="u", secret=""),
        lambda: MediaSocket("m", "http://127.0.0.1/"),
    ):
        with pytest.raises(ConfigError):
            make()


def test_secrets_are_fresh_and_not_shown() -> None:
    one, two = PbxConfig(Path("/tmp/x")), PbxConfig(Path("/tmp/x"))
    assert one.ari_password != two.ari_password
    assert one.ari_password not in repr(one)
    agent = AgentEndpoint("a1")
    assert agent.secret not in repr(agent)


def test_only_hotline_numbers_are_in_the_dialplan(install: AsteriskInstall) -> None:
    config = PbxConfig(Path("/tmp/x"), hotline_numbers=("95588", "+12378"), fallback_announcement="/tmp/x/away")
    dialplan = texts(config, install)["extensions.conf"]
    assert dialplan.count("exten => 95588,1,Stasis(callcenter,") == 3
    assert dialplan.count("exten => +12378,1,Stasis(callcenter,") == 3
    assert "_X" not in dialplan
    assert "Playback(/tmp/x/away)" in dialplan


def test_a_digest_only_carrier_is_known_by_its_user(install: AsteriskInstall) -> None:
    config = PbxConfig(Path("/tmp/x"), trunks=(Trunk("north", user="telco", secret="longsecret"),))
    pjsip = texts(config, install)["pjsip.conf"]
    assert "[telco](phone)" in pjsip
    assert "set_var = CC_TRUNK=north" in pjsip
    assert "type = identify" not in pjsip


def test_run_folder_is_private_and_unchanged_files_stay(tmp_path: Path, install: AsteriskInstall) -> None:
    config = PbxConfig(tmp_path / "run", agents=(AgentEndpoint("a1"),), load_app_queue=True)
    main = render(config, install)
    assert main.is_file()
    for file in config.config_dir.iterdir():
        assert file.stat().st_mode & 0o777 == 0o600, file
    assert config.run_dir.stat().st_mode & 0o777 == 0o700
    assert (config.run_dir / "spool/recording").readlink() == config.recordings
    stamp = (config.config_dir / "pjsip.conf").stat().st_mtime_ns
    render(config, install)
    assert (config.config_dir / "pjsip.conf").stat().st_mtime_ns == stamp
    assert write_private(main, "other")
    assert not write_private(main, "other")


def test_a_missing_module_is_named(install: AsteriskInstall) -> None:
    (install.modules_dir / "chan_pjsip.so").unlink()
    assert missing(install.modules()) == ["chan_pjsip"]
    with pytest.raises(ConfigError, match="chan_pjsip"):
        texts(PbxConfig(Path("/tmp/x")), install)


def test_tones_are_the_same_every_time_and_loop_without_a_click(tmp_path: Path) -> None:
    digests = set()
    for name in ("a", "b"):
        write_hold_music(tmp_path / name / "hold.wav")
        digests.add(hashlib.sha256((tmp_path / name / "hold.wav").read_bytes()).hexdigest())
    assert len(digests) == 1
    with wave.open(str(tmp_path / "a/hold.wav")) as music:
        assert (music.getframerate(), music.getnchannels(), music.getsampwidth()) == (8000, 1, 2)
        samples = memoryview(music.readframes(music.getnframes())).cast("h")
    assert 15 * 8000 < len(samples) < 40 * 8000
    assert 3000 < max(samples) < 12000
    steps = [abs(samples[i + 1] - samples[i]) for i in range(len(samples) - 1)]
    assert abs(samples[0] - samples[-1]) <= max(steps)
    write_beep(tmp_path / "beep.wav")
    assert (tmp_path / "beep.wav").stat().st_size > 4000


def test_agents_and_nobody_else_reach_the_echo_of_the_headset_check(install: AsteriskInstall, tmp_path: Path) -> None:
    dialplan = texts(PbxConfig(run_dir=tmp_path / "run"), install)["extensions.conf"]
    contexts = {part.split("]")[0]: part for part in dialplan.split("\n[") if "exten => echo" in part}
    assert list(contexts) == ["from-agent"]
    assert "TIMEOUT(absolute)=20" in contexts["from-agent"]
