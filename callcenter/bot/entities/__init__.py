"""What stands in a sentence beside its meaning: amounts, dates, card tails, phone numbers, periods, listed words."""

from callcenter.bot.entities.extractor import Extractor
from callcenter.bot.entities.found import Entity

__all__ = ["Entity", "Extractor"]
