"""A service whose locks are back before its first request. Run it with: uvicorn service:app"""

import logging

import lockrec.fastapi
from fastapi import FastAPI

logging.basicConfig(level=logging.INFO)
app = FastAPI(lifespan=lockrec.fastapi.lifespan(env=True, timeout=10.0))
app.include_router(lockrec.fastapi.router())  # GET /lockrec and /lockrec/metrics
