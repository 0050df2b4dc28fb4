"""The keys by which the database's secrets are sealed: from the environment, or one made at the first start."""

from __future__ import annotations

import base64
import hashlib

from callcenter.app.key_file import key_file
from callcenter.app.settings import Settings
from callcenter.domain.errors import ConfigError, Corrupt
from callcenter.storage import Storage
from callcenter.storage.sealing import Seal


def seal_of(settings: Settings) -> Seal:
    """Seals with ``CALLCENTER_SECRET_KEYS``' first, else with ``secret.key`` of the data folder.

    The file's key also opens what was sealed before there was one in the environment. Raises ``OSError``.
    """
    given = [secret.get_secret_value().encode() for secret in settings.secret_keys]
    file = settings.data / "secret.key"
    if not given or file.exists():
        given.append(key_file(file))
    return Seal([base64.urlsafe_b64encode(hashlib.sha256(secret).digest()) for secret in given])


async def seal_all(storage: Storage) -> None:
    """Bring every sealed value under the first key. Raises ``ConfigError`` when one does not open."""
    try:
        await storage.credentials.seal_again()
        await storage.transcripts.seal_again()
        await storage.quality.seal_again()
    except Corrupt:
        raise ConfigError(
            "CALLCENTER_SECRET_KEYS",
            "second factors, transcripts or quotes of findings were sealed with another key",
            "add the former key at the end of the list, or bring back secret.key of the data folder",
        ) from None
