"""How time grows with the work: both axes logarithmic, one panel a network, one line a participant."""
from drawing import Drawing, spread, text_width
from participants import ordered
from plot_redis import redis_seconds
from scales import Log
from units import seconds
from units import tick as tick_text

WIDTH, TOP, PLOT_HEIGHT, LEFT, GAP, LABELS = 900, 100, 300, 62, 20, 84


def panels(results):
    """By network: participant -> [(locks, seconds)], where there is more than one amount of work."""
    found = {}
    for case in results["cases"]:
        if case["part"] == "redis" and case["missing"]:
            for name, value in redis_seconds(case).items():
                found.setdefault(case["network"], {}).setdefault(name, []).append((case["missing"], value))
    for network, lines in list(found.items()):
        found[network] = {name: sorted(lines[name]) for name in ordered(lines)}
        if len({locks for line in lines.values() for locks, _ in line}) < 2:
            del found[network]
    return dict(list(found.items())[:3])


def draw_panel(drawing, heading, lines, x_scale, y_scale, with_values):
    drawing.text(x_scale.low, TOP - 14, heading, size=14, bold=True)
    for tick in y_scale.ticks():
        drawing.line(x_scale.low, y_scale(tick), x_scale.high, y_scale(tick))
        if with_values:
            drawing.text(x_scale.low - 8, y_scale(tick) + 4, tick_text(tick), "soft", 12, "end")
    amounts = sorted({locks for line in lines.values() for locks, _ in line})
    centres = spread([x_scale(locks) for locks in amounts], [text_width(f"{n:,}", 12) for n in amounts],
                     x_scale.low - 24, x_scale.high + LABELS, 6)
    for locks, centre in zip(amounts, centres):
        drawing.line(x_scale(locks), y_scale.low, x_scale(locks), y_scale.low + 5, "leader")
        drawing.text(centre, y_scale.low + 20, f"{locks:,}", "soft", 12, "middle")
    ends = sorted(((y_scale(line[-1][1]), x_scale(line[-1][0]), name) for name, line in lines.items()))
    heights = spread([y for y, _, _ in ends], [15] * len(ends), TOP - 6, TOP + PLOT_HEIGHT + 8)
    for (y, x, name), label_y in zip(ends, heights):
        us = name == "lockrec"
        drawing.line(x + 8, y, x + 15, label_y, "leader")
        drawing.text(x + 18, label_y + 4, name, "ink" if us else "soft", 12.5, bold=us)
    for name in sorted(lines, key=lambda name: name == "lockrec"):
        points = [(x_scale(locks), y_scale(value)) for locks, value in lines[name]]
        drawing.polyline(points, name, 3 if name == "lockrec" else 1.8)
        for x, y in points:
            drawing.mark(x, y, name, 4)


def draw(results, alone=False):
    found = panels(results)
    if not found:
        return None
    every = [point for lines in found.values() for line in lines.values() for point in line]
    drawing = Drawing(WIDTH)
    y_scale = Log([value for _, value in every], TOP + PLOT_HEIGHT, TOP)
    title = "How the time grows with the number of locks to make"
    drawing.text(24, 32, title, size=18, bold=True)
    drawing.text(24, 52, "The Redis part, the median run; both axes are logarithmic",
                 "soft", 13)
    width = (WIDTH - LEFT - 16 - GAP * (len(found) - 1)) / len(found)
    for i, (network, lines) in enumerate(found.items()):
        low = LEFT + i * (width + GAP)
        x_scale = Log([locks for locks, _ in every], low, low + width - LABELS, margin=1)
        heading = network if network == "loopback" else f"{network} to Redis"
        draw_panel(drawing, heading, lines, x_scale, y_scale, with_values=i == 0)
    bottom = TOP + PLOT_HEIGHT
    drawing.text(LEFT, bottom + 42, "locks to make", "soft", 12.5)
    description = ". ".join(
        f"{network}, {name}: " + ", ".join(f"{locks:,} in {seconds(value)}" for locks, value in line)
        for network, lines in found.items() for name, line in lines.items())
    return drawing.svg(bottom + 60, "growth", title, description + ".", alone)
