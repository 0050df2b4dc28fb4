"""Answering machines: how often Asterisk's AMD, by our settings, takes made people and machines for what they are."""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from callcenter.bot.embedded.figures import wilson
from callcenter.telephony.asterisk.config.model import PbxConfig
from callcenter.telephony.asterisk.dialling import is_sure_machine
from callcenter.telephony.asterisk.provision import tools
from callcenter.telephony.asterisk.provision.asterisk import locate_or_fetch
from callcenter.telephony.asterisk.provision.ports import is_free
from callcenter.telephony.asterisk.provision.server import AsteriskServer
from scripts.benchmarks.amd_data import KINDS, Recording, made
from scripts.benchmarks.report import Row, show

AT_ONCE = 12
_DIALPLAN = """
[speaker]
exten => _X.,1,Answer(,i)
 same => n,Playback({folder}/${{EXTEN}})
 same => n,Hangup()

[listener]
exten => _X.,1,Set(BEGAN=${{EPOCH}})
 same => n,AMD()
 same => n,Set(FILE({folder}/verdicts,,,al,u)=${{EXTEN}} ${{AMDSTATUS}} ${{AMDCAUSE}})
 same => n,Hangup()
"""


@dataclass(frozen=True)
class Verdict:
    """What became of a recording: AMD's words, and how long it listened."""

    recording: Recording
    status: str
    cause: str
    took_s: float

    @property
    def machine(self) -> bool:
        """Whether we take it for a machine."""
        return is_sure_machine(self.status, self.cause)


async def judged(folder: Path, recordings: Sequence[Recording]) -> list[Verdict]:
    """Play each recording to AMD on an Asterisk of our own."""
    http, sip = (next(port for port in range(first, first + 400) if is_free(port)) for first in (18_100, 15_100))
    config = PbxConfig(run_dir=folder / "a", http_port=http, sip_port=sip, rtp_start=42_000, rtp_end=42_099)
    config.config_dir.mkdir(parents=True)
    (config.config_dir / "extensions-extra.conf").write_text(_DIALPLAN.format(folder=folder))
    server = AsteriskServer(locate_or_fetch(), config)
    await server.start()
    gate, verdicts = asyncio.Semaphore(AT_ONCE), folder / "verdicts"
    try:
        async with httpx.AsyncClient(auth=(config.ari_user, config.ari_password), base_url=config.ari_url) as client:

            async def one(recording: Recording) -> Verdict:
                async with gate:
                    began = time.monotonic()
                    name = recording.name
                    asked = {"endpoint": f"Local/{name}@speaker/n", "context": "listener", "extension": name}
                    (await client.post("/channels", params={**asked, "priority": "1"})).raise_for_status()
                    async with asyncio.timeout(60):
                        while (said := _said(verdicts, name)) is None:  # noqa: ASYNC110 - Asterisk writes a file
                            await asyncio.sleep(0.05)
                    return Verdict(recording, *said, time.monotonic() - began)

            return list(await asyncio.gather(*(one(recording) for recording in recordings)))
    finally:
        await server.stop()


def _said(verdicts: Path, name: str) -> tuple[str, str] | None:
    if not verdicts.is_file():
        return None
    for line in verdicts.read_text().splitlines():
        words = line.split()
        if words and words[0] == name:
            return words[1], words[2] if len(words) > 2 else ""
    return None


def rows_of(verdicts: Sequence[Verdict]) -> list[Row]:
    """Precision and recall of “machine”, with their intervals, and the time it takes."""
    found = [one for one in verdicts if one.machine]
    machines = [one for one in verdicts if one.recording.machine]
    right = sum(one.recording.machine for one in found)
    people = [one for one in verdicts if not one.recording.machine]
    wrong = sum(one.machine for one in people)
    rows: list[Row] = []
    for measure, hits, of in (
        ("precision", right, len(found)),
        ("recall", right, len(machines)),
        ("people taken for machines", wrong, len(people)),
    ):
        low, high = wilson(hits, of) if of else (0.0, 1.0)
        share = hits / of if of else 0.0
        setting = f"{hits} of {of}, 95 %: {low:.1%} – {high:.1%}"
        rows.append(Row(setting, measure, round(100 * share, 1), "%"))
    for kind in KINDS:
        its = [one for one in verdicts if one.recording.kind == kind]
        if its:
            share = sum(one.machine for one in its) / len(its)
            rows.append(Row(f"{kind}: {len(its)}", "taken for a machine", round(100 * share, 1), "%"))
            rows.append(Row(kind, "listened, median", round(statistics.median(one.took_s for one in its), 2), "s"))
    return rows


def main() -> int:
    """Run it; 0 when it ran, for there is no bound: the figures are what a campaign must reckon with."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="60 recordings instead of 300")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    espeak = tools.locate("espeak-ng", lambda line: None)
    if espeak is None:
        print("espeak-ng is not here; scripts/setup/tools espeak-ng brings it")
        return 2

    async def run() -> list[Verdict]:
        with tempfile.TemporaryDirectory(prefix="amd") as name:
            return await judged(Path(name), await made(Path(name), espeak, given.seed, 60 if given.quick else 300))

    verdicts = asyncio.run(run())
    causes = Counter(f"{one.status} {one.cause.split('-')[0]}" for one in verdicts)
    notes = [
        "a machine is what AMD calls MACHINE because of speech; silence alone, and what it is not sure of, is a person",
        f"AMD said: {dict(causes.most_common())}",
    ]
    return show("Answering-machine detection", rows_of(verdicts), as_json=given.json, notes=notes)


if __name__ == "__main__":
    raise SystemExit(main())
