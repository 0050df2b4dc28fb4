"""Everything that is kept, opened and closed as one."""

from __future__ import annotations

import asyncio

from callcenter.storage.audit import SqlAudit
from callcenter.storage.campaign_figures import SqlCampaignFigures
from callcenter.storage.campaign_reports import SqlCampaignReports
from callcenter.storage.campaigns import SqlCampaigns
from callcenter.storage.chats import SqlChats
from callcenter.storage.configuration import SqlConfig
from callcenter.storage.contacts import SqlContacts
from callcenter.storage.credentials import SqlCredentials
from callcenter.storage.customers import SqlCustomers
from callcenter.storage.database import Database
from callcenter.storage.figures import SqlFigures
from callcenter.storage.journal import SqlJournal
from callcenter.storage.knowledge import SqlMisses
from callcenter.storage.leads import SqlLeads
from callcenter.storage.migration import check
from callcenter.storage.quality import SqlQuality
from callcenter.storage.reviews import SqlReviews
from callcenter.storage.risk_cases import SqlRisks
from callcenter.storage.sampling import SqlSampling
from callcenter.storage.saved_filters import SqlSavedFilters
from callcenter.storage.score_figures import SqlScoreFigures
from callcenter.storage.scoring_jobs import SqlScoringJobs
from callcenter.storage.sealing import Seal
from callcenter.storage.tokens import SqlTokens
from callcenter.storage.training import SqlTraining
from callcenter.storage.transcripts import SqlTranscripts
from callcenter.storage.users import SqlUsers
from callcenter.storage.webhooks import SqlDeliveries


class Storage:
    """The stores of one database; made by :meth:`open`."""

    def __init__(self, url: str, seal: Seal) -> None:
        self._database = Database(url)
        self.journal = SqlJournal(url)
        self.contacts = SqlContacts(self._database)
        self.figures = SqlFigures(self._database)
        self.saved_filters = SqlSavedFilters(self._database)
        self.users = SqlUsers(self._database)
        self.credentials = SqlCredentials(self._database, seal)
        self.tokens = SqlTokens(self._database)
        self.customers = SqlCustomers(self._database)
        self.config = SqlConfig(self._database)
        self.audit = SqlAudit(self._database)
        self.chats = SqlChats(url, self._database)
        self.training = SqlTraining(self._database)
        self.transcripts = SqlTranscripts(self._database, seal)
        self.quality = SqlQuality(self._database, seal)
        self.scoring_jobs = SqlScoringJobs(self._database, seal)
        self.reviews = SqlReviews(self._database)
        self.risks = SqlRisks(self._database)
        self.sampling = SqlSampling(self._database)
        self.score_figures = SqlScoreFigures(self._database)
        self.misses = SqlMisses(self._database)
        self.campaigns = SqlCampaigns(self._database)
        self.campaign_reports = SqlCampaignReports(self._database)
        self.campaign_figures = SqlCampaignFigures(self._database)
        self.leads = SqlLeads(url, self._database)
        self.deliveries = SqlDeliveries(self._database)

    @classmethod
    async def open(cls, url: str, seal: Seal | None = None) -> Storage:
        """Check the database's shape and open it. Without ``seal``, sealed values can not be read.

        Raises ``ConfigError`` when the URL or the shape is wrong, ``ProviderError`` when it can not be reached.
        """
        await asyncio.to_thread(check, url)
        return cls(url, seal or Seal())

    async def close(self) -> None:
        """Finish writing and disconnect."""
        await self.journal.close()
        await self.chats.close()
        await self.leads.close()
        await self._database.close()
