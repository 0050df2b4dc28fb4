"""What ``callcenter doctor`` says of the assistant."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from callcenter.app.settings import Settings
from callcenter.bot.rasa import RasaAssistant
from callcenter.domain.errors import CallCenterError, ProviderError
from callcenter.telephony.asterisk.provision.probes import Finding


def check_assistant(settings: Settings) -> Iterator[Finding]:
    """There is a model that can be loaded, or data to train one from; or Rasa answers."""
    from callcenter.bot.embedded import load
    from callcenter.bot.embedded.keeping import fingerprint

    if settings.assistant == "off":
        yield Finding("assistant", True, "off, as CALLCENTER_ASSISTANT asks; chats go to people")
        return
    if settings.assistant == "rasa":
        yield asyncio.run(_rasa(settings))
        return
    data = settings.assistant_data
    folder = settings.assistant_model
    if folder is None:
        if not data.is_dir():
            yield Finding("assistant", False, f"{data} is not a folder", "set CALLCENTER_ASSISTANT_DATA")
            return
        folder = settings.data / "nlu" / fingerprint(data)
        if not folder.is_dir():
            yield Finding("assistant", True, "no model yet; the next start trains it in the background")
            return
    try:
        model = load(folder)
    except CallCenterError as error:
        mend = "remove that folder and start again" if settings.assistant_model is None else "train it again"
        yield Finding("assistant", False, str(error), mend)
    else:
        yield Finding("assistant", True, f"{len(model.intents)} intents")


async def _rasa(settings: Settings) -> Finding:
    assistant = RasaAssistant(settings.rasa_url, settings.rasa_token.get_secret_value(), settings.timezone)
    try:
        status = await assistant.status()
    except ProviderError as error:
        return Finding("assistant", False, f"Rasa at {settings.rasa_url}", str(error))
    finally:
        await assistant.close()
    return Finding("assistant", True, f"Rasa at {settings.rasa_url} with {status.model_file or 'a model'}")
