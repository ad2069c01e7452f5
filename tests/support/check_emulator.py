"""Reads the Sheets emulator through Google's own Python client and through gspread: what they understand, it speaks.

Needs the packages of requirements.txt in a virtual environment; see README.md.
"""

import json
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from emulator_process import Emulator  # noqa: E402

import google.auth.exceptions  # noqa: E402
import google_auth_httplib2  # noqa: E402
import googleapiclient.discovery  # noqa: E402
import googleapiclient.errors  # noqa: E402
import gspread  # noqa: E402
import gspread.http_client  # noqa: E402
import gspread.urls  # noqa: E402
import httplib2  # noqa: E402
from google.oauth2 import service_account  # noqa: E402

SCOPES = ["https://www.googleapis.com/auth/spreadsheets.readonly"]
UNFORMATTED = {"valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "SERIAL_NUMBER"}
SHEET = {"title": "Hoja 1", "rows": 40, "columns": 6, "cells": [
    ["TAG_SPOOL", "Ocupado_Por", "Fecha_Ocupacion", "Ñandú", "n"],
    ["MK-1346-TW-28082-011", "MR(93)", {"date": 46155.48180555556}, "sí <&> \"q\" \\ 🌵\n2", 1],
    [],
    ["MK-1346-TW-28082-012", None, None, {"formula_error": "#N/A"}, 2.5],
    ["MK-1346-TW-28082-013", "NR(94)", "2025-11-03", True, -7]]}
BOOK = {"id": "book-of-checks", "title": "Control", "time_zone": "America/Santiago", "locale": "en_US",
        "sheets": [SHEET, {"title": "D3", "rows": 3, "columns": 3}]}
FORMATTED = [["TAG_SPOOL", "Ocupado_Por", "Fecha_Ocupacion", "Ñandú", "n"],
             ["MK-1346-TW-28082-011", "MR(93)", "13-05-2026 11:33:48", "sí <&> \"q\" \\ 🌵\n2", "1"],
             [],
             ["MK-1346-TW-28082-012", "", "", "#N/A", "2.5"],
             ["MK-1346-TW-28082-013", "NR(94)", "2025-11-03", "TRUE", "-7"]]
DATES = [["Fecha_Ocupacion", 46155.48180555556, "", "", "2025-11-03"]]


class Check(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.emulator = Emulator("--rows", "10", "--occupied", "1")
        cls.addClassCleanup(cls.emulator.close)
        os.environ["REQUESTS_CA_BUNDLE"] = cls.emulator.ca_file  # google-auth and gspread ask through requests

    def setUp(self):
        self.emulator.do("reset")
        self.emulator.do("sheet", spreadsheet=BOOK)

    def configure(self, **settings):
        undo = {"api_enabled": True, "sharing": None, "xlsx": False, "quota_per_minute": 0, "clock_skew_s": 0}
        self.addCleanup(self.emulator.do, "config", **undo)
        self.emulator.do("config", **settings)


class GoogleClient(Check):
    def setUp(self):
        super().setUp()
        self.service = self.build(SCOPES)

    def build(self, scopes):
        """Only the address and the CA are the emulator's; the description of the API is the one the client brings."""
        from_file = service_account.Credentials.from_service_account_file
        credentials = from_file(self.emulator.credentials_file, scopes=scopes)
        http = google_auth_httplib2.AuthorizedHttp(credentials, http=httplib2.Http(ca_certs=self.emulator.ca_file))
        service = googleapiclient.discovery.build("sheets", "v4", http=http, static_discovery=True,
                                                  client_options={"api_endpoint": self.emulator.url})
        self.addCleanup(service.close)
        return service.spreadsheets()

    def refusal(self, request):
        with self.assertRaises(googleapiclient.errors.HttpError) as caught:
            request.execute()
        return caught.exception.status_code, caught.exception.reason

    def test_values_get_equals_the_sheet(self):
        answer = self.service.values().get(spreadsheetId=BOOK["id"], range="'Hoja 1'").execute()
        self.assertEqual(answer, {"range": "'Hoja 1'!A1:F40", "majorDimension": "ROWS", "values": FORMATTED})
        self.assertEqual(self.emulator.do("stats")["token"], 1)

    def test_batch_get_of_columns_equals_the_sheet(self):
        asked = ["'Hoja 1'!C1:C", "D3!A1:A", "'D3'!A1:A"]
        answer = self.service.values().batchGet(spreadsheetId=BOOK["id"], majorDimension="COLUMNS", ranges=asked,
                                                **UNFORMATTED).execute()
        self.assertEqual([each.get("values") for each in answer["valueRanges"]], [DATES, None, None])
        self.assertEqual([each["range"] for each in answer["valueRanges"]],
                         ["'Hoja 1'!C1:C40", "'D3'!A1:A3", "'D3'!A1:A3"])

    def test_metadata_with_a_mask(self):
        answer = self.service.get(spreadsheetId=BOOK["id"], ranges=["'Hoja 1'!1:1"], fields=(
            "properties(timeZone,locale),sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),"
            "data(rowData(values(formattedValue))))")).execute()
        cells = answer["sheets"][0]["data"][0]["rowData"][0]["values"]
        self.assertEqual([cell["formattedValue"] for cell in cells], FORMATTED[0])
        self.assertEqual(answer["properties"], {"timeZone": "America/Santiago", "locale": "en_US"})
        self.assertEqual(answer["sheets"][0]["properties"]["gridProperties"], {"rowCount": 40, "columnCount": 6})

    def test_refusals_are_typed(self):
        values = self.service.values()
        request = values.get(spreadsheetId=BOOK["id"], range="A1")
        self.assertEqual(self.refusal(values.get(spreadsheetId="other", range="A1")),
                         (404, "Requested entity was not found."))
        self.assertEqual(self.refusal(values.get(spreadsheetId=BOOK["id"], range="Nada!A1")),
                         (400, "Unable to parse range: Nada!A1"))
        for settings, code, words in (({"sharing": []}, 403, "does not have permission"),
                                      ({"sharing": None, "api_enabled": False}, 403, "it is disabled"),
                                      ({"api_enabled": True, "xlsx": True}, 400, "not supported for this document"),
                                      ({"xlsx": False, "quota_per_minute": -1}, 429, "Quota exceeded")):
            self.configure(**settings)
            status, reason = self.refusal(request)
            self.assertEqual(status, code)
            self.assertIn(words, reason)

    def test_quota_details_are_read(self):
        self.configure(quota_per_minute=-1)
        with self.assertRaises(googleapiclient.errors.HttpError) as caught:
            self.service.values().get(spreadsheetId=BOOK["id"], range="A1").execute()
        details = caught.exception.error_details[0]
        self.assertEqual((details["reason"], details["metadata"]["quota_limit"]),
                         ("RATE_LIMIT_EXCEEDED", "ReadRequestsPerMinutePerUser"))

    def test_token_of_another_scope_is_insufficient(self):
        service = self.build(["https://www.googleapis.com/auth/cloud-platform"])
        status, reason = self.refusal(service.values().get(spreadsheetId=BOOK["id"], range="A1"))
        self.assertEqual((status, reason), (403, "Request had insufficient authentication scopes."))

    def test_expired_token_is_renewed_by_the_client(self):
        request = self.service.values().get(spreadsheetId=BOOK["id"], range="A1")
        request.execute()
        self.emulator.do("config", expire_tokens=True)
        self.assertEqual(request.execute()["values"], [["TAG_SPOOL"]])
        self.assertEqual(self.emulator.do("stats")["token"], 2)

    def test_clock_that_is_off_is_a_refresh_error(self):
        self.configure(clock_skew_s=7200)
        with self.assertRaisesRegex(google.auth.exceptions.RefreshError, "reasonable timeframe"):
            self.service.values().get(spreadsheetId=BOOK["id"], range="A1").execute()

    def test_503_is_retried_by_the_client(self):
        self.emulator.do("fault", where="values", kind="google_error", name="unavailable_503", times=1)
        request = self.service.values().get(spreadsheetId=BOOK["id"], range="A1")
        self.assertEqual(request.execute(num_retries=2)["values"], [["TAG_SPOOL"]])


class Gspread(Check):
    def setUp(self):
        super().setUp()
        # gspread has no setting for its address: its URL constants are all that is changed.
        google = gspread.urls.SPREADSHEETS_API_V4_BASE_URL
        own = self.emulator.url + "/v4/spreadsheets"
        for module in (gspread.urls, gspread.http_client):
            for name, value in list(vars(module).items()):
                if name.startswith("SPREADSHEET") and isinstance(value, str) and value.startswith(google):
                    setattr(module, name, own + value[len(google):])
                    self.addCleanup(setattr, module, name, value)
        self.client = gspread.service_account(filename=self.emulator.credentials_file, scopes=SCOPES)

    def test_get_all_values_equals_the_sheet(self):
        sheet = self.client.open_by_key(BOOK["id"]).worksheet("Hoja 1")
        self.assertEqual(sheet.get_all_values(), [row + [""] * (5 - len(row)) for row in FORMATTED])
        self.assertEqual((sheet.row_count, sheet.col_count), (40, 6))

    def test_batch_get_and_columns(self):
        sheet = self.client.open_by_key(BOOK["id"]).worksheet("Hoja 1")
        tags, dates = sheet.batch_get(["A2:A", "C1:C"], major_dimension="COLUMNS",
                                      value_render_option="UNFORMATTED_VALUE")
        self.assertEqual(list(tags), [["MK-1346-TW-28082-011", "", "MK-1346-TW-28082-012", "MK-1346-TW-28082-013"]])
        self.assertEqual(list(dates), DATES)
        self.assertEqual(sheet.col_values(2), ["Ocupado_Por", "MR(93)", "", "", "NR(94)"])
        self.assertEqual(sheet.row_values(3), [])

    def test_production_shape_is_read_whole(self):
        emulator = Emulator("--write-sheet", "-", "--now", "1778686428")
        self.addCleanup(emulator.close)
        book = {name: getattr(emulator, name) for name in ("id", "title", "time_zone", "locale", "sheets")}
        self.emulator.do("sheet", spreadsheet=book)
        rows = self.client.open_by_key(book["id"]).worksheet("Operaciones").get_all_values(
            value_render_option="UNFORMATTED_VALUE")
        cells = book["sheets"][0]["column_cells"]
        held = {column: [each["date"] if isinstance(each, dict) else "" if each is None else each
                         for each in cells[letters]] for column, letters in ((6, "G"), (66, "BO"), (67, "BP"))}
        for column, expected in held.items():
            read = [row[column] for row in rows]
            self.assertEqual(read, expected + [""] * (len(read) - len(expected)))
        self.assertEqual(sum("(" in row[66] for row in rows), 22)

    def test_refusals_are_typed(self):
        with self.assertRaises(gspread.exceptions.SpreadsheetNotFound):
            self.client.open_by_key("other")
        with self.assertRaises(gspread.exceptions.WorksheetNotFound):
            self.client.open_by_key(BOOK["id"]).worksheet("Nada")
        book = self.client.open_by_key(BOOK["id"])
        self.configure(sharing=[])
        with self.assertRaises(PermissionError):
            self.client.open_by_key(BOOK["id"])
        with self.assertRaises(gspread.exceptions.APIError) as caught:
            book.values_get("A1")
        self.assertEqual((caught.exception.code, caught.exception.error["status"]), (403, "PERMISSION_DENIED"))
        self.configure(sharing=None, quota_per_minute=-1)
        with self.assertRaises(gspread.exceptions.APIError) as caught:
            book.values_get("A1")
        self.assertEqual((caught.exception.code, caught.exception.error["status"]), (429, "RESOURCE_EXHAUSTED"))
        self.configure(quota_per_minute=0)
        with self.assertRaises(gspread.exceptions.APIError) as caught:
            book.values_get("Nada!A1")
        self.assertEqual((caught.exception.code, caught.exception.error["message"]),
                         (400, "Unable to parse range: Nada!A1"))
        self.assertTrue(json.dumps(caught.exception.error))


if __name__ == "__main__":
    unittest.main()
