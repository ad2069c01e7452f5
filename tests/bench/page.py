#!/usr/bin/env python3
"""results.json as a page and as pictures: page.py RESULTS FOLDER writes them and prints the figures."""
import json
import pathlib
import sys
from html import escape

import plots
from page_style import PAGE, PLOT
from page_tables import case_table, figures_table, markdown, section, tally, text
from participants import WHAT, measured, ordered
from plot_start_up import conditions, normal_day
from units import seconds

__all__ = ["html", "markdown", "summary", "text", "write"]

PARTS = {"startup": "Start-up: the token, the sheet and the locks", "redis": "The Redis part alone",
         "locked": "The Redis part where everything is locked already",
         "restart": "Start-up where everything is locked already"}
METHOD = """<p>All in one run on one machine, in turns: the same sheet from the same emulator over HTTPS, the same
redis-server, a fresh process each time. Its clock starts when everything is loaded, so that nobody pays for a language's
start. Where a network is in between, each byte arrives half a round trip later and a connection takes a round trip, with
no limit to throughput. After each run Redis was asked whether just the right locks are there, with the right owner and
none with a life; a run of which that isn't so fails. A value is the median of its runs; below the whole stand the least
and the most. Memory is what was needed above what was in use when the clock started.</p>
<p>The peers do less than lockrec: no confirm read, no comparison with who holds a lock, no deadline, no bound on memory.
Where a peer has a choice, the quicker one was taken, even where it is the riskier.</p>"""


def summary(results):
    """The one sentence at the top."""
    case = normal_day(results)
    if case is None or "lockrec" not in case["participants"]:
        return f"{tally(results)}."
    medians = measured(case)
    sentence = (f"On a normal day, with {case['missing']:,} locks missing in a sheet of {case['rows']:,} rows ({conditions(case)}), "
                f"lockrec starts up in {seconds(medians['lockrec']['seconds'])}")
    others = sorted((median["seconds"], name) for name, median in medians.items()
                    if name not in ("lockrec", "first", "pipe"))
    if others:
        sentence += f", the quickest peer ({others[0][1]}) in {seconds(others[0][0])}"
    if "first" in medians:
        sentence += f", the plan as first implemented in {seconds(medians['first']['seconds'])}"
    return f"{sentence}; {tally(results)}."


def participants_table(results):
    versions = results.get("versions") or {}
    names = ordered({name for case in results["cases"] for name in case["participants"]} | set(versions))
    rows = []
    for name in names:
        known = versions.get(name) or {}
        shown = ", ".join(f"{what} {version}" for what, version in known.items())
        rows.append([name, WHAT.get(name, ""), shown])
    return section({"title": "Who was measured", "columns": ["", "what it is", "versions"], "rows": rows})


def machine_line(results):
    machine = results.get("machine") or {}
    parts = [f"{machine['cores']} cores" if "cores" in machine else "", machine.get("cpu", "")]
    parts += [f"{'Linux' if key == 'kernel' else key} {value}"
              for key, value in machine.items() if key not in ("cores", "cpu")]
    return f"{results['date']}; " + ", ".join(part for part in parts if part)


def cases_html(results):
    parts = []
    for part, title in PARTS.items():
        cases = [case for case in results["cases"] if case["part"] == part]
        if cases:
            parts.append(f"<h2>{title}</h2>" + "".join(case_table(case) for case in cases))
    return "\n".join(parts)


def html(results):
    figures = "\n".join(
        f'<figure><div class="wide">{svg}</div><figcaption>{escape(plots.caption(name))}</figcaption></figure>'
        for name, svg in plots.draw_all(results).items())
    quick = '<p class="notice">A quick run: few repetitions, so these figures are rough.</p>'
    quick = quick if results.get("quick") else ""
    sections = "\n".join(section(part) for part in results.get("sections") or [])
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>lockrec beside its peers</title>
<style>
{PAGE}{PLOT}</style>
</head>
<body>
<main>
<h1>lockrec beside its peers</h1>
<p class="lead">{escape(summary(results))}</p>
{quick}<p class="soft">{escape(machine_line(results))}</p>
<h2>Figures and goals</h2>
{figures_table(results)}
<h2>At a glance</h2>
{figures}
{sections}
{cases_html(results)}
{participants_table(results)}
<h2>How it was measured</h2>
{METHOD}
</main>
</body>
</html>
"""


def write(results, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(html(results), encoding="utf-8")
    for name, svg in plots.draw_all(results, alone=True).items():
        (folder / f"{name}.svg").write_text(svg, encoding="utf-8")


def main():
    results_path, folder = sys.argv[1:3]
    results = json.loads(pathlib.Path(results_path).read_text(encoding="utf-8"))
    write(results, folder)
    print(text(results), end="")


if __name__ == "__main__":
    main()
