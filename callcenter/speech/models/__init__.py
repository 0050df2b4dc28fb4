"""Models of recognisers: kept in folders, each with a card; added, checked and named."""

from callcenter.speech.models.card import ENGINES, Card
from callcenter.speech.models.catalogue import Known, catalogue
from callcenter.speech.models.fetching import fetch
from callcenter.speech.models.shelf import Shelf

__all__ = ["ENGINES", "Card", "Known", "Shelf", "catalogue", "fetch"]
