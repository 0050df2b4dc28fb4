"""What an agent is told of what the assistant did before."""

from __future__ import annotations

from callcenter.domain.contact import Why
from callcenter.domain.handover import HandedOver
from callcenter.flow.model import Brief
from callcenter.flow.run import Run
from callcenter.flow.secrets import DOTS, is_kept


def briefed(run: Run, brief: Brief, why: str) -> HandedOver:
    """What is wanted, what is known and what was still missing; secrets are dots."""
    values = run.session.variables
    known = {
        name: DOTS if is_kept(values[name]) else str(values[name])
        for name in brief.slots
        if values.get(name) not in (None, "")
    }
    return HandedOver(
        contact=run.contact,
        flow=run.session.flow,
        why=Why(why),
        wanted=str(values.get("wanted") or ""),
        form=brief.form or "",
        known=known,
        missing=tuple(name for name in brief.required if name not in known),
    )
