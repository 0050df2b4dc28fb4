"""The API for programs: ``/api/v1``, by bearer token, JSON only, with the same rights and reach as the pages."""

from callcenter.web.api.app import create_api

__all__ = ["create_api"]
