"""Sentences in CSV with the columns ``text`` and ``category``."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from callcenter.bot.training_data.model import DataProblem, Example, Project

COLUMNS = ("text", "category")


def read_csv(name: str, text: str, project: Project) -> None:
    """Read the rows of a CSV file; what is wrong goes to the project's problems."""
    problems = project.problems
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        header = [cell.strip().casefold() for cell in next(rows, [])]
        if not set(COLUMNS) <= set(header):
            problems.append(DataProblem(name, 1, "csv_header", {"found": ",".join(header)[:60]}))
            return
        at_text, at_category = header.index("text"), header.index("category")
        line = rows.line_num + 1
        for row in rows:
            if row:
                _row(row, len(header), at_text, at_category, name, line, project)
            line = rows.line_num + 1
    except csv.Error as error:
        problems.append(DataProblem(name, line, "csv_broken", {"reason": str(error)}))


def _row(row: list[str], width: int, at_text: int, at_category: int, name: str, line: int, project: Project) -> None:
    def wrong(code: str, **detail: Any) -> None:
        project.problems.append(DataProblem(name, line, code, detail))

    if len(row) != width:
        wrong("csv_row", found=len(row), expected=width)
        return
    text, category = row[at_text].strip(), row[at_category].strip()
    if not text:
        wrong("empty_example")
    elif not category:
        wrong("empty_category")
    else:
        project.examples.append(Example(text, category, (), name, line))


def looks_like_csv(path: Path) -> bool:
    """Whether the file's name says CSV."""
    return path.suffix.lower() in (".csv", ".tsv")
