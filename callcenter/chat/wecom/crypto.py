"""WeCom's callback cipher: AES-256-CBC under EncodingAESKey, PKCS#7 to 32 bytes, SHA-1 over the sorted parts.

Inside the cipher stand 16 random bytes, the length (4 bytes, big-endian), the message, and the corp id it is for.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from callcenter.domain.errors import ConfigError, Rejected

BLOCK = 32
_HEAD = 16
_AES_BLOCK = 16
_KEY = re.compile(r"[A-Za-z0-9]{43}")


class BadCallback(Rejected):
    """A callback that is not believed: ``signature, cipher, receiver, stale, replayed, malformed``."""


class CallbackCipher:
    """Signs, checks, opens and seals callbacks of one corp.

    Raises ``ConfigError`` when ``aes_key`` is not the 43 letters and digits that WeCom's console shows.
    """

    def __init__(self, corp_id: str, token: str, aes_key: str) -> None:
        if not _KEY.fullmatch(aes_key):
            raise ConfigError(
                "CALLCENTER_WECOM_AES_KEY",
                "must be 43 letters and digits",
                "copy EncodingAESKey from the callback's page in WeCom's console",
            )
        self._corp_id = corp_id.encode()
        self._token = token
        self._key = base64.b64decode(aes_key + "=")

    def signature(self, timestamp: str, nonce: str, sealed: str) -> str:
        """``msg_signature`` of a callback, in hex."""
        joined = "".join(sorted((self._token, timestamp, nonce, sealed)))
        return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()

    def open(self, given: str, timestamp: str, nonce: str, sealed: str) -> str:
        """What the callback says. Raises :class:`BadCallback`: ``signature``, ``cipher``, ``receiver``."""
        if not hmac.compare_digest(self.signature(timestamp, nonce, sealed).encode(), given.encode()):
            raise BadCallback("signature", "msg_signature does not fit: CALLCENTER_WECOM_TOKEN is another, or forged")
        plain = self._unpadded(sealed)
        length = int.from_bytes(plain[_HEAD : _HEAD + 4], "big")
        message, receiver = plain[_HEAD + 4 : _HEAD + 4 + length], plain[_HEAD + 4 + length :]
        if len(message) != length:
            raise BadCallback("cipher", "the length inside does not fit: CALLCENTER_WECOM_AES_KEY is another")
        if not hmac.compare_digest(receiver, self._corp_id):
            raise BadCallback("receiver", "it is for another corp id than CALLCENTER_WECOM_CORP_ID")
        try:
            return message.decode()
        except UnicodeDecodeError:
            raise BadCallback("cipher", "no text inside") from None

    def seal(self, message: str) -> str:
        """The message as WeCom would send it."""
        body = message.encode()
        plain = secrets.token_bytes(_HEAD) + len(body).to_bytes(4, "big") + body + self._corp_id
        pad = BLOCK - len(plain) % BLOCK
        sealer = self._cipher().encryptor()
        return base64.b64encode(sealer.update(plain + bytes([pad]) * pad) + sealer.finalize()).decode()

    def _unpadded(self, sealed: str) -> bytes:
        try:
            raw = base64.b64decode(sealed, validate=True)
        except (binascii.Error, ValueError):
            raise BadCallback("cipher", "not base64") from None
        if not raw or len(raw) % _AES_BLOCK:
            raise BadCallback("cipher", "not whole blocks")
        opener = self._cipher().decryptor()
        plain = opener.update(raw) + opener.finalize()
        pad = plain[-1]
        if not 1 <= pad <= BLOCK or plain[-pad:] != bytes([pad]) * pad or len(plain) - pad < _HEAD + 4:
            raise BadCallback("cipher", "the padding does not fit: CALLCENTER_WECOM_AES_KEY is another")
        return plain[:-pad]

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:_AES_BLOCK]))
