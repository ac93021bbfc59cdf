# SPDX-License-Identifier: BSD-2-Clause
"""The output of make bench: one line for each figure.  A ratio compares with the peer, or else with
the floor; higher is better."""
import json
from dataclasses import asdict, dataclass
from typing import Optional

COLUMNS = ("figure", "portlight", "floor", "peer", "ratio", "target", "met")


@dataclass
class Figure:
    work: str
    figure: str  # with its unit
    portlight: float
    peer: Optional[float] = None
    peer_name: str = ""
    ratio: Optional[float] = None  # higher is better
    target: str = ""
    met: Optional[bool] = None
    floor: Optional[float] = None  # the simplest program with the same packets, or the wire alone


def number(value):
    if value is None:
        return ""
    if value >= 1000 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"


def row(figure):
    met = {None: "", True: "yes", False: "NO"}[figure.met]
    peer = f"{number(figure.peer)} {figure.peer_name}".strip()
    return (figure.figure, number(figure.portlight), number(figure.floor), peer,
            number(figure.ratio), figure.target, met)


def table(figures):
    """The figures as text, with their works as headings."""
    rows = [row(figure) for figure in figures]
    widths = [max(map(len, column)) for column in zip(COLUMNS, *rows)]
    lines, work = [], None

    def line(cells):
        return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip()

    lines.append(line(COLUMNS))
    for figure, cells in zip(figures, rows):
        if figure.work != work:
            work = figure.work
            lines += ["", f"-- {work}"]
        lines.append(line(cells))
    return "\n".join(lines)


def write_json(figures, path):
    with open(path, "w", encoding="utf-8") as out:
        json.dump([asdict(figure) for figure in figures], out, indent=1)
        out.write("\n")
