"""The tables of RESULTS.md: a function per section, from what its `measure` found."""

from __future__ import annotations

from typing import Any

from benchmarks.problems import Problem
from benchmarks.report.markdown import (
    DASH,
    megabytes,
    milliseconds,
    percent,
    significant,
    table,
    times,
)
from benchmarks.report.numbers import (
    geometric_mean,
    names,
    ratio,
    ratios,
    seconds,
    share_of_product,
    spread,
)
from benchmarks.workers import OURS

Record = dict[str, Any]


def _title(case: Record) -> str:
    return Problem(case["n"], case["d"], case["k"]).title


def _heads(record: Record, cases: list[Record]) -> list[str]:
    return [record["programs"][name]["title"] for name in names(cases)]


def _cell(case: Record, name: str, show: Any = milliseconds) -> str:
    if "error" in case["programs"].get(name, {}):
        return "failed"
    value = show(seconds(case, name))
    return value if name == OURS or value == DASH else f"{value} ({times(ratio(case, name))})"


def iteration(record: Record) -> str:
    """Time per iteration, one table for each kind of covariance, then memory and spread."""
    parts = []
    for full, title in ((True, "Full covariances"), (False, "Diagonal covariances")):
        cases = [case for case in record["found"]["cases"] if case["full"] == full]
        heads = [f"{head} ms" for head in _heads(record, cases)]
        roofline = ["of matrix product"] if full else []
        rows = [
            [_title(case), *(_cell(case, name) for name in names(cases))]
            + ([percent(share_of_product(case))] if full else [])
            for case in cases
        ]
        parts += [f"### {title}, time per iteration", table(["rows, K", *heads, *roofline], rows)]
    return "\n\n".join([*parts, _sameness(record), *_memory(record), *_spread(record)])


def _sameness(record: Record) -> str:
    """By how much the programs' parameters differ from ours after the same iterations."""
    worst: dict[str, float] = {}
    for case in record["found"]["cases"]:
        for name, program in case["programs"].items():
            numbers = record["programs"][name]["numbers"]
            difference = program.get("difference", 0.0)
            worst[numbers] = max(worst.get(numbers, 0.0), difference)
    words = ", ".join(f"{value:.0e} in {numbers}" for numbers, value in worst.items())
    return f"Largest difference between a program's parameters and ours at the end: {words}."


def _memory(record: Record) -> list[str]:
    cases = record["found"]["cases"]
    rows = [
        [
            f"{_title(case)}, {'full' if case['full'] else 'diagonal'}",
            megabytes(8.0 * case["n"] * case["d"]),
            *(megabytes(case["programs"].get(name, {}).get("peak")) for name in names(cases)),
        ]
        for case in cases
    ]
    head = ["rows, K", "data in 64 bits", *_heads(record, cases)]
    return ["### Peak memory beyond the data during an iteration, MB", table(head, rows)]


def _spread(record: Record) -> list[str]:
    cases = record["found"]["cases"]
    rows = [
        [
            f"{_title(case)}, {'full' if case['full'] else 'diagonal'}",
            *(_spread_of(case["programs"].get(name, {})) for name in names(cases)),
        ]
        for case in cases
    ]
    title = "### Spread: how far the median turn lies above the fastest, and the number of turns"
    return [title, table(["rows, K", *_heads(record, cases)], rows)]


def _spread_of(program: Record) -> str:
    each = program.get("each", [])
    if len(each) < 2 or min(each) <= 0:
        return f"{len(each)} turn{'s' * (len(each) != 1)}"
    return f"{percent(spread(each))} of {len(each)}"


def level(record: Record) -> str:
    """Time to the same log-likelihood, with iterations, and the means of the ratios."""
    cases = record["found"]["cases"]
    others = [name for name in names(cases) if name != OURS]
    rows = [
        [
            f"{_title(case)}, seed {case['seed']}",
            *(_with_iterations(case, name) for name in names(cases)),
        ]
        for case in cases
    ]
    means = [f"**{times(geometric_mean(ratios(cases, name)))}**" for name in others]
    worst = [times(min(ratios(cases, name))) for name in others]
    rows += [["**geometric mean**", "", *means], ["worst", "", *worst]]
    heads = [f"{head} ms" for head in _heads(record, cases)]
    return "\n\n".join([table(["rows, K", *heads], rows), _skipped(cases)]).strip()


def _with_iterations(case: Record, name: str) -> str:
    cell = _cell(case, name)
    if cell in (DASH, "failed"):
        return cell
    return f"{cell}, {case['programs'][name]['iterations']:,} it."


def _skipped(cases: list[Record]) -> str:
    lines = [
        f"- {_title(case)}, seed {seed}: {why}"
        for case in cases
        for seed, why in case["skipped"].items()
    ]
    return "\n".join(["Seeds that were passed over:", "", *lines]) if lines else ""


def growth(record: Record) -> str:
    """Time per iteration against rows, components and threads."""
    found = record["found"]
    parts = []
    for key, title in (("rows", "Rows"), ("components", "Components")):
        cases = found[key]
        rows = [
            [
                _title(case) + (", mapped from disk" if case["mapped"] else ""),
                *(_cell(case, name) for name in names(cases)),
            ]
            for case in cases
        ]
        heads = [f"{head} ms" for head in _heads(record, cases)]
        parts += [f"### {title}, time per iteration", table(["rows, K", *heads], rows)]
    return "\n\n".join([*parts, *_threads(found["threads"])])


def _threads(cases: list[Record]) -> list[str]:
    counts = list(cases[0]["threads"])
    rows = []
    for case in cases:
        each = [case["threads"][count]["seconds"] for count in counts]
        gain = [f"{milliseconds(value)} ({times(each[0] / value)})" for value in each[1:]]
        rows.append([_title(case), milliseconds(each[0]), *gain])
    head = ["rows, K", *(f"{count} thread{'s' * (count != '1')} ms" for count in counts)]
    return ["### Threads, time of our iteration and gain over one", table(head, rows)]


def sweep(record: Record) -> str:
    """Seconds and lowest BIC of each turn, ours beside mclust's."""
    found = record["found"]
    rows = [
        [
            {"ours": "GMM Studio"}.get(name, name),
            ", ".join(significant(turn["seconds"]) for turn in turns),
            ", ".join(f"{turn['bic']:,.1f}" for turn in turns),
        ]
        for name, turns in found["turns"].items()
    ]
    head = ["program", "seconds, each turn", "lowest BIC (lower is better)"]
    return f"On {found['file']}.\n\n{table(head, rows)}"


def costs(record: Record) -> str:
    """M-step, memory, density images and the wait before the first fit."""
    found = record["found"]
    steps = [
        [
            f"{_title(case)}, {'full' if case['full'] else 'diagonal'}",
            milliseconds(case["pass"]),
            milliseconds(case["m_step"]),
            percent(case["m_step"] / case["pass"]),
        ]
        for case in found["m_step"]
    ]
    return "\n\n".join(
        [
            "### M-step with Cholesky factors, beside a pass over 1e5 rows",
            table(["rows, K", "pass ms", "M-step ms", "share"], steps),
            "### Other costs",
            table(["what", "measured"], _others(found)),
        ]
    )


def _others(found: Record) -> list[list[str]]:
    counts = found["counts"]
    rows = [
        [
            f"peak memory of a fit beyond its data, {run['n']:.0e} x {run['d']}, K = {run['k']}, "
            f"data as {run['order']}",
            f"{megabytes(run['beyond'])} MB",
        ]
        for run in found["memory"]
    ]
    image = f"counts of {counts['n']:.0e} rows in {counts['side']} x {counts['side']} cells"
    rows.append([image, f"{milliseconds(counts['seconds'])} ms"])
    for title, runs in found["ready"].items():
        for part in ("imported", "ready", "fitted"):
            shown = ", ".join(milliseconds(run[part]) for run in runs)
            rows.append([f"from the start of the process, {title}, until {part}", f"{shown} ms"])
    return rows
