"""Time and peak memory by the length of the log, as an SVG picture with both scales logarithmic."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil, floor, log10
from typing import Any

WIDTH, HEIGHT, LEFT, TOP = 340, 240, 60, 40


def lines(logs: Iterable[Any]) -> str:
    """The picture of the logs that have no label of their own."""
    logs = sorted((each for each in logs if not each.log), key=lambda each: each.events)
    panels = [("seconds", [each.seconds for each in logs]), ("peak memory, MB", [each.megabytes for each in logs])]
    drawn = "".join(
        panel(LEFT + n * (WIDTH + LEFT + 20), title, [each.events for each in logs], values)
        for n, (title, values) in enumerate(panels)
    )
    whole = 2 * (WIDTH + LEFT + 20) + 10, HEIGHT + TOP + 50
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole[0]} {whole[1]}" font-family="sans-serif" '
        f'font-size="12"><rect width="100%" height="100%" fill="white"/>{drawn}</svg>\n'
    )


def panel(left: float, title: str, across: list[float], up: list[float]) -> str:
    low, high = floor(log10(min(across))), ceil(log10(max(across)))
    floor_, roof = floor(log10(min(up))), max(ceil(log10(max(up))), floor(log10(min(up))) + 2)

    def x(value: float) -> float:
        return left + WIDTH * (log10(value) - low) / max(high - low, 1)

    def y(value: float) -> float:
        return TOP + HEIGHT - HEIGHT * (log10(value) - floor_) / (roof - floor_)

    made = [f'<text x="{left}" y="{TOP - 15}" font-weight="bold">{title}</text>']
    for power in range(low, high + 1):
        made.append(rule(x(10**power), TOP, x(10**power), TOP + HEIGHT))
        made.append(text(x(10**power), TOP + HEIGHT + 18, f"{10**power:,}" if power < 4 else f"10^{power}", "middle"))
    for power in range(floor_, roof + 1):
        made.append(rule(left, y(10**power), left + WIDTH, y(10**power)))
        made.append(text(left - 6, y(10**power) + 4, f"{10**power:,g}", "end"))
    points = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in zip(across, up, strict=True))
    made.append(f'<polyline points="{points}" fill="none" stroke="#4f52b2" stroke-width="2"/>')
    for a, b in zip(across, up, strict=True):
        made.append(f'<circle cx="{x(a):.1f}" cy="{y(b):.1f}" r="3.5" fill="#4f52b2"/>')
        made.append(text(x(a), y(b) - 9, f"{b:.2g}" if b < 100 else f"{b:.0f}", "middle"))
    made.append(text(left + WIDTH / 2, TOP + HEIGHT + 38, "events", "middle"))
    return "".join(made)


def rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="#ddd"/>'


def text(x: float, y: float, what: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{what}</text>'
