"""A figure of the library, as page.py takes it."""


def at_most(group, name, value, unit, goal, source):
    """goal: None where there is none."""
    return {"group": group, "name": name, "value": value, "unit": unit, "goal": goal, "better": "less",
            "met": None if goal is None else value <= goal, "from": source}
