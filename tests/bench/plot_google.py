"""What is asked of Google: the bytes that come over the network and the requests that count against the quota."""
from drawing import Drawing, style
from participants import measured
from scales import Linear
from units import count, size

WIDTH, LEFT, RIGHT, TOP, ROW = 880, 110, 250, 84, 30
DOTS_MAX = 12


def sheets(results):
    """One case for each size of the sheet: its start-up with locks missing, over the slowest network."""
    found = {}
    for case in results["cases"]:
        if case["part"] == "startup" and any(median.get("google_bytes") for median in measured(case).values()):
            known = found.get(case["rows"])
            if known is None or (case["missing"] > 0, case["network"] == "40 ms") > (known["missing"] > 0,
                                                                                    known["network"] == "40 ms"):
                found[case["rows"]] = case
    return [found[rows] for rows in sorted(found)]


def draw_sheet(drawing, case, y):
    medians = {name: median for name, median in measured(case).items() if median.get("google_bytes") is not None}
    scale = Linear(max(median["google_bytes"] for median in medians.values()) or 1, LEFT, WIDTH - RIGHT)
    drawing.text(24, y, f"A sheet of {case['rows']:,} rows", size=14, bold=True)
    y += 14
    for name, median in sorted(medians.items(), key=lambda item: item[1]["google_bytes"]):
        us = name == "lockrec"
        end = scale(median["google_bytes"])
        drawing.text(LEFT - 12, y + 15, name, size=13.5, anchor="end", bold=us)
        drawing.rect(LEFT, y + 2, max(end - LEFT, 1.5), 18, f"f-{style(name)}")
        drawing.text(end + 8, y + 15.5, size(median["google_bytes"]), size=13, bold=us)
        requests = median.get("google_requests")
        if requests is not None:
            x = WIDTH - 140
            for i in range(min(round(requests), DOTS_MAX)):
                drawing.add(f'<circle cx="{x + 9 * i:.1f}" cy="{y + 11}" r="3.2" class="f-{style(name)}"/>')
            drawing.text(x - 12, y + 15.5, count(requests), size=13, anchor="end", bold=us)
        y += ROW
    return y


def draw(results, alone=False):
    found = sheets(results)
    if not found:
        return None
    drawing = Drawing(WIDTH)
    title = "What a start-up asks of Google"
    drawing.text(24, 32, title, size=18, bold=True)
    drawing.text(LEFT, 60, "bytes received and sent", "soft", 12.5)
    drawing.text(WIDTH - 162, 60, "requests", "soft", 12.5)
    y = TOP + 8
    sentences = []
    for case in found:
        y = draw_sheet(drawing, case, y) + 30
        for name, median in measured(case).items():
            if median.get("google_bytes") is not None:
                sentences.append(f"{case['rows']:,} rows, {name}: {size(median['google_bytes'])} in "
                                 f"{count(median.get('google_requests'))} requests")
    return drawing.svg(y - 8, "google", title, ". ".join(sentences) + ".", alone)
