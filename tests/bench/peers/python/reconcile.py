"""The best a Python user could do: Google's client for just three columns, orjson, and pipelines of redis-py."""

import gc
import itertools
import os
import pathlib
import sys

import google.auth.crypt
import google_auth_httplib2
import googleapiclient.discovery
import googleapiclient.discovery_cache
import googleapiclient.model
import httplib2
import orjson
import redis
from cryptography.hazmat.primitives import serialization
from google.oauth2 import service_account

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import participant  # noqa: E402

PIPELINE_COMMANDS = 2000  # 200 takes longer; above it, up to 100,000 at once, nothing more is gained
VERSION_4 = bytes(byte & 0x0F | 0x40 for byte in range(256))
VARIANT = bytes(byte & 0x3F | 0x80 for byte in range(256))


class OrjsonModel(googleapiclient.model.JsonModel):
    def deserialize(self, content):
        return orjson.loads(content)


def credentials_of(path):
    """As from_service_account_file makes them, without its 40 ms proof that the key is a sound one."""
    info = orjson.loads(pathlib.Path(path).read_bytes())
    key = serialization.load_pem_private_key(info["private_key"].encode(), None, unsafe_skip_rsa_key_validation=True)
    signer = google.auth.crypt.RSASigner(key, info["private_key_id"])
    return service_account.Credentials(signer, info["client_email"], info["token_uri"], scopes=participant.SCOPES)


def document():
    """The API's description that comes with the client, with just the two methods that are called.

    Of the whole of it the client writes every method's documentation at each start: 0.3 s and 75 MiB.
    """
    whole = orjson.loads(googleapiclient.discovery_cache.get_static_doc("sheets", "v4"))
    methods = whole["resources"]["spreadsheets"]["resources"]["values"]["methods"]
    values = {"methods": {name: methods[name] for name in ("get", "batchGet")}}
    schemas = {name: whole["schemas"][name] for name in ("ValueRange", "BatchGetValuesResponse")}
    return {**whole, "resources": {"spreadsheets": {"resources": {"values": values}}}, "schemas": schemas}


def letters_of(index):
    """0 -> A, 66 -> BO."""
    letters, index = "", index + 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def read_sheet(job):
    """The header row, then the three columns in one request, over the token's connection."""
    http = httplib2.Http(ca_certs=job["ca_file"])
    http = google_auth_httplib2.AuthorizedHttp(credentials_of(job["credentials_file"]), http=http)
    service = googleapiclient.discovery.build_from_document(
        document(), http=http, model=OrjsonModel(), client_options={"api_endpoint": job["sheets_endpoint"]})
    values = service.spreadsheets().values()
    sheet = "'" + job["worksheet"].replace("'", "''") + "'!"
    header = values.get(spreadsheetId=job["spreadsheet_id"], range=sheet + "1:1").execute()["values"][0]
    letters = [letters_of(header.index(name)) for name in participant.HEADERS]
    answer = values.batchGet(spreadsheetId=job["spreadsheet_id"], majorDimension="COLUMNS", prettyPrint=False,
                             ranges=[f"{sheet}{each}2:{each}" for each in letters]).execute()
    columns = [each["values"][0] if "values" in each else [] for each in answer["valueRanges"]]
    return itertools.zip_longest(*columns, fillvalue="")


def uuids(count):
    """Version 4, of one block of random bytes."""
    block = bytearray(os.urandom(16 * count))
    block[6::16] = block[6::16].translate(VERSION_4)
    block[8::16] = block[8::16].translate(VARIANT)
    digits = block.hex()
    for at in range(0, len(digits), 32):
        yield f"{digits[at:at + 8]}-{digits[at + 8:at + 12]}-{digits[at + 12:at + 16]}-{digits[at + 16:at + 20]}-" \
              f"{digits[at + 20:at + 32]}"


def pipelined(client, commands):
    """Every command's answer, so many commands a round trip."""
    answers = []
    for start in range(0, len(commands), PIPELINE_COMMANDS):
        pipeline = client.pipeline(transaction=False)
        for command in commands[start:start + PIPELINE_COMMANDS]:  # set() would need a fifth more time than this
            pipeline.execute_command(*command)
        answers += pipeline.execute()
    return answers


def make_locks(rows, job):
    prefix, life_ms = job["key_prefix"], 1000 * participant.CLAIM_LIFE_S
    taken = list(participant.occupations(rows, job))
    # RESP2 without the driver's name: nothing is to be asked before the first pipeline.
    with redis.Redis(host=job["redis_host"], port=job["redis_port"], protocol=2, driver_info=None) as client:
        claims = [("SET", prefix + tag, f"{owner}:{uuid}:{date}", "NX", "PX", life_ms)
                  for (tag, owner, date), uuid in zip(taken, uuids(len(taken)))]
        answers = pipelined(client, claims)
        made = [("PERSIST", claim[1]) for claim, answer in zip(claims, answers) if answer]
        pipelined(client, made)
    return len(made)


def main():
    job, rows = participant.read_job()
    gc.disable()  # nothing here is a cycle of any size, and looking for some took a third of the time
    clock = participant.Clock()
    if rows is None:
        rows = read_sheet(job)
        clock.rows_are_there()
    clock.tell(make_locks(rows, job))


if __name__ == "__main__":
    main()
