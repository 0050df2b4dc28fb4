"""Audio files by channel, for recognising them whole."""

from __future__ import annotations

import wave
from pathlib import Path

from callcenter.domain.errors import ProviderError
from callcenter.domain.ports.speech import Recogniser
from callcenter.domain.speech import Heard

RATES = (8_000, 16_000)
_PIECE_S = 1


def channels_of(audio: Path) -> tuple[int, list[bytes]]:
    """Rate in Hz and the 16-bit samples of each channel.

    Raises ``ProviderError``, retryable only when the disk refused.
    """
    try:
        with wave.open(str(audio), "rb") as file:
            rate, channels, width = file.getframerate(), file.getnchannels(), file.getsampwidth()
            if width != 2 or channels not in (1, 2) or rate not in RATES:
                raise ProviderError(
                    f"{audio.name}: {channels} channels of {8 * width} bit at {rate} Hz;"
                    " one or two of 16 bit at 8 or 16 kHz are wanted"
                )
            data = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise ProviderError(f"{audio.name} is no WAV file: {error or 'it ends too early'}") from error
    except FileNotFoundError as error:
        raise ProviderError(f"{audio.name} is not there") from error
    except OSError as error:
        raise ProviderError(f"{audio.name} can not be read: {error}", retryable=True) from error
    samples = memoryview(data[: len(data) // (2 * channels) * 2 * channels]).cast("h")
    return rate, [samples[side::channels].tobytes() for side in range(channels)]


async def by_streaming(recogniser: Recogniser, audio: Path, language: str) -> list[list[Heard]]:
    """Recognise a file by listening to each of its channels, a second at a time."""
    rate, sides = channels_of(audio)
    found: list[list[Heard]] = []
    for side in sides:
        hearing = await recogniser.listen(rate, language)
        heard: list[Heard] = []
        try:
            step = rate * 2 * _PIECE_S
            for at in range(0, len(side), step):
                heard += await hearing.feed(side[at : at + step])
            heard += await hearing.end()
        finally:
            await hearing.close()
        found.append([one for one in heard if one.final])
    return found
