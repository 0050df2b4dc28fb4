"""The compared system: Asterisk's own app_queue, same install, same agents, no product of ours anywhere."""

from __future__ import annotations

from callcenter.telephony.asterisk.config.model import AgentEndpoint, PbxConfig, Trunk
from callcenter.telephony.asterisk.provision.asterisk import locate_or_fetch
from callcenter.telephony.asterisk.provision.server import AsteriskServer
from scripts.benchmarks.calls_plan import CALLER, CALLER_PORT, Crew, Place, agent_contact

STRATEGY = "leastrecent"
"""The nearest to our longest-idle rule."""
_QUEUE = """
[{name}]
strategy = {strategy}
ringinuse = no
autofill = yes
timeout = 20
retry = 1
wrapuptime = 0
announce-frequency = 0
announce-holdtime = no
joinempty = yes
leavewhenempty = no
musicclass = default
"""
_DIALPLAN = """
[from-trunk](+)
exten => _96XXX,1,Answer(,i)
 same => n,Queue(bench${EXTEN:2})
 same => n,Hangup()
exten => _97XXX,1,Answer(,i)
 same => n,MixMonitor(,r({folder}/${UNIQUEID}-in.wav)t({folder}/${UNIQUEID}-out.wav))
 same => n,Queue(bench${EXTEN:2})
 same => n,Hangup()
"""


async def start(place: Place, crew: Crew) -> AsteriskServer:
    """Start it; ready for calls when this returns."""
    config = PbxConfig(
        run_dir=place.folder,
        http_port=place.http_port,
        sip_port=place.sip_port,
        rtp_start=place.rtp_start,
        rtp_end=place.rtp_end,
        agents=tuple(AgentEndpoint(agent, webrtc=False, contact=agent_contact(agent)) for agent in crew.names),
        trunks=(Trunk("carrier", match=(f"{CALLER}/32",), contact=f"sip:{CALLER}:{CALLER_PORT}"),),
        hotline_numbers=("95588",),
        load_app_queue=True,
    )
    recordings = place.folder / "mixed"
    for folder in (config.config_dir, recordings):
        folder.mkdir(parents=True, exist_ok=True)
    (config.config_dir / "queues-extra.conf").write_text("".join(_queue(crew, queue) for queue in range(crew.queues)))
    (config.config_dir / "extensions-extra.conf").write_text(_DIALPLAN.replace("{folder}", str(recordings)))
    server = AsteriskServer(locate_or_fetch(), config)
    await server.start()
    return server


def _queue(crew: Crew, queue: int) -> str:
    members = "".join(f"member => PJSIP/{agent}\n" for agent in crew.members_of(queue))
    return _QUEUE.format(name=f"bench{queue:03d}", strategy=STRATEGY) + members
