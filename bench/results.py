"""Tables, goals and the statistics behind them."""

import math
import statistics
from dataclasses import dataclass, field


@dataclass
class Table:
    """Rows of numbers and words under `head`; the first column is aligned left."""

    title: str
    head: list[str]
    rows: list[list] = field(default_factory=list)

    def text(self) -> str:
        """The table for a terminal."""
        cells = [self.head, *([_shown(value) for value in row] for row in self.rows)]
        widths = [max(len(row[i]) for row in cells) for i in range(len(self.head))]
        lines = [
            "  ".join(
                cell.ljust(width) if i == 0 else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in cells
        ]
        return "\n".join(["", self.title, lines[0], "-" * len(lines[0]), *lines[1:]])


@dataclass
class Goal:
    """What was wanted: `value` at most `limit`."""

    name: str
    value: float
    limit: float
    unit: str = ""
    met: bool = field(init=False)

    def __post_init__(self):
        self.met = self.value <= self.limit

    def text(self) -> str:
        """One line that says whether it is met."""
        verdict = "met   " if self.met else "missed"
        unit = f" {self.unit}" if self.unit else ""
        return f"{verdict}  {self.name}: {self.value:.2f}{unit} (goal: ≤ {self.limit:g}{unit})"


@dataclass
class Report:
    """What a measurement found."""

    tables: list[Table] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    samples: dict[str, list[float]] = field(default_factory=dict)

    def text(self) -> str:
        """Tables and goals for a terminal."""
        parts = [table.text() for table in self.tables]
        return "\n".join([*parts, "", *(goal.text() for goal in self.goals)])


def median(values) -> float:
    """The middle value."""
    return statistics.median(values)


def percentile(values, percent: float) -> float:
    """The smallest value that `percent` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def _shown(value):
    return f"{value:.1f}" if isinstance(value, float) else str(value)
