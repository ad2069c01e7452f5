"""The Redis part alone: for each amount of work and each network one line of marks, on a logarithmic axis."""
from drawing import Drawing, spread, text_width
from participants import measured
from scales import Log
from units import seconds, work
from units import tick as tick_text

WIDTH, LEFT, RIGHT, TOP = 880, 118, 44, 96
ROW, HEADING = 66, 34


def groups(results):
    """Cases by work, each with its networks, in the order of the results."""
    found = {}
    for case in results["cases"]:
        if case["part"] == "redis" and case["participants"]:
            found.setdefault((case["missing"], case["rows"]), []).append(case)
    return found


def redis_seconds(case):
    timed = {name: median.get("redis_seconds") or median.get("seconds") for name, median in measured(case).items()}
    return {name: value for name, value in timed.items() if value}


def draw_labels(drawing, marks, y, above):
    """Names and values beside the marks, moved apart where they would overlap, with a line to what they mean."""
    texts = [f"{name} {seconds(value)}" for name, _, value in marks]
    widths = [text_width(text, 11.5, name == "lockrec") for text, (name, _, _) in zip(texts, marks)]
    centres = spread([x for _, x, _ in marks], widths, LEFT - 20, WIDTH - 8, 8)
    for text, centre, (name, x, _) in zip(texts, centres, marks):
        near, far = (y - 8, y - 15) if above else (y + 8, y + 16)
        drawing.line(x, near, centre, far, "leader", 1)
        us = name == "lockrec"
        drawing.text(centre, y - 19 if above else y + 27, text, "ink" if us else "soft", 11.5, "middle", us)


def draw_row(drawing, case, scale, y):
    drawing.text(24, y + 4, case["network"], size=13)
    drawing.line(LEFT - 20, y, WIDTH - RIGHT + 20, y)
    marks = sorted(((name, scale(value), value) for name, value in redis_seconds(case).items()), key=lambda mark: mark[1])
    us = next((i for i, mark in enumerate(marks) if mark[0] == "lockrec"), 0)
    draw_labels(drawing, [mark for i, mark in enumerate(marks) if (i - us) % 2 == 0], y, above=True)
    draw_labels(drawing, [mark for i, mark in enumerate(marks) if (i - us) % 2 == 1], y, above=False)
    for name, x, _ in sorted(marks, key=lambda mark: mark[0] == "lockrec"):
        drawing.mark(x, y, name)


def layout(found):
    """What stands at which height: ("work" | "case" | "note", y, what), and where it ends."""
    places, y = [], TOP
    for cases in found.values():
        y += HEADING
        places.append(("work", y - 12, cases[0]))
        for case in cases:
            places.append(("case", y + ROW / 2, case))
            y += ROW
        reasons = {}
        for case in cases:
            for name, why in (case.get("left_out") or {}).items():
                reasons.setdefault((name, why), []).append(case["network"])
        for (name, why), networks in reasons.items():
            y += 20
            places.append(("note", y - 6, f"left out at {', '.join(networks)}: {name} ({why})"))
        y += 10
    return places, y


def draw(results, alone=False):
    found = groups(results)
    values = [value for cases in found.values() for case in cases for value in redis_seconds(case).values()]
    if not values:
        return None
    drawing = Drawing(WIDTH)
    scale = Log(values, LEFT, WIDTH - RIGHT)
    places, bottom = layout(found)
    title = "Making the missing locks in Redis"
    drawing.text(24, 32, title, size=18, bold=True)
    drawing.text(24, 52, "The rows are in memory; by work and round trip to Redis; the median run", "soft", 13)
    drawing.text(24, 70, "Each step of the axis is ten times the one before; further left is faster", "soft", 13)
    for tick in scale.ticks():
        drawing.line(scale(tick), TOP + 4, scale(tick), bottom)
        for y in (TOP - 2, bottom + 16):
            drawing.text(scale(tick), y, tick_text(tick), "soft", 12, "middle")
    for kind, y, what in places:
        if kind == "work":
            drawing.rect(20, y - 16, text_width(work(what), 14, True) + 10, 22, "paper")
            drawing.text(24, y, work(what), size=14, bold=True)
        elif kind == "case":
            draw_row(drawing, what, scale, y)
        else:
            drawing.rect(LEFT - 20, y - 13, text_width(what, 12), 18, "paper")
            drawing.text(LEFT - 20, y, what, "soft", 12)
    description = ". ".join(
        f"{work(case)}, {case['network']}: " + ", ".join(f"{n} {seconds(v)}" for n, v in redis_seconds(case).items())
        for cases in found.values() for case in cases)
    return drawing.svg(bottom + 30, "redis", title, description + ".", alone)
