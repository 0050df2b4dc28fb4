"""What the reading of lists and its pages must know of campaigns."""

from __future__ import annotations

from callcenter.app.lists.desk import ListCampaign
from callcenter.domain.campaign_records import CampaignState
from callcenter.domain.campaigns import CampaignMode
from callcenter.domain.names import Names
from callcenter.domain.ports import CampaignStore
from dialer.lists.judging import CampaignRules

_CALLING = (CampaignState.RUNNING, CampaignState.PAUSED)


class KnownCampaigns:
    """Asks the store."""

    def __init__(self, store: CampaignStore) -> None:
        self._store = store

    async def names(self, campaign: str) -> Names | None:
        """What it is called."""
        found = await self._store.get(campaign)
        return found.spec.names if found is not None else None

    async def for_list(self, campaign: str) -> ListCampaign | None:
        """By what its leads are judged, and the other campaigns that call now. None where it is gone or finished."""
        found = await self._store.get(campaign)
        if found is None or found.state is CampaignState.FINISHED:
            return None
        spec = found.spec
        rules = CampaignRules(
            purpose=spec.purpose or None,
            actor="bot" if spec.mode is CampaignMode.FLOW else "human",
            operator=spec.operator or None,
            product_kind=spec.product_kind or None,
        )
        others = [one.id for one in await self._store.in_state(*_CALLING) if one.id != campaign]
        return ListCampaign(spec.packs, rules, tuple(others))
