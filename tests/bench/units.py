"""Numbers as people read them."""

DASH = "–"


def significant(value, digits=3):
    """672, 82.1, 8.21, 0.0821, 1,870: so many digits that say something, none that is a lie."""
    if value == 0:
        return "0"
    exponent = int(f"{value:e}".rsplit("e", 1)[1])
    decimals = max(0, digits - 1 - exponent)
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def scaled(value, steps):
    """In the first unit of which less than `limit` are needed."""
    for factor, limit, unit in steps:
        if limit is None or round(value / factor, 1) < limit:
            return f"{significant(value / factor)} {unit}"
    raise ValueError("the last unit has a limit")


def seconds(value):
    if value is None:
        return DASH
    if value == 0:
        return "0 s"
    if value >= 119.5:
        whole = round(value)
        return f"{whole // 60} min {whole % 60} s"
    return scaled(value, [(1e-6, 999.5, "µs"), (1e-3, 999.5, "ms"), (1, None, "s")])


def tick(value):
    """On an axis minutes would not be round."""
    return "0" if value == 0 else f"{value:,.0f} s" if value >= 100 else seconds(value)


def size(value):
    if value is None:
        return DASH
    if value < 1024:
        return f"{round(value)} B"
    return scaled(value, [(1 << 10, 1023.5, "KiB"), (1 << 20, 1023.5, "MiB"), (1 << 30, None, "GiB")])


def count(value):
    return DASH if value is None else f"{round(value):,}"


def quantity(value, unit, digits=3):
    if unit == "s" and digits == 3:
        return seconds(value)
    if unit in ("B", "bytes") and digits == 3:
        return size(value)
    text = significant(value, digits)
    return text + unit if unit in ("×", "%", "") else f"{text} {unit}"


def figure_value(figure):
    """The measured value; with more digits where it would otherwise look like the goal that it missed."""
    shown = quantity(figure["value"], figure["unit"])
    goal = figure.get("goal")
    if goal is not None and shown == quantity(goal, figure["unit"]) and figure["value"] != goal:
        return quantity(figure["value"], figure["unit"], 5)
    return shown


def figure_goal(figure):
    if figure.get("goal") is None:
        return DASH
    return ("at least " if figure["better"] == "more" else "at most ") + quantity(figure["goal"], figure["unit"])


def figure_verdict(figure):
    if figure.get("goal") is None:
        return "no goal"
    return "✓ met" if figure["met"] else "✗ missed"


def work(case):
    """What there was to do, in words."""
    if case["missing"] == 0:
        return f"{case['rows']:,} rows, nothing missing"
    if case["missing"] == case["rows"]:
        return f"{case['rows']:,} rows, all missing"
    return f"{case['missing']:,} of {case['rows']:,} missing"


def network(case):
    if case["network"] == "loopback":
        return "loopback"
    if case["part"] == "startup" or case["network"] == "40 ms":
        return f"{case['network']} to Google"
    return f"{case['network']} to Redis"
