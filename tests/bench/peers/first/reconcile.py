"""The plan as first implemented: gspread's get_all_values in a thread, then three awaited commands a spool."""

import asyncio
import netrc  # noqa: F401: requests would load it at the first request
import os
import pathlib
import sys
import uuid

import gspread
import gspread.http_client
import gspread.urls
import redis.asyncio

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import participant  # noqa: E402


def use_endpoint(job):
    """gspread has no setting for its address or its CA: its URL constants and requests' variable are changed."""
    google, own = gspread.urls.SPREADSHEETS_API_V4_BASE_URL, job["sheets_endpoint"] + "/v4/spreadsheets"
    for module in (gspread.urls, gspread.http_client):
        for name, value in list(vars(module).items()):
            if name.startswith("SPREADSHEET") and isinstance(value, str) and value.startswith(google):
                setattr(module, name, own + value[len(google):])
    os.environ["REQUESTS_CA_BUNDLE"] = job["ca_file"]


def read_sheet(job):
    """The whole worksheet, of which three columns are needed."""
    client = gspread.service_account(filename=job["credentials_file"], scopes=participant.SCOPES)
    header, *rows = client.open_by_key(job["spreadsheet_id"]).worksheet(job["worksheet"]).get_all_values()
    tag, occupied_by, occupied_at = (header.index(name) for name in participant.HEADERS)
    return [(row[tag], row[occupied_by], row[occupied_at]) for row in rows]


async def make_locks(rows, job):
    locks = 0
    async with redis.asyncio.Redis(host=job["redis_host"], port=job["redis_port"]) as client:
        for tag, owner, date in participant.occupations(rows, job):
            key = job["key_prefix"] + tag
            if await client.exists(key):
                continue
            await client.set(key, f"{owner}:{uuid.uuid4()}:{date}", ex=participant.CLAIM_LIFE_S)
            await client.persist(key)
            locks += 1
    return locks


async def reconcile(rows, job, clock):
    if rows is None:
        rows = await asyncio.to_thread(read_sheet, job)
        clock.rows_are_there()
    return await make_locks(rows, job)


def main():
    job, rows = participant.read_job()
    use_endpoint(job)
    clock = participant.Clock()
    clock.tell(asyncio.run(reconcile(rows, job, clock)))


if __name__ == "__main__":
    main()
