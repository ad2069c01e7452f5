"""A workshop's service: its locks are there before the first request.

Run it with:  GOOGLE_SHEET_ID=… GOOGLE_APPLICATION_CREDENTIALS=… REDIS_URL=… uvicorn app:app
"""

import contextlib
import logging
import os

import lockrec.fastapi
import redis.asyncio
from fastapi import FastAPI, HTTPException

logging.basicConfig(level=logging.INFO)
logger = logging.getLogger("workshop")

# What a test points elsewhere; a real service leaves these out.
TEST_SETTINGS = {name: os.environ[variable] for name, variable in
                 [("sheets_endpoint", "SHEETS_ENDPOINT"), ("ca_file", "SHEETS_CA_FILE")] if variable in os.environ}
DEADLINE_S = float(os.environ.get("LOCKREC_TIMEOUT_S", "10"))


@contextlib.asynccontextmanager
async def workshop(app: FastAPI):
    """The application's own start-up, after the locks: connects Redis, and says whether the sheet could be read."""
    app.state.redis = redis.asyncio.from_url(os.environ["REDIS_URL"], decode_responses=True, socket_timeout=2)
    result = app.state.lockrec
    # lockrec found the three columns by their headers, or says which is missing: this is the columns' validation.
    logger.info("sheet columns: %s", "valid" if result and result.rows_total else "not validated")
    yield
    await app.state.redis.close()


app = FastAPI(lifespan=lockrec.fastapi.lifespan(workshop, env=True, timeout=DEADLINE_S, **TEST_SETTINGS))
app.include_router(lockrec.fastapi.router())


@app.get("/spools/{tag}")
async def who_works_on(tag: str):
    try:
        lock = await app.state.redis.get(f"spool_lock:{tag}")
    except redis.exceptions.RedisError as error:
        raise HTTPException(503, f"Redis: {type(error).__name__}") from error
    return {"tag": tag, "worker_id": int(lock.split(":", 1)[0]) if lock else None}
