"""The embedded assistant's understanding: ``train(project) -> Model``, ``Model.parse(text) -> Parse``, save, load."""

from callcenter.bot.embedded.model import Model, Parse
from callcenter.bot.embedded.store import load, save
from callcenter.bot.embedded.training import train

__all__ = ["Model", "Parse", "load", "save", "train"]
