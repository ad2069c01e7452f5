"""The rows come from a repository that the service has already."""

import os

import lockrec


async def restore_locks(sheets_repository):
    result = await lockrec.reconcile_from_sheets(sheets_repository, redis_url=os.environ["REDIS_URL"],
                                                 time_zone="America/Santiago", timeout=10.0)
    return {"reconciled": result["reconciled"], "skipped": result["skipped"]}
