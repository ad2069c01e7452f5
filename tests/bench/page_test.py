"""The page says what the results say: every figure beside its goal, what was missed, and who was left out and why."""
import copy
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ET

import page
import plots
import units
from drawing import spread, text_width

SVG = "{http://www.w3.org/2000/svg}"
FOLDER = pathlib.Path(__file__).resolve().parent
WHY = "300,000 round trips: <minutes> a run"


def participant(whole, redis=None, **others):
    median = {"seconds": whole, "redis_seconds": whole if redis is None else redis, "cpu_seconds": whole / 4,
              "sheet_seconds": None if redis is None else whole - redis, "peak_kib": 1500, **others}
    return {"runs": [{**median, "seconds": whole * factor} for factor in (0.95, 1, 1.2)], "median": median}


def start_up(rows, missing, network):
    wholes = {"lockrec": 0.48, "go": 0.5, "python": 0.52, "node": 0.53, "first": 1.3}
    return {"id": f"startup/{missing}-of-{rows}/{network.replace(' ', '')}", "part": "startup", "rows": rows,
            "missing": missing, "network": network, "left_out": {},
            "participants": {name: participant(whole, 0.01, google_bytes=rows * 40 * whole, google_requests=3)
                             for name, whole in wholes.items()}}


def redis(missing, network, delay, close=False):
    factors = {"lockrec": 1, "go": 2, "python": 2.4, "node": 3.1, "pipe": 0.9, "first": 300}
    if close:
        factors = {name: 1 + i / 100 for i, name in enumerate(factors)}
    case = {"id": f"redis/{missing}/{network}", "part": "redis", "rows": missing * 13 // 10, "missing": missing,
            "network": network, "left_out": {},
            "participants": {name: participant(missing * 4e-6 * factor + delay) for name, factor in factors.items()}}
    if missing == 100_000 and delay:
        del case["participants"]["first"]
        case["left_out"]["first"] = WHY
    return case


def figure(group, name, value, unit, goal, better, met):
    return {"group": group, "name": name, "value": value, "unit": unit, "goal": goal, "better": better, "met": met,
            "from": "672 ms / 8.2 ms", "case": "redis/2000/loopback"}


def made_up(close=False):
    cases = [start_up(1869, 22, "loopback"), start_up(1869, 22, "40 ms"), start_up(130_000, 100_000, "40 ms")]
    for missing in (2000, 20_000, 100_000):
        cases += [redis(missing, network, delay, close)
                  for network, delay in (("loopback", 0), ("1 ms", 0.004), ("5 ms", 0.02))]
    cases.append({**start_up(1869, 0, "40 ms"), "part": "locked"})
    return {
        "date": "2026-11-24", "quick": True, "unavoidable_seconds": 0.4, "cases": cases,
        "machine": {"cores": 2, "cpu": "a <made-up> one", "kernel": "6.1.0", "redis": "7.0.15", "curl": "7.88.1"},
        "versions": {"python": {"redis": "5.2.0"}, "go": {"go-redis": "9.7.0"}},
        "figures": [figure("Redis part", "2,000 missing: times as fast as first", 82.1, "×", 60, "more", True),
                    figure("Redis part", "20,000 missing: times as fast as go", 1.996, "×", 2, "more", False),
                    figure("Cost", "memory & more | of it", 8123.4, "KiB", 10240, "less", True),
                    figure("Size", "the library, stripped", 412.3, "KiB", 400, "less", False),
                    figure("Size", "its dependencies", 5, "", None, "less", None)],
        "sections": [{"title": "Round <trips>", "columns": ["step", "count"], "rows": [["token", 3]], "note": "Counted."}],
    }


def boxes(svg):
    """Where each text stands, as far as its width can be guessed."""
    for element in ET.fromstring(svg).iter(f"{SVG}text"):
        size = float(element.get("font-size"))
        width = text_width(element.text, size, element.get("font-weight") is not None)
        x = float(element.get("x")) - {"start": 0, "middle": width / 2, "end": width}[element.get("text-anchor")]
        y = float(element.get("y"))
        yield element.text, x, y - size * 0.75, x + width, y + size * 0.2


class PageTest(unittest.TestCase):
    def test_page_is_well_formed_and_needs_nothing_else(self):
        html = page.html(made_up())
        root = ET.fromstring(html.replace("<!DOCTYPE html>", "", 1))
        self.assertEqual(len(list(root.iter(f"{SVG}svg"))), len(plots.PLOTS))
        for foreign in ("<script", "<link", "src=", "href=", "url(", "@import"):
            self.assertNotIn(foreign, html)
        ids = [element.get("id") for element in root.iter() if element.get("id")]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertIn("A quick run", html)
        self.assertNotIn("A quick run", page.html({**made_up(), "quick": False}))

    def test_every_figure_stands_beside_its_goal(self):
        results = made_up()
        texts = ["".join(cell.itertext()) for cell in ET.fromstring(
            page.html(results).replace("<!DOCTYPE html>", "", 1)).iter() if cell.tag in ("td", "th")]
        for expected in (["2,000 missing: times as fast as first", "82.1×", "at least 60×", "✓ met"],
                         ["20,000 missing: times as fast as go", "1.996×", "at least 2×", "✗ missed"],
                         ["memory & more | of it", "8,123 KiB", "at most 10,240 KiB", "✓ met"],
                         ["the library, stripped", "412 KiB", "at most 400 KiB", "✗ missed"],
                         ["its dependencies", "5", "–", "no goal"]):
            at = texts.index(expected[0])
            self.assertEqual(texts[at:at + 4], expected)
            line = next(line for line in page.text(results).splitlines() if expected[0] in line)
            for part in expected:
                self.assertIn(part, line)
            row = next(row for row in page.markdown(results).splitlines() if expected[0].replace("|", "\\|") in row)
            self.assertIn(" | ".join(expected[1:]), row)
        self.assertIn("2 of 4 goals are met", page.summary(results))
        self.assertTrue(page.text(results).endswith("2 of 4 goals are met\n"))

    def test_who_is_left_out_is_named_with_the_reason(self):
        html = page.html(made_up())
        self.assertIn("left out: 300,000 round trips: &lt;minutes&gt; a run", html)
        self.assertIn(f"left out at 1 ms, 5 ms: first ({WHY})",
                      [name for name, *_ in boxes(plots.draw_all(made_up())["redis"])])

    def test_every_case_has_its_table_with_medians_and_extent(self):
        html = page.html(made_up())
        headings = re.findall("<h3>(.*?)</h3>", html)
        self.assertEqual(len(headings), len(made_up()["cases"]))
        for heading in ("22 of 1,869 missing, 40 ms to Google", "100,000 of 130,000 missing, 5 ms to Redis",
                        "1,869 rows, nothing missing, 40 ms to Google"):
            self.assertIn(heading, headings)
        self.assertIn('480 ms<span class="range">456 ms – 576 ms</span>', html)

    def test_texts_in_the_plots_neither_overlap_nor_leave_the_picture(self):
        for results in (made_up(), made_up(close=True)):
            for name, svg in plots.draw_all(results, alone=True).items():
                _, _, width, height = (float(number) for number in ET.fromstring(svg).get("viewBox").split())
                placed = list(boxes(svg))
                for i, (text, left, top, right, bottom) in enumerate(placed):
                    with self.subTest(plot=name, text=text):
                        self.assertTrue(left >= 0 and top >= 0 and right <= width and bottom <= height)
                        for other, left2, top2, right2, bottom2 in placed[:i]:
                            apart = right <= left2 or right2 <= left or bottom <= top2 or bottom2 <= top
                            self.assertTrue(apart, f"over {other}")

    def test_results_with_less_in_them_make_a_page_too(self):
        results = made_up()
        for kept in ([], results["cases"][:1], results["cases"][3:4]):
            less = copy.deepcopy({**results, "cases": kept, "figures": [], "sections": []})
            for key in ("versions", "unavoidable_seconds"):
                del less[key]
            for case in less["cases"]:
                case["participants"].pop("lockrec")
                for one in case["participants"].values():
                    one["median"].pop("sheet_seconds")
            ET.fromstring(page.html(less).replace("<!DOCTYPE html>", "", 1))

    def test_command_writes_page_and_pictures_and_prints_the_figures(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "results.json"
            path.write_text(json.dumps(made_up()), encoding="utf-8")
            done = subprocess.run([sys.executable, "-B", FOLDER / "page.py", path, folder], capture_output=True,
                                  text=True, check=True, env={**os.environ, "PYTHONIOENCODING": "utf-8"})
            self.assertEqual(done.stdout, page.text(made_up()))
            for name in plots.PLOTS:
                svg = (pathlib.Path(folder) / f"{name}.svg").read_text(encoding="utf-8")
                self.assertEqual(ET.fromstring(svg).tag, f"{SVG}svg")
                self.assertIn("prefers-color-scheme:dark", svg)
            self.assertIn("<title>", (pathlib.Path(folder) / "index.html").read_text(encoding="utf-8"))


class UnitsTest(unittest.TestCase):
    def test_numbers_as_people_read_them(self):
        for value, shown in ((0, "0 s"), (82e-6, "82 µs"), (0.0009996, "1 ms"), (0.0082, "8.2 ms"), (0.6718, "672 ms"),
                             (0.9996, "1 s"), (1.234, "1.23 s"), (119, "119 s"), (330.4, "5 min 30 s"), (None, "–")):
            self.assertEqual(units.seconds(value), shown)
        for value, shown in ((12, "12 B"), (40960, "40 KiB"), (1023.9 * 1024, "1 MiB"), (28_600_000, "27.3 MiB")):
            self.assertEqual(units.size(value), shown)

    def test_spread_keeps_order_and_bounds(self):
        lengths = [30, 50, 20, 40]
        for wanted in ([10, 10, 10, 10], [100, 101, 150, 190], [0, 60, 110, 170], [200, 200, 200, 200]):
            centres = spread(wanted, lengths, 0, 200, 4)
            edges = [edge for centre, length in zip(centres, lengths) for edge in (centre - length / 2, centre + length / 2)]
            self.assertEqual(edges, sorted(edges))
            self.assertGreaterEqual(edges[0], 0)
            self.assertLessEqual(edges[-1], 200)


if __name__ == "__main__":
    unittest.main()
