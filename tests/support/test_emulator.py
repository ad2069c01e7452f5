"""Checks the Sheets emulator itself: ranges, masks, shapes of replies. Runs on the system's python3."""

import gzip
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from emulator_process import Emulator, get  # noqa: E402
from sheets_emulator import mask, ranges, shape  # noqa: E402
from sheets_emulator.errors import ApiError  # noqa: E402
from sheets_emulator.sheet import book_from_json, column_index, column_letters  # noqa: E402
from sheets_emulator.values import plain_number, shown  # noqa: E402

TAB = {"title": "Hoja 1", "rows": 10, "columns": 5, "cells": [
    ["TAG", "Owner", "When", "Mixed"], ["A-1", "MR(93)", {"date_time": "13-05-2026 11:33:48"}, True], [],
    ["A-2", None, None, {"formula_error": "#N/A"}, None], [7, "", "", 1.5]]}
BOOK = {"id": "book-1", "title": "Prueba", "time_zone": "America/Santiago", "locale": "es_CL",
        "sheets": [TAB, {"title": "D3", "rows": 5, "columns": 3}, {"title": "It's", "cells": [["x"]]}]}


class Ranges(unittest.TestCase):
    def setUp(self):
        self.book = book_from_json(BOOK)

    def test_reply_names_the_range_in_canonical_form(self):
        for asked, answered in {
                "'Hoja 1'!A1:A": "'Hoja 1'!A1:A10", "Hoja 1!b2": "'Hoja 1'!B2", "'Hoja 1'": "'Hoja 1'!A1:E10",
                "1:1": "'Hoja 1'!A1:E1", "A5:A": "'Hoja 1'!A5:A10", "D4:A1": "'Hoja 1'!A1:D4",
                "C:C": "'Hoja 1'!C1:C10", "'D3'": "'D3'!A1:C5", "D3": "'Hoja 1'!D3", "'It''s'!A1:B2": "'It''s'!A1:B2",
                "'Hoja 1'!A2:2": "'Hoja 1'!A2:E2", "'Hoja 1'!A9:Z99": "'Hoja 1'!A9:E10"}.items():
            with self.subTest(asked):
                self.assertEqual(str(ranges.parse(asked, self.book)), answered)

    def test_bare_name_is_quoted_only_where_needed(self):
        self.assertEqual([ranges.quoted(name) for name in ("Operaciones", "Sheet1", "CRM26", "a b", "Hója")],
                         ["Operaciones", "Sheet1", "'CRM26'", "'a b'", "'Hója'"])

    def test_unknown_tab_or_nonsense_cannot_be_parsed(self):
        for asked in ("Nada!A1", "'Hoja 1'!A", "'Hoja 1'!A0", "'Hoja 1'!", "", "'Hoja 1", "'Hoja 1'!A1:B2:C3",
                      "'Nada'"):
            with self.subTest(asked), self.assertRaises(ApiError) as caught:
                ranges.parse(asked, self.book)
            self.assertEqual(caught.exception.message, f"Unable to parse range: {asked}")

    def test_start_beyond_the_grid_exceeds_limits(self):
        with self.assertRaises(ApiError) as caught:
            ranges.parse("'Hoja 1'!A11:A", self.book)
        self.assertEqual((caught.exception.code, caught.exception.message),
                         (400, "Range ('Hoja 1'!A11:A) exceeds grid limits. Max rows: 10, max columns: 5"))

    def test_letters_and_indexes_agree(self):
        self.assertEqual([column_letters(index) for index in (0, 25, 26, 66, 701, 702)],
                         ["A", "Z", "AA", "BO", "ZZ", "AAA"])
        self.assertTrue(all(column_index(column_letters(index)) == index for index in range(2000)))


class Masks(unittest.TestCase):
    def test_forms_mean_the_same(self):
        expected = {"properties": {"timeZone": {}}, "sheets": {"properties": {"title": {}, "sheetId": {}}}}
        for text in ("properties(timeZone),sheets(properties(title,sheetId))",
                     "properties.timeZone,sheets.properties.title,sheets.properties.sheetId",
                     "properties/timeZone,sheets/properties(title,sheetId)"):
            self.assertEqual(mask.parse(text, mask.SPREADSHEET), expected)

    def test_unknown_or_broken_mask_is_refused(self):
        for text in ("propertys", "sheets(properties(title)", "sheets(nope)", "sheets,", "sheets)",
                     "sheets.properties.nope"):
            with self.subTest(text), self.assertRaises(ApiError):
                mask.parse(text, mask.SPREADSHEET)

    def test_apply_keeps_what_is_asked(self):
        tree = mask.parse("sheets.properties.title", mask.SPREADSHEET)
        whole = {"spreadsheetId": "x", "sheets": [{"properties": {"title": "t", "index": 0}}]}
        self.assertEqual(mask.apply(tree, whole), {"sheets": [{"properties": {"title": "t"}}]})


class Rendering(unittest.TestCase):
    def test_numbers(self):
        self.assertEqual([plain_number(value) for value in (1.0, 46155.48180555556, 1.5, -3)],
                         ["1", "46155.48180555556", "1.5", "-3"])
        self.assertEqual([shown(1.5, "es_CL"), shown(1.5, "en_US"), shown(1 / 3, "en_US"), shown(True, "en_US")],
                         ["1,5", "1.5", "0.3333333333", "TRUE"])

    def test_shape_is_the_production_one(self):
        sheet = shape.operaciones(now=1778686428)
        tags, owners = sheet.columns[6].cells, sheet.columns[66].cells
        self.assertEqual((tags[0], owners[0], sheet.columns[67].get(0)),
                         ("TAG_SPOOL", "Ocupado_Por", "Fecha_Ocupacion"))
        self.assertEqual(len({tag for tag in tags[1:] if tag}), 1869)
        self.assertEqual(sum("(" in (owner or "") for owner in owners), 22)


class Reads(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.emulator = Emulator("--rows", "50")
        cls.addClassCleanup(cls.emulator.close)

    def setUp(self):
        self.emulator.do("reset")
        self.emulator.do("sheet", spreadsheet=BOOK)

    def json(self, path, *query, code=200):
        reply, body = get(self.emulator, path, query)
        self.assertEqual(reply.status, code, body)
        return json.loads(body)

    def test_columns_are_ragged_in_request_order_and_without_the_empty_end(self):
        answer = self.json("book-1/values:batchGet", ("ranges", "'Hoja 1'!C1:E"), ("ranges", "'Hoja 1'!A1:A"),
                           ("ranges", "E1:E"), ("majorDimension", "COLUMNS"),
                           ("valueRenderOption", "UNFORMATTED_VALUE"), ("dateTimeRenderOption", "SERIAL_NUMBER"))
        self.assertEqual(answer, {"spreadsheetId": "book-1", "valueRanges": [
            {"range": "'Hoja 1'!C1:E10", "majorDimension": "COLUMNS",
             "values": [["When", 46155.48180555556], ["Mixed", True, "", "#N/A", 1.5]]},
            {"range": "'Hoja 1'!A1:A10", "majorDimension": "COLUMNS", "values": [["TAG", "A-1", "", "A-2", 7]]},
            {"range": "'Hoja 1'!E1:E10", "majorDimension": "COLUMNS"}]})

    def test_rows_are_formatted_with_empty_rows_inside(self):
        answer = self.json("book-1/values/'Hoja 1'!A2:E")
        self.assertEqual(answer["values"], [["A-1", "MR(93)", "13-05-2026 11:33:48", "TRUE"], [],
                                            ["A-2", "", "", "#N/A"], ["7", "", "", "1,5"]])

    def test_body_is_pretty_utf8_chunked_as_recorded(self):
        reply, body = get(self.emulator, "book-1/values/'Hoja 1'!A1:A2")
        self.assertEqual(body.decode(), '{\n  "range": "\'Hoja 1\'!A1:A2",\n'
                         '  "majorDimension": "ROWS",\n  "values": [\n'
                         '    [\n      "TAG"\n    ],\n    [\n      "A-1"\n    ]\n  ]\n}\n')
        self.assertEqual((reply.getheader("Content-Type"), reply.getheader("Transfer-Encoding")),
                         ("application/json; charset=UTF-8", "chunked"))
        _, body = get(self.emulator, "book-1/values/D3!A1", [("prettyPrint", "false")])
        self.assertEqual(body, b'{"range":"\'D3\'!A1","majorDimension":"ROWS"}')

    def test_gzip_needs_the_word_in_the_agent_too(self):
        headers = {"Accept-Encoding": "gzip"}
        reply, body = get(self.emulator, "book-1/values/A1", **headers, **{"User-Agent": "lockrec (gzip)"})
        self.assertEqual((reply.getheader("Content-Encoding"), json.loads(gzip.decompress(body))["values"]),
                         ("gzip", [["TAG"]]))
        reply, _ = get(self.emulator, "book-1/values/A1", **headers, **{"User-Agent": "lockrec"})
        self.assertIsNone(reply.getheader("Content-Encoding"))

    def test_metadata_with_mask_returns_grid_data(self):
        fields = ("properties(timeZone,locale),sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),"
                  "data(rowData(values(formattedValue))))")
        answer = self.json("book-1", ("ranges", "'Hoja 1'!1:1"), ("fields", fields), ("includeGridData", "false"))
        self.assertEqual(answer, {
            "properties": {"timeZone": "America/Santiago", "locale": "es_CL"},
            "sheets": [{"properties": {"sheetId": 0, "title": "Hoja 1",
                                       "gridProperties": {"rowCount": 10, "columnCount": 5}},
                        "data": [{"rowData": [{"values": [{"formattedValue": text} for text in
                                                          ("TAG", "Owner", "When", "Mixed")]}]}]}]})
        answer = self.json("book-1", ("ranges", "'D3'!1:1"), ("fields", "sheets.data"))
        self.assertEqual(answer, {"sheets": [{"data": [{}]}]})

    def test_metadata_without_mask_has_every_tab_and_no_cells(self):
        answer = self.json("book-1")
        self.assertEqual([sheet["properties"]["title"] for sheet in answer["sheets"]], ["Hoja 1", "D3", "It's"])
        self.assertNotIn("data", answer["sheets"][0])

    def test_misspelt_parameters_are_refused(self):
        for query in (("range", "A1"), ("majorDimension", "COLUMN"), ("valueRenderOption", "RAW"), ("fields", "value")):
            self.assertEqual(self.json("book-1/values:batchGet", ("ranges", "A1"), query, code=400)["error"]["status"],
                             "INVALID_ARGUMENT")

    def test_refusals_are_told_apart(self):
        for setting, undo, code, word in (
                ({"api_enabled": False}, {"api_enabled": True}, 403, "it is disabled"),
                ({"sharing": ["x@example.org"]}, {"sharing": None}, 403, "The caller does not have permission"),
                ({"xlsx": True}, {"xlsx": False}, 400, "This operation is not supported for this document"),
                ({"quota_per_minute": -1}, {"quota_per_minute": 0}, 429, "Quota exceeded for quota metric")):
            with self.subTest(setting):
                self.emulator.do("config", **setting)
                self.addCleanup(self.emulator.do, "config", **undo)
                error = self.json("book-1/values/A1", code=code)["error"]
                self.emulator.do("config", **undo)
                self.assertIn(word, error["message"])
        self.assertEqual(self.json("other/values/A1", code=404)["error"]["status"], "NOT_FOUND")
        error = self.json("book-1/values/Nada!A1", code=400)["error"]
        self.assertEqual(error["message"], "Unable to parse range: Nada!A1")

    def test_quota_counts_requests_of_a_window(self):
        self.emulator.do("config", quota_per_minute=2)
        self.addCleanup(self.emulator.do, "config", quota_per_minute=0)
        codes = [get(self.emulator, "book-1/values/A1")[0].status for _ in range(4)]
        self.assertEqual(codes, [200, 200, 429, 429])


if __name__ == "__main__":
    unittest.main()
