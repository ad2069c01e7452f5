"""A normal day's start-up: one bar a participant, the sheet and then Redis."""
from drawing import Drawing, style, text_width
from participants import WHAT, measured, span
from scales import Linear
from units import network, seconds
from units import tick as tick_text

WIDTH, LEFT, RIGHT, TOP, ROW = 880, 262, 172, 136, 50


def normal_day(results):
    """The case that the page opens with: few locks missing, over the slowest network that was measured."""
    cases = [case for case in results["cases"] if case["part"] == "startup" and case["missing"]]
    named = [case for case in cases if case["id"].startswith("startup/22-of-1869/40")]
    far = [case for case in cases if case["network"] == "40 ms"]
    return (named or far or cases or [None])[0]


def conditions(case):
    if case["network"] == "40 ms":
        return "Google 40 ms away and 150 ms at work on each answer, Redis 1 ms away"
    return network(case)


def draw_key(drawing):
    x = LEFT
    for opacity, label in ((0.5, "token and sheet"), (1.0, "locks in Redis")):
        drawing.rect(x, 66, 14, 12, "f-lockrec", opacity)
        drawing.text(x + 21, 77, label, "soft", 12.5)
        x += 40 + text_width(label, 12.5)
    drawing.line(x + 2, 72, x + 20, 72, "leader", 1.5)
    for tick_x in (x + 2, x + 20):
        drawing.line(tick_x, 68, tick_x, 76, "leader", 1.5)
    drawing.text(x + 27, 77, "least to most of all runs", "soft", 12.5)


def draw_axis(drawing, scale, bottom):
    for tick in scale.ticks():
        drawing.line(scale(tick), TOP - 14, scale(tick), bottom)
        drawing.text(scale(tick), bottom + 18, tick_text(tick), "soft", 12, "middle")


def draw_bar(drawing, case, name, median, scale, y, limit_x=None):
    us = name == "lockrec"
    drawing.text(LEFT - 14, y + 14, name, size=15, anchor="end", bold=us)
    drawing.text(LEFT - 14, y + 29, WHAT.get(name, ""), "soft", 11, "end")
    kind = f"f-{style(name)}"
    end = scale(median["seconds"])
    middle = scale(median["seconds"] - (median.get("redis_seconds") or 0))
    drawing.rect(LEFT, y, middle - LEFT - 0.75, 24, kind, 0.5)
    drawing.rect(middle, y, max(end - middle, 1.5), 24, kind)
    runs = span(case, name)
    reach = end
    if runs and runs[1] > runs[0]:
        low, high = scale(runs[0]), scale(runs[1])
        reach = max(end, high)
        drawing.line(low, y + 29, high, y + 29, "leader", 1.5)
        for x in (low, high):
            drawing.line(x, y + 26, x, y + 32, "leader", 1.5)
    split = ""
    if median.get("sheet_seconds") is not None and median.get("redis_seconds") is not None:
        split = f"{seconds(median['sheet_seconds'])} + {seconds(median['redis_seconds'])}"
    at = reach + 10
    if limit_x is not None and at - 4 < limit_x < at + max(text_width(split, 11.5), 70):
        at = limit_x + 10  # not across the line
    drawing.text(at, y + 13, seconds(median["seconds"]), size=15, bold=us)
    if split:
        drawing.text(at, y + 28, split, "soft", 11.5)


def draw_limit(drawing, x, limit, bottom):
    label = f"{seconds(limit)}: lockrec's round trips and Google's service, the confirm read among them"
    half = text_width(label, 12.5) / 2
    drawing.text(min(max(x, 24 + half), WIDTH - 24 - half), TOP - 21, label, "limit-text", 12.5, "middle")
    drawing.line(x, TOP - 14, x, bottom, "limit", 1.8, "5 4")


def draw(results, alone=False):
    case = normal_day(results)
    if case is None:
        return None
    medians = dict(sorted(measured(case).items(), key=lambda item: item[1]["seconds"]))
    most = max(max(median["seconds"], (span(case, name) or (0, 0))[1]) for name, median in medians.items())
    drawing = Drawing(WIDTH)
    scale = Linear(most, LEFT, WIDTH - RIGHT)
    bottom = TOP + ROW * len(medians)
    title = f"Start-up on a normal day: {case['missing']:,} locks missing in a sheet of {case['rows']:,} rows"
    drawing.text(24, 32, title, size=18, bold=True)
    drawing.text(24, 52, f"{conditions(case)}; the median run", "soft", 13)
    draw_key(drawing)
    draw_axis(drawing, scale, bottom)
    limit = results.get("unavoidable_seconds")
    for row, (name, median) in enumerate(medians.items()):
        draw_bar(drawing, case, name, median, scale, TOP + ROW * row, scale(limit) if limit else None)
    if limit:
        draw_limit(drawing, scale(limit), limit, bottom)
    height = bottom + 34
    for name, why in (case.get("left_out") or {}).items():
        drawing.text(24, height + 8, f"Left out: {name} ({why})", "soft", 12)
        height += 20
    description = "; ".join(f"{name} {seconds(median['seconds'])}" for name, median in medians.items())
    return drawing.svg(height, "start-up", title, f"{conditions(case)}. {description}.", alone)
