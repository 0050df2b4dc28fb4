"""Texts that tenants write, in each language they serve."""

from __future__ import annotations

Names = dict[str, str]
"""A text by language code: ``{"zh": "信用卡", "en": "Credit cards"}``."""
