"""The seal step against bare pyHanko on the same bytes, alternating in one run.

Time is the process's own processor time: the step neither waits nor reads from anywhere, and what
else the machine does then counts little. The clock's time stands beside it.
"""

import time

import cases
import memory
from results import Goal, Report, Table, median, percentile

STEPS = ("certify", "approve", "finalise")

TIMES = 4
"""Goal: as many times the floor (a bare signature and a token)."""

MEMORY_TIMES = 3
ADDED_KB = 60
SLOWEST = 2
"""Goal: the slowest of a hundred takes so many times the median."""



def measure(quick: bool) -> Report:
    """Return times, bytes and memory for all documents, with one signer and with five."""
    cases.set_up()
    ca = cases.make_authority()
    report = Report()
    repeats = 2 if quick else 30
    names = list(cases.DOCUMENTS)[: 1 if quick else None]
    _times(report, ca, names, repeats)
    _many_names(report, ca, 10 if quick else 300)
    _memory(report, names)
    return report


def _times(report, ca, names, repeats):
    table = Table(
        f"Processor time in ms, median of {repeats}; 'times' is the whole by the floor",
        ["document", "signers", "bare", "stamp", "floor", *STEPS, "whole", "times", "clock"],
    )
    added = Table(
        "Bytes added to the original, in kB",
        ["document", "signers", "file", "freeze", "seals", "all"],
    )
    for name in names:
        for signers in (1, 5):
            _one(report, ca, name, signers, repeats, table, added)
    report.tables += [table, added]


def _one(report, ca, name, signers, repeats, table, added):
    original = cases.document(name)
    frozen = cases.frozen(original, signers)
    step, floor = cases.Step(ca), cases.Floor(ca)
    spent = {key: [] for key in ("bare", "stamp", *STEPS, "clock")}

    def timed(key, function, *arguments):
        start = time.process_time()
        result = function(*arguments)
        spent[key].append((time.process_time() - start) * 1000)
        return result

    final = step.whole(frozen, signers)  # once for nothing
    floor.bare(frozen)
    for _repeat in range(repeats):
        timed("bare", floor.bare, frozen)
        timed("stamp", floor.stamp)
        start = time.perf_counter()
        pdf = timed("certify", step.certify, frozen)
        approvals = len(spent["approve"])
        for number in range(1, signers + 1):
            pdf = timed("approve", step.approve, pdf, number, cases.NAMES[number - 1])
        spent["approve"][approvals:] = [sum(spent["approve"][approvals:])]
        final = timed("finalise", step.finalise, pdf)
        spent["clock"].append((time.perf_counter() - start) * 1000)
    parts = [spent[key] for key in STEPS]
    whole = median([sum(values) for values in zip(*parts, strict=True)])
    bare, stamp = median(spent["bare"]), median(spent["stamp"])
    times = whole / (bare + stamp)
    floors = (bare, stamp, bare + stamp)
    clock = median(spent["clock"])
    table.rows.append([name, signers, *floors, *map(median, parts), whole, times, clock])
    sizes = [len(original), len(frozen), len(final)]
    added.rows.append(
        [name, signers, sizes[0] / 1000]
        + [(sizes[end] - sizes[start]) / 1000 for start, end in ((0, 1), (1, 2), (0, 2))]
    )
    report.samples |= {f"{name}, {signers}, {key}": values for key, values in spent.items()}
    if signers == 1:
        report.goals.append(Goal(f"{name}: whole by floor", times, TIMES, "times"))
        kilobytes = (sizes[2] - sizes[0]) / 1000
        report.goals.append(Goal(f"{name}: added, fonts included", kilobytes, ADDED_KB, "kB"))


def _many_names(report, ca, count):
    """Lengths of names change the lengths in the certificates, which once made signing slow."""
    frozen = cases.frozen(cases.document("1 page"), 1)
    step, times = cases.Step(ca), []
    for number in range(count):
        name = ("Ł" if number % 3 else "x") * (number % 31 + 1) + "n" * (number % 7)
        leaf = {
            "email": f"{'e' * (number % 60 + 1)}@example.com",
            "evidence": f"evidence:{number}:{'a' * 64}",
        }
        start = time.process_time()
        step.finalise(step.approve(step.certify(frozen), 1, name, **leaf))
        times.append((time.process_time() - start) * 1000)
    middle, slow = median(times), percentile(times, 99)
    table = Table(
        f"The whole step for {count} names of different lengths, ms",
        ["what", "median", "p99", "max"],
    )
    table.rows.append(["1 page, 1 signer", middle, slow, max(times)])
    report.tables.append(table)
    report.samples["names"] = times
    goal = Goal(f"p99 by median over {count} names", slow / middle, SLOWEST, "times")
    report.goals.append(goal)


def _memory(report, names):
    table = Table(
        "Growth of memory at its peak, in kB (and by the file's size)",
        ["document", "signers", "what", "file", "traced", "resident", "times"],
    )
    for name in names:
        for signers, what in ((1, "bare"), (1, "step"), (5, "step")):
            found = memory.measured(name, signers, what)
            worst = max(found["traced"], found["resident"] or 0)
            times = worst / found["file"]
            resident = "" if found["resident"] is None else found["resident"] / 1000
            table.rows.append(
                [name, signers, what, found["file"] / 1000, found["traced"] / 1000, resident, times]
            )
            if what == "step" and name == "10 MB":
                text = f"{name}, {signers} signer(s): memory by file"
                report.goals.append(Goal(text, times, MEMORY_TIMES, "times"))
    report.tables.append(table)
