"""Calm colours for paper and screen, light and dark. The plots' style stands alone too, since they are files of their own."""
from participants import COLORS, UNKNOWN

FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif'
# Light and dark: what is not a participant.
TONES = {
    "paper": ("#ffffff", "#12161c"),
    "ink": ("#1b2430", "#e6eaf0"),
    "soft": ("#57606d", "#a6b0bd"),
    "grid": ("#e3e7ec", "#2a313b"),
    "leader": ("#b4bcc7", "#4b5563"),
    "limit": ("#b3261e", "#ff9d8a"),
}


def plot_rules(dark):
    rules = []
    for name in ("paper", "ink", "soft"):
        rules.append(f".plot .{name}{{fill:{TONES[name][dark]}}}")
    for name in ("grid", "leader", "limit"):
        rules.append(f".plot .{name}{{stroke:{TONES[name][dark]}}}")
    rules.append(f".plot .rim{{stroke:{TONES['paper'][dark]}}}")
    rules.append(f".plot .limit-text{{fill:{TONES['limit'][dark]}}}")
    for name, colors in {**COLORS, "unknown": UNKNOWN}.items():
        rules.append(f".plot .f-{name}{{fill:{colors[dark]}}} .plot .s-{name}{{stroke:{colors[dark]}}}")
    return "\n".join(rules)


PLOT = f""".plot text{{font-family:{FONT};font-variant-numeric:tabular-nums}}
.plot path,.plot line{{fill:none}}
{plot_rules(0)}
@media (prefers-color-scheme:dark){{
{plot_rules(1)}
}}
"""

PAGE = f""":root{{color-scheme:light dark;--paper:#ffffff;--ink:#1b2430;--soft:#57606d;--rule:#e3e7ec;--band:#f6f8fa;
--accent:#0a5fc2;--good:#17663a;--bad:#b3261e}}
@media (prefers-color-scheme:dark){{:root{{--paper:#12161c;--ink:#e6eaf0;--soft:#a6b0bd;--rule:#2a313b;--band:#191f27;
--accent:#58a6ff;--good:#6fce95;--bad:#ff9d8a}}}}
body{{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 {FONT}}}
main{{max-width:64rem;margin:0 auto;padding:2.5rem 1.25rem 5rem}}
h1{{font-size:1.9rem;line-height:1.2;margin:0 0 .75rem;letter-spacing:-.01em}}
h2{{font-size:1.3rem;margin:3.25rem 0 .5rem;letter-spacing:-.005em}}
h3{{font-size:1rem;margin:2rem 0 .4rem}}
p{{margin:.5rem 0;max-width:46rem}}
.lead{{font-size:1.15rem;line-height:1.5}}
.soft,caption,figcaption{{color:var(--soft)}}
.notice{{border-left:4px solid var(--bad);padding:.4rem .9rem;background:var(--band)}}
figure{{margin:1.5rem 0 0}}
figcaption{{font-size:.9rem;max-width:46rem}}
.wide{{overflow-x:auto}}
.wide svg{{display:block;width:100%;min-width:42rem;height:auto}}
table{{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}}
caption{{text-align:left;padding:.3rem 0}}
th,td{{padding:.38rem 0 .38rem .9rem;border-bottom:1px solid var(--rule);text-align:left;vertical-align:top}}
thead th{{color:var(--soft);font-weight:600;border-bottom-width:2px}}
tbody th{{font-weight:400}}
tr>:first-child{{padding-left:0}}
td.number,th.number{{text-align:right}}
td.number{{white-space:nowrap}}
thead th{{vertical-align:bottom}}
tr.us th,tr.us td{{font-weight:650;color:var(--accent)}}
tr.group th{{padding-top:1.3rem;font-weight:650}}
.met{{color:var(--good);white-space:nowrap;font-weight:600}}
.missed{{color:var(--bad);white-space:nowrap;font-weight:600}}
.range{{display:block;font-weight:400;font-size:.8rem;color:var(--soft)}}
code{{font-size:.9em}}
@media print{{main{{max-width:none}}h2{{break-after:avoid}}figure,tr{{break-inside:avoid}}}}
"""
