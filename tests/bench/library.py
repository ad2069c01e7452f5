"""The figures of the library itself: its size, loading, memory, growth with the rows, and what each binding adds."""

import sys

import library_bindings
import library_loading
import library_rows


def measure(options, runner, work):
    """The sections and figures, as page.py takes them."""
    found = {"sections": [], "figures": []}
    for part in (library_loading, library_rows, library_bindings):
        sections, figures = part.measure(options, runner, work)
        found["sections"] += sections
        found["figures"] += figures
        for figure in figures:
            print(f"{figure['name']}: {figure['value']:.4g} {figure['unit']}", file=sys.stderr, flush=True)
    return found
