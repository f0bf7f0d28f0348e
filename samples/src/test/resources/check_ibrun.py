"""Compares what ibrun.py reads from a run file with the CSV files of the same run.

usage: check_ibrun.py FOLDER_OF_IBRUN RUN_FILE FOLDER_OF_CSV; prints how many numbers agree.
"""

import csv
import math
import pathlib
import sys

sys.path.insert(0, sys.argv[1])
import ibrun  # noqa: E402
import numpy as np  # noqa: E402

run = ibrun.open(sys.argv[2])
folder = pathlib.Path(sys.argv[3])
checked = {}


def table(name):
    with open(folder / name, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def same(where, value, text, single=False):
    checked[where.split()[0]] = checked.get(where.split()[0], 0) + 1
    if text == "":
        assert value is None or math.isnan(value), f"{where}: {value}, not absent"
    elif text in ("NaN", "Infinity", "-Infinity"):
        expected = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}[text]
        assert value == expected or math.isnan(value) and text == "NaN", f"{where}: {value} {text}"
    else:
        expected = np.float32(text) if single else float(text)
        assert value == expected, f"{where}: {value}, not {text}"


def steps():
    head, *rows = table("steps.csv")
    assert len(rows) == len(run.steps), f"{len(rows)} rows, {len(run.steps)} records"
    columns = {name: run.column(name) for name in head[2:]}
    for k, row in enumerate(rows):
        assert int(row[0]) == run.steps[k] and int(row[1]) == run.epochs[k]
        for name, text in zip(head[2:], row[2:]):
            value = columns[name][k]
            if text in [state for state in ibrun.STATES]:
                text = str(ibrun.STATES.index(text))
            same(f"steps.csv {name} at {row[0]}", value, text)


def patterns():
    head, *rows = table("patterns.csv")
    now = {}
    by_step = {}
    for step, layer, unit, text in rows:
        by_step.setdefault(int(step), []).append((layer, int(unit), int(text, 16)))
    for k, step in enumerate(run.steps.tolist()):
        for layer, unit, bits in by_step.get(step, []):
            now[layer, unit] = bits
        for layer in run.header["layers"]:
            bits = run.pattern(step, layer["name"])
            for unit in range(layer["units"]):
                expected = now[layer["name"], unit]
                value = sum(1 << i for i, on in enumerate(bits[unit].tolist()) if on)
                assert value == expected, f"patterns.csv {layer['name']} {unit} at {step}"
                checked["patterns.csv"] = checked.get("patterns.csv", 0) + 1


def rows_of(name, of):
    head, *rows = table(name)
    at = 2 if of == "sample" else 3
    for row in rows:
        layer = None if of == "sample" else row[1]
        column = row[at - 1]
        id_ = next(
            c["id"]
            for c in run.header["sampleColumns" if of == "sample" else "unitColumns"]
            if column in (c["name"], c["id"])
        )
        known, values = run.rows(id_, layer)
        k = known.tolist().index(int(row[0]))
        for i, text in enumerate(row[at : at + values.shape[1]]):
            same(f"{name} {column} {i} at {row[0]}", values[k, i], text)


def visits():
    head, *rows = table("visits.csv")
    for name in ibrun.TABLE_COLUMNS:
        if name in head and name in run.visits.table:
            for i, row in enumerate(rows):
                text = row[head.index(name)]
                text = {"true": "1", "false": "0"}.get(text, text)
                value = run.visits.table[name][i]
                whole = np.issubdtype(run.visits.table[name].dtype, np.integer)
                if whole and value < 0:
                    value = None
                if name == "label" and not text.lstrip("-").isdigit() and text:
                    text = str((run.visits.classes or run.header["classes"]).index(text))
                same(f"visits.csv {name} {i}", value, text, single=not whole)
    head, *rows = table("epochs.csv")
    assert len(rows) == len(run.visits.epochs)
    for row, epoch in zip(rows, run.visits.epochs):
        for name in ibrun.EPOCH_NUMBERS:
            same(f"epochs.csv {name}", epoch.get(name), row[head.index(name)])


def flips():
    head, *rows = table("events.csv")
    told = {}
    for row in rows:
        if row[1] in ibrun.FLIPS:
            told.setdefault((int(row[0]), row[2], row[1]), set()).add((int(row[3]), int(row[4])))
    for layer in run.header["layers"]:
        counts = run.flips(layer["name"])
        for k, step in enumerate(run.steps.tolist()):
            if counts[k].any():
                for kind, (units, samples) in run.flips_at(step, layer["name"]).items():
                    expected = told.get((step, layer["name"], kind), set())
                    assert set(zip(units.tolist(), samples.tolist())) == expected
                    checked["flips"] = checked.get("flips", 0) + len(expected)
    events = [row for row in rows if row[1] not in ibrun.FLIPS]
    assert len(events) == len(run.events), f"{len(events)} events, {len(run.events)} read"
    for row, event in zip(events, run.events):
        assert row[1] == event["kind"] and int(row[0]) == event["step"], (row, event)


steps()
patterns()
rows_of("samples.csv", "sample")
rows_of("units.csv", "unit")
visits()
flips()
print(" ".join(f"{name}={count}" for name, count in sorted(checked.items())))
