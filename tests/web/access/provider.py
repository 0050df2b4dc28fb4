"""A small OpenID Connect provider on loopback: discovery, keys, authorization, token with PKCE. It lies on demand."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "callcenter", "the-client-secret"


class Provider:
    """Signs in ``person`` at once. ``lies`` changes claims (None removes one), ``algorithm`` the signature."""

    def __init__(self, issuer: str, now_s: int) -> None:
        self.issuer = issuer
        self.now_s = now_s
        self.person: dict[str, Any] = {"sub": "s-1", "preferred_username": "wangfang"}
        self.lies: dict[str, Any] = {}
        self.algorithm = "RS256"
        self.named_issuer = issuer
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
        self.published = self.key
        self.codes: dict[str, dict[str, str]] = {}
        self.app = FastAPI()
        self.app.get("/.well-known/openid-configuration")(self.discovery)
        self.app.get("/jwks")(self.jwks)
        self.app.get("/authorize")(self.authorize)
        self.app.post("/token")(self.token)

    def turn_key(self) -> None:
        self.key = self.published = RSAKey.generate_key(2048, {"kid": "k2", "use": "sig"})

    async def discovery(self) -> dict[str, str]:
        return {
            "issuer": self.named_issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
        }

    async def jwks(self) -> dict[str, Any]:
        return {"keys": [self.published.as_dict(private=False)]}

    async def authorize(self, request: Request) -> RedirectResponse:
        asked = dict(request.query_params)
        assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (CLIENT, "code", "S256")
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?code={code}&state={asked['state']}", status_code=302)

    async def token(self, request: Request) -> JSONResponse:
        form = {key: str(value) for key, value in (await request.form()).items()}
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.codes.pop(form.get("code", ""), None)
        if request.headers.get("authorization") != f"Basic {basic}":
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        if asked is None or form["redirect_uri"] != asked["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        if create_s256_code_challenge(form.get("code_verifier", "")) != asked["code_challenge"]:
            return JSONResponse({"error": "invalid_grant", "error_description": "PKCE"}, status_code=400)
        token = self.sign(self.claims(asked["nonce"]))
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "expires_in": 60, "id_token": token})

    def claims(self, nonce: str) -> dict[str, Any]:
        usual = {
            "iss": self.issuer,
            "aud": CLIENT,
            "nonce": nonce,
            "iat": self.now_s,
            "exp": self.now_s + 300,
            **self.person,
        }
        return {key: value for key, value in {**usual, **self.lies}.items() if value is not None}

    def sign(self, claims: dict[str, Any]) -> str:
        header = {"alg": self.algorithm, "kid": self.key.kid}
        if self.algorithm == "none":
            parts = (json.dumps(part).encode() for part in (header, claims))
            return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."
        if self.algorithm == "HS256":
            return jwt.encode(header, claims, OctKey.import_key(SECRET * 2), algorithms=["HS256"])
        return jwt.encode(header, claims, self.key, algorithms=[self.algorithm])


@asynccontextmanager
async def running_provider(now_s: int | None = None) -> AsyncIterator[Provider]:
    """A provider that answers until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    provider = Provider(f"http://127.0.0.1:{listener.getsockname()[1]}", now_s or int(time.time()))
    server = uvicorn.Server(uvicorn.Config(provider.app, log_level="warning", lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield provider
    finally:
        server.should_exit = True
        await task
