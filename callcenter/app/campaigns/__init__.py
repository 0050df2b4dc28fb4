"""Outbound campaigns at work: their life, and the dialler that takes leads from their lists."""

from __future__ import annotations

from callcenter.app.campaigns.agent_time import keep_agent_time
from callcenter.app.campaigns.desk import CampaignDesk
from callcenter.app.campaigns.dialler import Dialler
from callcenter.app.campaigns.reports import CampaignReports

__all__ = ["CampaignDesk", "CampaignReports", "Dialler", "keep_agent_time"]
