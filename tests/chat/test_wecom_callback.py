"""Callbacks of WeCom: opened when they are its own; forged, altered, foreign, stale and repeated ones are refused."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from callcenter.chat.wecom.callback import STALE_MS, Callbacks, Told
from callcenter.chat.wecom.crypto import BLOCK, BadCallback, CallbackCipher
from callcenter.domain.errors import ConfigError
from tests.chat.wecom_double import CORP, KEY, KF, TOKEN, Double

NOW_MS = 1_800_000_000_000
# WeCom's own published example of a callback (its page on encryption)
SAMPLE = {
    "corp": "wx5823bf96d3bd56c7",
    "token": "QDG6eK",
    "key": "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
    "signature": "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
    "timestamp": "1409659589",
    "nonce": "263014780",
    "echo": "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==",
}


def double(now_ms: int = NOW_MS) -> Double:
    return Double(lambda: now_ms)


def refused(callbacks: Callbacks, query: dict[str, str], body: str, now_ms: int = NOW_MS) -> str:
    with pytest.raises(BadCallback) as error:
        callbacks.told(query, body.encode(), now_ms)
    return error.value.code


@pytest.fixture
def callbacks() -> Callbacks:
    return Callbacks(CallbackCipher(CORP, TOKEN, KEY))


def test_the_published_example_is_opened() -> None:
    cipher = CallbackCipher(SAMPLE["corp"], SAMPLE["token"], SAMPLE["key"])
    said = cipher.open(SAMPLE["signature"], SAMPLE["timestamp"], SAMPLE["nonce"], SAMPLE["echo"])
    assert said == "1616140317555161061"


@pytest.mark.parametrize("length", [0, 1, 11, 12, 43, 1_000])
def test_what_is_sealed_is_opened_at_every_length_of_padding(length: int) -> None:
    cipher = CallbackCipher(CORP, TOKEN, KEY)
    sealed = cipher.seal("余" * length)
    assert cipher.open(cipher.signature("1", "n", sealed), "1", "n", sealed) == "余" * length
    assert len(base64.b64decode(sealed)) % BLOCK == 0


def test_a_callback_tells_which_account_has_something(callbacks: Callbacks) -> None:
    wecom = double()
    query, body = wecom.sealed(wecom.notice())
    assert callbacks.told(query, body.encode(), NOW_MS) == Told(KF, next(iter(wecom.sync_tokens)))


def test_another_event_is_believed_and_tells_nothing(callbacks: Callbacks) -> None:
    query, body = double().sealed("<xml><Event><![CDATA[kf_account_auth_change]]></Event></xml>")
    assert callbacks.told(query, body.encode(), NOW_MS) is None


@pytest.mark.parametrize("changed", [{"msg_signature": "0" * 40}, {"msg_signature": ""}, {"msg_signature": "签名"}])
def test_a_forged_signature_is_refused(callbacks: Callbacks, changed: dict[str, str]) -> None:
    wecom = double()
    query, body = wecom.sealed(wecom.notice(), **changed)
    assert refused(callbacks, query, body) == "signature"


@pytest.mark.parametrize("part", ["timestamp", "nonce"])
def test_a_changed_part_is_refused(callbacks: Callbacks, part: str) -> None:
    wecom = double()
    query, body = wecom.sealed(wecom.notice())
    assert refused(callbacks, {**query, part: query[part] + "1"}, body) == "signature"


def test_another_tokens_signature_is_refused() -> None:
    wecom = double()
    query, body = wecom.sealed(wecom.notice())
    assert refused(Callbacks(CallbackCipher(CORP, "another", KEY)), query, body) == "signature"


def test_another_keys_cipher_is_refused() -> None:
    wecom = double()
    query, body = wecom.sealed(wecom.notice())
    assert refused(Callbacks(CallbackCipher(CORP, TOKEN, KEY[::-1])), query, body) == "cipher"


def test_a_callback_for_another_corp_is_refused() -> None:
    wecom = double()
    query, body = wecom.sealed(wecom.notice())
    assert refused(Callbacks(CallbackCipher("ww-another", TOKEN, KEY)), query, body) == "receiver"


@pytest.mark.parametrize("sealed", ["AAAA", "A" * 64, "not=base64="])
def test_a_signed_nonsense_is_refused(callbacks: Callbacks, sealed: str) -> None:
    query, body = double().sealed("", sealed=sealed)
    assert refused(callbacks, query, body) == "cipher"


@pytest.mark.parametrize("padding", [b"\x01" * 31 + b"\x20", b"\x00" * 32, b"\x21" * 33])
def test_padding_that_is_none_is_refused(callbacks: Callbacks, padding: bytes) -> None:
    plain = b"r" * 16 + (1).to_bytes(4, "big") + b"m" + CORP.encode()
    plain += b"x" * (-(len(plain) + len(padding)) % 16) + padding
    sealer = Cipher(
        algorithms.AES(base64.b64decode(KEY + "=")), modes.CBC(base64.b64decode(KEY + "=")[:16])
    ).encryptor()
    sealed = base64.b64encode(sealer.update(plain) + sealer.finalize()).decode()
    query, body = double().sealed("", sealed=sealed)
    assert refused(callbacks, query, body) == "cipher"


@pytest.mark.parametrize("body", ["", "<xml/>", "<!DOCTYPE x [<!ENTITY a 'a'>]><xml><Encrypt>&a;</Encrypt></xml>"])
def test_a_body_without_a_sealed_part_is_refused(callbacks: Callbacks, body: str) -> None:
    query, _ = double().sealed("x")
    assert refused(callbacks, query, body) == "malformed"


@pytest.mark.parametrize("off_ms", [-STALE_MS - 1_000, STALE_MS + 1_000])
def test_a_stale_one_is_refused_and_one_just_within_is_not(callbacks: Callbacks, off_ms: int) -> None:
    wecom = double(NOW_MS + off_ms)
    query, body = wecom.sealed(wecom.notice())
    assert refused(callbacks, query, body) == "stale"
    nearly = double(NOW_MS + off_ms // abs(off_ms) * STALE_MS)
    query, body = nearly.sealed(nearly.notice())
    assert callbacks.told(query, body.encode(), NOW_MS) is not None


def test_the_same_one_again_is_refused_as_long_as_it_is_not_stale(callbacks: Callbacks) -> None:
    wecom = double()
    query, body = wecom.sealed(wecom.notice())
    assert callbacks.told(query, body.encode(), NOW_MS) is not None
    for later_ms in (0, 1, STALE_MS):
        assert refused(callbacks, query, body, NOW_MS + later_ms) == "replayed"
    assert refused(callbacks, query, body, NOW_MS + STALE_MS + 1) == "stale"


def test_the_consoles_question_is_answered(callbacks: Callbacks) -> None:
    wecom = double()
    sealed = wecom.cipher.seal("4321")
    query, _ = wecom.sealed("", sealed=sealed)
    assert callbacks.echo({**query, "echostr": sealed}, NOW_MS) == "4321"
    with pytest.raises(BadCallback):
        callbacks.echo({**query, "echostr": wecom.cipher.seal("4321")}, NOW_MS)


@pytest.mark.parametrize("key", ["", "short", KEY + "x", KEY[:-1] + "="])
def test_a_wrong_key_is_named_with_the_mend(key: str) -> None:
    with pytest.raises(ConfigError, match=r"CALLCENTER_WECOM_AES_KEY.*EncodingAESKey"):
        CallbackCipher(CORP, TOKEN, key)
