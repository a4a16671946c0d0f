"""The least a token route can be: FastAPI, a checked body, a token signed by LiveKit's library, no storage.

The same server (granian, one worker) and the same machine, so that join's figures become ratios.
bench.rest starts granian on `app`.
"""

import os
import secrets

from fastapi import FastAPI
from livekit.api import AccessToken, VideoGrants
from pydantic import BaseModel

KEY, SECRET = "bench", os.environ.get("BENCH_SECRET") or secrets.token_hex(32)
app = FastAPI()


class Asked(BaseModel):
    session_id: str
    user_name: str


class Given(BaseModel):
    access_token: str


@app.post("/token")
async def token(asked: Asked) -> Given:
    grants = VideoGrants(room_join=True, room=asked.session_id, can_publish=False, can_subscribe=True)
    signed = AccessToken(KEY, SECRET).with_identity(asked.user_name).with_grants(grants).to_jwt()
    return Given(access_token=signed)
