"""Draws bars as an SVG that can be read on a light and on a dark page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

Bar = tuple[str, float, str]
"""Whose it is, how long, and the number as it is shown."""

WIDTH, NAMES, LONGEST = 760, 160, 480
BAR, GAP, TITLE, BETWEEN = 16, 4, 22, 18
_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600 }
.bar0 { fill: #0969da } .bar1 { fill: #8c959f } .bar2 { fill: #afb8c1 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .bar0 { fill: #4493f8 } .bar1 { fill: #7d8590 } .bar2 { fill: #545d68 }
}
"""


def chart(groups: Sequence[tuple[str, Sequence[Bar]]]) -> str:
    """Return the drawing: a group of bars for each figure, each group on a scale of its own."""
    parts, y = [], BETWEEN
    for title, bars in groups:
        if not bars:
            continue
        parts.append(f'<text class="title" x="0" y="{y}">{escape(title)}</text>')
        y += TITLE - BAR // 2
        most = max(value for _, value, _ in bars) or 1.0
        for number, (name, value, shown) in enumerate(bars):
            length = max(1.0, LONGEST * value / most)
            parts.append(f'<text x="{NAMES - 8}" y="{y + 12}" text-anchor="end">{escape(name)}</text>')
            parts.append(f'<rect class="bar{number}" x="{NAMES}" y="{y}" width="{length:.1f}" height="{BAR}" rx="2"/>')
            parts.append(f'<text x="{NAMES + length + 8:.1f}" y="{y + 12}">{escape(shown)}</text>')
            y += BAR + GAP
        y += BETWEEN + GAP
    said = "; ".join(f"{title}: {', '.join(f'{n} {s}' for n, _, s in bars)}" for title, bars in groups)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}" role="img">\n'
        f"<title>{escape(said)}</title>\n<style>{_STYLE}</style>\n" + "\n".join(parts) + "\n</svg>\n"
    )
