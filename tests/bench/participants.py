"""Who is measured, in the order in which they are shown, and how the plots tell them apart: by name and shape first."""

ORDER = ["lockrec", "lockrec-unconfirmed", "lockrec-rows", "go", "python", "node", "first", "pipe"]
WHAT = {
    "lockrec": "the library, from C",
    "lockrec-rows": "the library, rows given: connecting counts",
    "lockrec-unconfirmed": "the same without the confirm read",
    "first": "asyncio, gspread, one lock at a time",
    "python": "Google's client, redis-py, pipelined",
    "go": "Google's client, go-redis, pipelined",
    "node": "googleapis, ioredis, pipelined",
    "pipe": "redis-cli --pipe, commands made before",
}
# Light and dark. The peers are muted, and differ in lightness too.
COLORS = {
    "lockrec": ("#0a5fc2", "#58a6ff"),
    "lockrec-rows": ("#5b8fce", "#3f7fc4"),
    "lockrec-unconfirmed": ("#5b8fce", "#3f7fc4"),
    "go": ("#4f8a86", "#6fa8a3"),
    "python": ("#a8843c", "#c2a467"),
    "node": ("#8d6a97", "#ad8fb6"),
    "first": ("#8b929c", "#8b949e"),
    "pipe": ("#5b6472", "#b4bdc8"),
}
UNKNOWN = ("#8b929c", "#8b949e")
SHAPES = {"lockrec": "circle", "lockrec-rows": "circle", "lockrec-unconfirmed": "circle", "go": "square", "python": "diamond", "node": "triangle", "first": "cross", "pipe": "bar"}


def ordered(names):
    return sorted(names, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))


def measured(case):
    """The participants of a case, with their medians."""
    return {name: case["participants"][name]["median"] for name in ordered(case["participants"])}


def span(case, name, key="seconds"):
    """The least and the most of all runs."""
    values = [run[key] for run in case["participants"][name].get("runs", []) if run.get(key) is not None]
    return (min(values), max(values)) if values else None
