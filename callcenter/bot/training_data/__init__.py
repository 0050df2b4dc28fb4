"""Training data as people write it: Rasa 3 folders, Rasa NLU files, CSV. Whatever is wrong is named with its line."""

from callcenter.bot.training_data.model import (
    Annotation,
    BadTrainingData,
    DataProblem,
    Example,
    Options,
    Pattern,
    Project,
)
from callcenter.bot.training_data.reading import read_project

__all__ = [
    "Annotation",
    "BadTrainingData",
    "DataProblem",
    "Example",
    "Options",
    "Pattern",
    "Project",
    "read_project",
]
