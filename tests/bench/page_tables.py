"""The figures and their goals: for a terminal, for the README, and for the page; and every case in a table."""
from html import escape

from participants import measured, span
from units import count, figure_goal, figure_value, figure_verdict, network, seconds, size, work

COLUMNS = [("whole", "seconds", seconds), ("sheet", "sheet_seconds", seconds), ("Redis", "redis_seconds", seconds),
           ("CPU", "cpu_seconds", seconds), ("memory", "peak_kib", lambda kib: size(None if kib is None else kib * 1024)),
           ("Google requests", "google_requests", count), ("Google bytes", "google_bytes", size),
           ("Redis commands", "redis_commands", count), ("Redis bytes", "redis_bytes", size),
           ("Redis CPU", "redis_cpu_seconds", seconds)]
HEADINGS = ["what", "measured", "goal", "", "from"]


def grouped(figures):
    found = {}
    for figure in figures:
        found.setdefault(figure["group"], []).append(figure)
    return found


def cells(figure):
    return [figure["name"], figure_value(figure), figure_goal(figure), figure_verdict(figure), figure.get("from") or ""]


def tally(results):
    with_goal = [figure for figure in results["figures"] if figure.get("goal") is not None]
    met = sum(1 for figure in with_goal if figure["met"])
    return f"{met} of {len(with_goal)} goals are met"


def text(results):
    rows = {group: [cells(figure) for figure in figures] for group, figures in grouped(results["figures"]).items()}
    widths = [max([len(HEADINGS[i])] + [len(row[i]) for group in rows.values() for row in group]) for i in range(5)]

    def aligned(row):
        padded = (cell.rjust(widths[i]) if i == 1 else cell.ljust(widths[i]) for i, cell in enumerate(row))
        return "  ".join(padded).rstrip()

    lines = ["  " + aligned(HEADINGS)]
    for group, found in rows.items():
        lines += [group] + ["  " + aligned(row) for row in found]
    return "\n".join(lines + [tally(results)]) + "\n"


def markdown(results):
    lines = ["| | measured | goal | | from |", "|---|--:|---|---|---|"]
    for group, figures in grouped(results["figures"]).items():
        lines.append(f"| **{group}** | | | | |")
        lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in cells(figure)) + " |" for figure in figures]
    return "\n".join(lines) + "\n"


def row(parts, kind=""):
    return f"<tr{kind}>{''.join(parts)}</tr>"


def cell(content, kind="", tag="td"):
    return f"<{tag}{kind}>{escape(content)}</{tag}>"


def table(caption, head, body):
    top = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f'<div class="wide"><table>{top}<thead>{head}</thead><tbody>{"".join(body)}</tbody></table></div>'


def figures_table(results):
    number = ' class="number"'
    column = ' scope="col"'
    head = row([cell("", column, "th"), cell("measured", number + column, "th"), cell("goal", column, "th"),
                cell("", column, "th"), cell("from", column, "th")])
    body = []
    for group, figures in grouped(results["figures"]).items():
        body.append(row([cell(group, ' scope="rowgroup" colspan="5"', "th")], ' class="group"'))
        for figure in figures:
            name, value, goal, verdict, source = cells(figure)
            kind = "soft" if figure.get("goal") is None else "met" if figure["met"] else "missed"
            body.append(row([cell(name, ' scope="row"', "th"), cell(value, number), cell(goal),
                             cell(verdict, f' class="{kind}"'), cell(source, ' class="soft"')]))
    return table("", head, body)


def case_table(case):
    medians = measured(case)
    columns = [column for column in COLUMNS if any(median.get(column[1]) is not None for median in medians.values())]
    number = ' class="number"'
    head = row([cell("", ' scope="col"', "th")] + [cell(column[0], number + ' scope="col"', "th") for column in columns]
               + [cell("runs", number + ' scope="col"', "th")])
    body = []
    for name, median in medians.items():
        parts = [cell(name, ' scope="row"', "th")]
        for _, key, shown in columns:
            runs = span(case, name, key) if key == "seconds" else None
            extent = f'<span class="range">{shown(runs[0])} – {shown(runs[1])}</span>' if runs else ""
            parts.append(f"<td{number}>{escape(shown(median.get(key)))}{extent}</td>")
        parts.append(cell(str(len(case["participants"][name].get("runs", []))), number))
        body.append(row(parts, ' class="us"' if name == "lockrec" else ""))
    for name, why in (case.get("left_out") or {}).items():
        body.append(row([cell(name, ' scope="row"', "th"),
                         cell(f"left out: {why}", f' class="soft" colspan="{len(columns) + 1}"')]))
    return f"<h3>{escape(work(case))}, {escape(network(case))}</h3>" + table("", head, body)


def section(part):
    head = row([cell(str(column), ' scope="col"', "th") for column in part["columns"]])
    body = [row([cell(str(value)) for value in values]) for values in part["rows"]]
    note = f'<p class="soft">{escape(part["note"])}</p>' if part.get("note") else ""
    return f"<h2>{escape(part['title'])}</h2>{note}" + table("", head, body)
