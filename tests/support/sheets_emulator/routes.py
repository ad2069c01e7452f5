"""Which request is which, and the reply that it gets where nothing goes wrong."""

import json
import re
import urllib.parse

from . import api
from .errors import ApiError, html_page
from .tokens import GrantError

_JSON = {"Content-Type": "application/json; charset=UTF-8"}
_SPREADSHEET = re.compile(r"/v4/spreadsheets/([^/:]+)(?:/values(?:(:batchGet)|/(.+)))?")


class Reply:
    def __init__(self, code, headers, body):
        self.code, self.headers, self.body = code, headers, body


def classify(request):
    """A batchGet of exactly two ranges is the confirm read: tag and owner."""
    if request.method == "POST" and request.raw_path == "/token":
        return "token"
    match = _SPREADSHEET.fullmatch(request.raw_path) if request.method == "GET" else None
    if not match:
        return "other"
    if match.group(2) is None and match.group(3) is None:
        return "metadata"
    return "confirm" if match.group(2) and len(request.query.get("ranges", [])) == 2 else "values"


def answer(state, request, kind, lag_ms=None):
    try:
        if kind == "token":
            return Reply(200, _JSON, _token(state, request).encode())
        if kind == "other":
            return _unknown(request)
        return Reply(200, _JSON, _read(state, request, lag_ms).encode())
    except GrantError as error:
        return Reply(400, _JSON, error.body().encode())
    except ApiError as error:
        return Reply(error.code, {"Content-Type": error.content_type(), **error.headers}, error.body().encode())


def _token(state, request):
    form = urllib.parse.parse_qs(request.body.decode("latin-1"))
    token = state.tokens.grant(form)
    return json.dumps({"access_token": token, "expires_in": state.config["expires_in"], "token_type": "Bearer"},
                      indent=2) + "\n"


def _bearer(request):
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    return request.query.get("access_token", [None])[0]


def _read(state, request, lag_ms):
    spreadsheet_id, batch, area = _SPREADSHEET.fullmatch(request.raw_path).groups()
    state.admit(_bearer(request), urllib.parse.unquote(spreadsheet_id))
    if not batch and area is None:
        return api.spreadsheet_get(state.book, request.query)
    lag_ms = state.config["lag_ms"] if lag_ms is None else lag_ms
    book = state.book_before(lag_ms) if lag_ms else state.book
    if batch:
        return api.values_batch_get(book, request.query)
    return api.values_get(book, urllib.parse.unquote(area), request.query)


def _unknown(request):
    text = f"The requested URL {request.path[:100]} was not found on this server."
    return Reply(404, {"Content-Type": "text/html; charset=UTF-8"}, html_page("404. That's an error.", text).encode())
