"""Small charts, drawn as SVG by us: no script, no outside library, readable by a screen reader."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

WIDTH, HEIGHT, GAP = 320, 90, 4


def bars(title: str, values: Sequence[tuple[str, int]]) -> Markup:
    """Upright bars with the value above and the label below each."""
    highest = max((value for _, value in values), default=0) or 1
    step = WIDTH / max(len(values), 1)
    parts = []
    for number, (label, value) in enumerate(values):
        height = round(value / highest * (HEIGHT - 34), 1)
        x, middle = round(number * step + GAP / 2, 1), round((number + 0.5) * step, 1)
        parts.append(
            f'<rect x="{x}" y="{HEIGHT - 16 - height}" width="{round(step - GAP, 1)}" height="{height}" rx="2"/>'
            f'<text x="{middle}" y="{HEIGHT - 20 - height}">{value or ""}</text>'
            f'<text x="{middle}" y="{HEIGHT - 3}" class="label">{escape(label)}</text>'
        )
    spoken = "，".join(f"{label} {value}" for label, value in values)
    return Markup(
        f'<svg class="bars" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}：{escape(spoken)}">'
        f"{''.join(parts)}</svg>"
    )


def rows(values: Sequence[tuple[str, int]]) -> list[tuple[str, int, float]]:
    """Label, value, and its share of the highest in percent, for lying bars in a table."""
    highest = max((value for _, value in values), default=0) or 1
    return [(label, value, round(100 * value / highest, 1)) for label, value in values]
