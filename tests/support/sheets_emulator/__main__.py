"""Starts the server, says where it is in one JSON line, and takes commands from stdin."""

import argparse
import ctypes
import json
import os
import shutil
import signal
import sys
import tempfile

from . import shape
from .control import Control
from .sheet import book_from_json, book_to_json
from .state import State
from .tls import Authority
from .tokens import SHEETS_READONLY, Account, Tokens
from .server import Server

_EPILOG = """\
By hand:
  sheets-emulator --serve --port 8443 --state-dir /tmp/emulator &
  curl --cacert /tmp/emulator/ca.pem -H "Authorization: Bearer $(cat /tmp/emulator/access-token)" \\
    "https://localhost:8443/v4/spreadsheets/$(cat /tmp/emulator/spreadsheet-id)/values/Operaciones!G1:G5"

In tests: start it with pipes, read one line, write one command a line, read one line of answer to each.
It ends at the end of its stdin, and with its parent. The commands, faults and edits are in README.md beside it.
  {"op":"ping"}
  {"op":"set","tag":"MK-1346-TW-28082-011","column":"Ocupado_Por","value":"DISPONIBLE"}
  {"op":"fault","where":"token","kind":"status","code":503,"headers":{"Retry-After":"1"},"times":2}
  {"op":"edit_on","where":"confirm","edits":[{"op":"set","row":12,"column":"BO","value":null}]}
"""


def _arguments():
    parser = argparse.ArgumentParser(prog="sheets-emulator", epilog=_EPILOG,
                                     description="A Google Sheets API v4 server for tests, on the loopback, over TLS.",
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    server = parser.add_argument_group("server")
    server.add_argument("--port", type=int, default=0, help="default: one that is free")
    server.add_argument("--plain", action="store_true", help="http instead of https")
    server.add_argument("--serve", action="store_true", help="ignore stdin; run until SIGINT or SIGTERM")
    server.add_argument("--state-dir", metavar="DIR", help="where the CA, the key file and the like are written; "
                        "default: a temporary folder, deleted at the end")
    server.add_argument("--tls-dir", metavar="DIR", help="keep the CA here, and use the one that is here")
    server.add_argument("--key-file", metavar="PEM", help="the account's RSA key; made where it is not there")
    sheet = parser.add_argument_group("spreadsheet", "a file, or one of the production shape")
    sheet.add_argument("--sheet", metavar="FILE.json", help="as --write-sheet writes it")
    sheet.add_argument("--write-sheet", metavar="FILE.json", help="write the spreadsheet and end; - is stdout")
    sheet.add_argument("--rows", type=int, default=1869, help="rows with a spool (default %(default)s)")
    sheet.add_argument("--occupied", type=int, default=22, help="of which somebody occupies (default %(default)s)")
    sheet.add_argument("--now", type=shape.parse_now, help="occupied within the 23 hours before; Unix seconds or ISO "
                       "8601 (default: the clock)")
    sheet.add_argument("--seed", type=int, default=1, help="another one, another sheet (default %(default)s)")
    sheet.add_argument("--wide", action=argparse.BooleanOptionalAction,
                       help=f"fill all 75 columns (default: up to {shape.WIDE_ROWS_MAX} rows)")
    sheet.add_argument("--time-zone", default="America/Santiago", help="the spreadsheet's (default %(default)s)")
    return parser.parse_args()


def _book(options):
    if options.sheet:
        with open(options.sheet, encoding="utf-8") as file:
            return book_from_json(json.load(file))
    return shape.book(options.rows, min(options.occupied, options.rows), options.now, options.seed, options.wide,
                      options.time_zone)


def _write_sheet(book, path):
    text = json.dumps(book_to_json(book), ensure_ascii=False) + "\n"
    if path == "-":
        sys.stdout.write(text)
        return
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def _write(folder, name, text):
    path = os.path.join(folder, name)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    return path


def _start(options, folder):
    """The ready line's content, and the control that takes commands."""
    state = State(_book(options), Account(options.key_file))
    state.book.warm(shape.NEEDED)
    state.tokens = Tokens(state.account, state.now)
    if options.tls_dir:
        os.makedirs(options.tls_dir, exist_ok=True)
    state.authority = Authority(folder, options.tls_dir)
    if not options.plain:
        state.tls_context()
    control = Control(state)
    server = Server(state, control.edit, options.port, not options.plain)
    url = f"{'http' if options.plain else 'https'}://localhost:{server.port}"
    state.tokens.audiences.add(url + "/token")
    token = state.tokens.mint([SHEETS_READONLY], life_s=10 * 365 * 86400)
    credentials = json.dumps(state.account.credentials(url + "/token"), indent=2) + "\n"
    _write(folder, "access-token", token)
    _write(folder, "spreadsheet-id", state.book.id)
    return {"url": url, "port": server.port, "ca_file": state.authority.ca_file, "state_dir": folder,
            "credentials_file": _write(folder, "credentials.json", credentials), "client_email": state.account.email,
            "spreadsheet_id": state.book.id, "token_url": url + "/token", "access_token": token}, control


def _end_with_parent():
    """The system sends SIGTERM when the process that started this one dies, even by kill -9."""
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)


def _take_commands(control):
    for line in sys.stdin:
        if line.strip():
            print(control.run(line), flush=True)


def main():
    options = _arguments()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    if options.write_sheet:
        _write_sheet(_book(options), options.write_sheet)
        return
    if not options.serve:
        _end_with_parent()
    folder = options.state_dir or tempfile.mkdtemp(prefix="sheets-emulator-")
    try:
        os.makedirs(folder, exist_ok=True)
        ready, control = _start(options, folder)
        print(json.dumps(ready), flush=True)
        if options.serve:
            while True:
                signal.pause()
        _take_commands(control)
    except BrokenPipeError:
        pass
    finally:
        if not options.state_dir:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
