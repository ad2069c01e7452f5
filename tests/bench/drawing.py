"""A drawing of labelled shapes that becomes an SVG; widths of text are guessed, rather too wide than too narrow."""
from html import escape

from page_style import PLOT
from participants import COLORS, SHAPES

NARROW = set("iljtfrI.,:;'|()[] /-·")
WIDE = set("mwMW—%@×")


def text_width(string, font_size, bold=False):
    em = sum(0.38 if char in NARROW else 0.92 if char in WIDE else 0.62 for char in string)
    return em * font_size * (1.08 if bold else 1)


def spread(wanted, lengths, low, high, gap=0):
    """Centres, as near to the wanted ones (ascending) as they can be without overlapping or leaving low..high."""
    blocks = []  # [members, length, the mean of where its members want it to start]
    for centre, length in zip(wanted, lengths):
        blocks.append([1, length + gap, centre - (length + gap) / 2])
        while True:
            members, total, start = blocks[-1]
            blocks[-1][2] = start = min(max(start, low), max(low, high - total))
            if len(blocks) == 1 or blocks[-2][2] + blocks[-2][1] <= start:
                break
            before, before_total, before_start = blocks[-2]
            mean = (before * before_start + members * (start - before_total)) / (before + members)
            blocks[-2:] = [[before + members, before_total + total, mean]]
    centres, at = [], iter(lengths)
    for members, _, start in blocks:
        for _ in range(members):
            length = next(at) + gap
            centres.append(start + length / 2)
            start += length
    return centres


def style(participant):
    return participant if participant in COLORS else "unknown"


class Drawing:
    def __init__(self, width):
        self.width = width
        self.parts = []

    def add(self, element):
        self.parts.append(element)

    def text(self, x, y, string, kind="ink", size=13, anchor="start", bold=False):
        weight = ' font-weight="650"' if bold else ""
        self.add(f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" font-size="{size}" text-anchor="{anchor}"{weight}>'
                 f"{escape(string)}</text>")

    def line(self, x1, y1, x2, y2, kind="grid", width=1, dashes=None):
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        self.add(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}" '
                 f'stroke-width="{width}"{dashed}/>')

    def rect(self, x, y, width, height, kind, opacity=1.0):
        self.add(f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{height:.1f}" class="{kind}" '
                 f'fill-opacity="{opacity}"/>')

    def polyline(self, points, participant, width=2.0):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.add(f'<path d="M{path}" class="s-{style(participant)}" stroke-width="{width}" stroke-linejoin="round"/>')

    def mark(self, x, y, participant, r=5.0):
        """A shape of its own for each participant; a rim of paper keeps neighbours apart."""
        fill = f'class="f-{style(participant)} rim" stroke-width="1.5"'
        shape = SHAPES.get(participant, "square")
        if shape == "circle":
            self.add(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r + 1.5:.1f}" {fill}/>')
        elif shape == "cross":
            stroke = f'class="s-{style(participant)}" stroke-width="2.6"'
            self.add(f'<path d="M{x - r:.1f},{y - r:.1f}L{x + r:.1f},{y + r:.1f}'
                     f'M{x - r:.1f},{y + r:.1f}L{x + r:.1f},{y - r:.1f}" {stroke}/>')
        else:
            corners = {"square": [(-r, -r), (r, -r), (r, r), (-r, r)],
                       "bar": [(-3, -2 * r), (3, -2 * r), (3, 2 * r), (-3, 2 * r)],
                       "diamond": [(0, -r - 2), (r + 2, 0), (0, r + 2), (-r - 2, 0)],
                       "triangle": [(0, -r - 1), (r + 1, r), (-r - 1, r)]}[shape]
            points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in corners)
            self.add(f'<polygon points="{points}" {fill}/>')

    def svg(self, height, name, title, description, alone=False):
        head = (f'<svg xmlns="http://www.w3.org/2000/svg" class="plot" viewBox="0 0 {self.width} {height:.0f}" '
                f'role="img" aria-labelledby="{name}-title {name}-text"')
        if alone:
            head += f' width="{self.width}" height="{height:.0f}"'
        rules = f"<style>{PLOT}</style>\n" if alone else ""
        paper = f'<rect class="paper" width="{self.width}" height="{height:.0f}" rx="6"/>\n'
        return (f'{head}>\n<title id="{name}-title">{escape(title)}</title>\n'
                f'<desc id="{name}-text">{escape(description)}</desc>\n{rules}{paper}'
                + "\n".join(self.parts) + "\n</svg>\n")
