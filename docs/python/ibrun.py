"""Reads run files of dl4j-implicit-bias (.ibrun) with NumPy alone.

    import ibrun
    run = ibrun.open("run.ibrun")
    run.steps, run.column("loss")              # arrays, one entry per record
    run.pattern(step, "layer0")                # booleans, units x samples
    run.visits.table["meanMargin"]             # one entry per sample of training

The format is described in docs/format.md. What is absent, or was not computed, is NaN; `is_absent`
tells it from a number that is not one. Damage is not an end: reading goes on at the next whole
block, and `run.gaps` tells what is missing. Licence: Apache 2.0, as the project.
"""

import builtins
import struct
import zlib

import numpy as np

MAGIC = 0x4942524E
VERSION = 1
ABSENT = np.frombuffer(b"\x7f\xf8\x00\x00\x00\xab\x5e\x47", ">f8")[0]
KINDS = ("basic", "metric", "verdict", "measured", "bound")
SCOPES = ("network", "layer", "sample", "unit")
STATES = ("notApplicable", "holds", "violated", "reached")
FLIPS = ("activation", "reactivation", "deactivation")
LEVELS = ("problem", "attention", "information", "good", "waiting", "nothing")
EVENTS = (
    "unitDied", "unitRevived", "unitLinear", "plateauBegan", "plateauEnded", "predictionViolated",
    "predictionReached", "metricFailed", "historyThinned", "scheduleStretched",
    "predictionNotApplicable", "observationFailed", "recorderFailed", "predictionConditions",
    "recorderRecovered", "runContinues", "notFinite", "finiteAgain", "finding", "triggered",
    "actionFailed",
)
EPOCH_NUMBERS = (
    "visits", "samples", "newSamples", "accuracy", "meanLoss", "learned", "forgotten",
    "neverLearned", "margin01", "margin10", "margin50", "margin90", "margin99", "confidence01",
    "confidence10", "confidence50", "confidence90", "confidence99", "pullOfLargestHundredth",
    "pullOfLargestTenth",
)
TABLE_COLUMNS = (
    "label", "instead", "visits", "lastStep", "lastMargin", "meanMargin", "meanConfidence",
    "sdConfidence", "meanLoss", "correct", "learnedAt", "forgotten",
)
_FLOATS = range(4, 9)


class DamagedRun(ValueError):
    """The file holds no run that can be read."""


def open(path, check=True):
    """Reads a run file.

    check: False leaves out the checksums of payloads, which is faster; those of envelopes, under
    which the lengths are, are always checked.
    """
    with builtins.open(path, "rb") as file:
        return Run(file.read(), check)


def is_absent(values):
    """Returns where values are absent, as a NaN that an ordinary calculation gives is not."""
    bits = np.ascontiguousarray(values, dtype="f8").view("u8")
    return bits == np.array([ABSENT], dtype="f8").view("u8")[0]


class Run:
    """A run as of the moment of reading."""

    def __init__(self, data, check=True):
        self.header = None
        self.gaps = []
        self.steps = np.empty(0, dtype="i8")
        self.epochs = np.empty(0, dtype="i8")
        self.flags = np.empty(0, dtype="u1")
        self.values = np.empty((0, 0))
        self.events = []
        self.visits = Visits()
        self._flips = []
        self._rows = {}
        self._keyframes = {}
        self._whole = []
        payloads = list(_payloads(data, check))
        for kind, payload in payloads:
            if kind == 1:
                header = _header(_Bytes(payload))
                if self.header is None:
                    self.header = header
                elif header["id"] == self.header["id"]:
                    self.header["provenance"] = header["provenance"]
        if self.header is None:
            raise DamagedRun("the file has no header of a run")
        self._read(payloads)

    def _read(self, payloads):
        steps, epochs, flags, values = [], [], [], []
        seen, before = set(), -1
        for kind, payload in payloads:
            source = _Bytes(payload)
            if source.hex(16) != self.header["id"] or kind == 1:
                continue
            number = source.i64()
            if number in seen:
                continue
            seen.add(number)
            if kind == 3:
                self.visits._take(source)
                continue
            previous = source.i64()
            if previous != before:
                self.gaps.append((steps[-1] if steps else -1, source.peek_i64()))
            self._whole.append((len(steps), previous == before))
            before = number
            for record in self._block(source, len(steps)):
                steps.append(record[0])
                epochs.append(record[1])
                flags.append(record[2])
                values.append(record[3])
        self.steps = np.array(steps, dtype="i8")
        self.epochs = np.array(epochs, dtype="i8")
        self.flags = np.array(flags, dtype="u1")
        width = len(self.header["columns"])
        self.values = np.array(values).reshape(len(steps), width)

    def _block(self, source, first):
        layers = self.header["layers"]
        samples = len(self.header["samples"])
        columns = len(self.header["columns"])
        rows = self.header["sampleColumns"] + self.header["unitColumns"]
        step = source.i64()
        source.i64()
        records = source.i32()
        if source.u8():
            self._keyframes[first] = [source.pattern(layer["units"], samples) for layer in layers]
        source.i64()
        epoch = 0
        for k in range(records):
            flags = source.u8()
            step += source.var()
            epoch = source.var()
            source.var()
            source.var()
            if flags & 32:
                there = source.bits(columns)
                values = np.full(columns, ABSENT)
                values[there] = source.f64s(int(there.sum()))
            else:
                values = source.f64s(columns)
            if flags & 16:
                for _ in range(source.var()):
                    row = source.var()
                    column = rows[row]
                    unit = column["scope"] == "unit"
                    length = layers[column["layer"]]["units"] if unit else samples
                    self._rows.setdefault(row, []).append((first + k, source.f64s(length)))
            flips = None
            if flags & 2:
                flips = [[source.increasing() for _ in FLIPS] for _ in layers]
            self._flips.append(flips)
            if flags & 4:
                for _ in range(source.i32()):
                    self.events.append(_event(source, step, self.header))
            yield step, epoch, flags, values

    # Numbers -------------------------------------------------------------------------------------

    def names(self):
        """Returns the names of the columns of one number per record."""
        return [column["name"] for column in self.header["columns"]]

    def column(self, name):
        """Returns a column by its name: one number per record."""
        return self.values[:, self.names().index(name)]

    def metric(self, id, layer=None):
        """Returns the column of a metric, of the whole network or of a layer."""
        for k, column in enumerate(self.header["columns"]):
            of = None if column["layer"] < 0 else self.header["layers"][column["layer"]]["name"]
            if column["id"] == id and column["kind"] in ("basic", "metric") and of == layer:
                return self.values[:, k]
        raise KeyError(f"the run has no metric {id} of {layer or 'the network'}")

    def rows(self, id, layer=None):
        """Returns (steps, matrix) of a metric with one number per sample or per unit."""
        both = self.header["sampleColumns"] + self.header["unitColumns"]
        for row, column in enumerate(both):
            of = None if column["layer"] < 0 else self.header["layers"][column["layer"]]["name"]
            if column["id"] == id and of == layer:
                found = self._rows.get(row, [])
                return (self.steps[[k for k, _ in found]], np.array([v for _, v in found]))
        raise KeyError(f"the run has no rows {id} of {layer or 'the samples'}")

    def verdicts(self):
        """Returns what the last record says of each prediction: its id and its state."""
        found = {}
        for k, column in enumerate(self.header["columns"]):
            if column["kind"] == "verdict":
                known = self.values[:, k][~is_absent(self.values[:, k])]
                if len(known):
                    found[column["id"]] = STATES[int(known[-1])]
        for event in self.events:
            if event["kind"] == "predictionViolated":
                found[event["prediction"]] = "violated"
        return found

    # Patterns ------------------------------------------------------------------------------------

    def pattern(self, step, layer):
        """Returns which unit is on for which sample at the last record up to a step.

        Returns booleans, units x samples; None where a gap hides it.
        """
        number = self._layer(layer)
        record = int(np.searchsorted(self.steps, step, side="right")) - 1
        if record < 0:
            raise IndexError(f"the run has no record up to step {step}")
        starts = [start for start, _ in self._whole]
        at = int(np.searchsorted(starts, record, side="right")) - 1
        while starts[at] not in self._keyframes:
            if not self._whole[at][1] or at == 0:
                return None
            at -= 1
        begin = starts[at]
        bits = self._keyframes[begin][number].copy()
        flat = bits.reshape(-1)
        for k in range(begin + 1, record + 1):
            if self._flips[k] is not None:
                for entries in self._flips[k][number]:
                    flat[entries] ^= True
        return bits

    def flips(self, layer):
        """Returns the number of flips per record: records x kinds, in the order of FLIPS."""
        number = self._layer(layer)
        counts = np.zeros((len(self.steps), len(FLIPS)), dtype="i8")
        for k, flips in enumerate(self._flips):
            if flips is not None:
                counts[k] = [len(entries) for entries in flips[number]]
        return counts

    def flips_at(self, step, layer):
        """Returns the flips of the record of a step: kind -> (units, samples)."""
        record = int(np.searchsorted(self.steps, step))
        if record == len(self.steps) or self.steps[record] != step:
            raise IndexError(f"step {step} has no record")
        samples = len(self.header["samples"])
        flips = self._flips[record]
        empty = np.empty(0, dtype="i8")
        number = self._layer(layer)
        return {
            kind: np.divmod(empty if flips is None else flips[number][k], samples)
            for k, kind in enumerate(FLIPS)
        }

    def _layer(self, name):
        for number, layer in enumerate(self.header["layers"]):
            if layer["name"] == name:
                return number
        raise KeyError(f"no tracked layer is called {name}")


class Visits:
    """What training itself has shown of its samples, where visits were kept."""

    def __init__(self):
        self.epochs = []
        self.table = {}
        self.flips = {}
        self.names = None
        self.classes = []
        self.suspects = np.empty(0, dtype="i8")
        self.status = ""
        self.at_step = -1
        self.at_end = False

    def _take(self, source):
        kind = source.u8()
        if kind == 1:
            self.epochs.append(_epoch(source))
        elif kind == 2:
            self._table(source)

    def _table(self, source):
        flags = source.u8()
        source.var()
        self.at_step = source.var()
        self.at_end = bool(flags & 1)
        self.status = source.text()
        self.classes = [source.text() for _ in range(source.i32())]
        source.f64()
        source.f64()
        source.text()
        self.suspects = np.array([source.var() for _ in range(source.i32())], dtype="i8")
        samples = source.i32()
        columns = [source.u8() for _ in range(source.u8())]
        layers = [source.text() for _ in range(source.i32())]
        self.table = {TABLE_COLUMNS[k]: source.planes(samples, k in _FLOATS) for k in columns}
        self.flips = {layer: source.planes(samples, False) for layer in layers}
        self.names = None
        if flags & 2:
            ends = source.planes(samples, False)
            text = source.inflated()
            starts = np.concatenate([[0], ends[:-1]])
            self.names = [text[a:b].decode("utf-8") for a, b in zip(starts, ends)]


# Blocks ------------------------------------------------------------------------------------------


def _payloads(data, check):
    """Yields type and payload of every whole block; goes on behind damage."""
    at = 0
    while True:
        at = data.find(b"IBRN", at)
        if at < 0 or at + 20 > len(data):
            return
        version, kind = data[at + 4], data[at + 5]
        length, sum_of_payload, sum_of_envelope = struct.unpack(">iII", data[at + 8 : at + 20])
        if crc32c(data[at : at + 16]) != sum_of_envelope:
            at += 1
            continue
        if version != VERSION:
            raise DamagedRun(f"the file has format version {version}, this reads {VERSION}")
        payload = data[at + 20 : at + 20 + length]
        if len(payload) < length or check and crc32c(payload) != sum_of_payload:
            at += 1
            continue
        yield kind, payload
        at += 20 + length


def _table():
    values = np.arange(256, dtype="u4")
    for _ in range(8):
        values = np.where(values & 1, (values >> 1) ^ np.uint32(0x82F63B78), values >> 1)
    return values.astype("u4")


_TABLE = _table()
_LANES = 256


def crc32c(data):
    """Returns the CRC-32C (Castagnoli) of bytes."""
    if len(data) < 16 * _LANES:
        crc = 0xFFFFFFFF
        table = _SMALL
        for byte in data:
            crc = (crc >> 8) ^ table[(crc ^ byte) & 0xFF]
        return crc ^ 0xFFFFFFFF
    # The sum is linear: lanes are summed side by side, and then shifted behind one another.
    length = -(-len(data) // _LANES)
    padded = np.zeros(_LANES * length, dtype="u1")
    start = len(padded) - len(data)
    padded[start:] = np.frombuffer(data, "u1")
    padded[start : start + 4] ^= 0xFF
    lanes = padded.reshape(_LANES, length)
    sums = np.zeros(_LANES, dtype="u4")
    for k in range(length):
        sums = (sums >> 8) ^ _TABLE[(sums ^ lanes[:, k]) & 0xFF]
    shift = _shift(length)
    crc = 0
    for lane in sums.tolist():
        crc = _times(shift, crc) ^ lane
    return crc ^ 0xFFFFFFFF


_SMALL = _TABLE.tolist()


def _times(matrix, vector):
    result, k = 0, 0
    while vector:
        if vector & 1:
            result ^= matrix[k]
        vector >>= 1
        k += 1
    return result


def _shift(length):
    """Returns the matrix that a sum is multiplied by when so many bytes of 0 follow."""
    power = [_SMALL[(1 << k) & 0xFF] ^ ((1 << k) >> 8) for k in range(32)]
    result = [1 << k for k in range(32)]
    while length:
        if length & 1:
            result = [_times(power, column) for column in result]
        power = [_times(power, column) for column in power]
        length >>= 1
    return result


class _Bytes:
    """A cursor over a payload."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def _next(self, form, size):
        value = struct.unpack_from(form, self.data, self.at)[0]
        self.at += size
        return value

    def u8(self):
        self.at += 1
        return self.data[self.at - 1]

    def i32(self):
        return self._next(">i", 4)

    def i64(self):
        return self._next(">q", 8)

    def peek_i64(self):
        return struct.unpack_from(">q", self.data, self.at)[0]

    def f64(self):
        return self._next(">d", 8)

    def f32s(self, count):
        values = np.frombuffer(self.data, ">f4", count, self.at).astype("f4")
        self.at += 4 * count
        return values

    def f64s(self, count):
        values = np.frombuffer(self.data, ">f8", count, self.at).astype("f8")
        self.at += 8 * count
        return values

    def hex(self, size):
        self.at += size
        return self.data[self.at - size : self.at].hex()

    def text(self):
        length = self.i32()
        self.at += length
        return self.data[self.at - length : self.at].decode("utf-8")

    def var(self):
        value, shift = 0, 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def bits(self, count):
        size = -(-count // 8)
        raw = np.frombuffer(self.data, "u1", size, self.at)
        self.at += size
        return np.unpackbits(raw, bitorder="little")[:count].astype(bool)

    def pattern(self, units, samples):
        words = -(-samples // 64)
        raw = np.frombuffer(self.data, ">u8", units * words, self.at).astype("<u8")
        self.at += 8 * units * words
        bits = np.unpackbits(raw.view("u1").reshape(units, words * 8), axis=1, bitorder="little")
        return bits[:, :samples].astype(bool)

    def increasing(self):
        """Reads a list of entries, of which each is stored as its distance from the one before."""
        count = self.var()
        if count == 0:
            return np.empty(0, dtype="i8")
        raw = np.frombuffer(self.data, "u1", min(9 * count, len(self.data) - self.at), self.at)
        ends = np.flatnonzero(raw < 0x80)[:count]
        starts = np.concatenate([[0], ends[:-1] + 1])
        gaps = np.zeros(count, dtype="i8")
        for k in range(int((ends - starts).max()) + 1):
            inside = starts + k <= ends
            gaps[inside] |= (raw[starts[inside] + k].astype("i8") & 0x7F) << (7 * k)
        self.at += int(ends[-1]) + 1
        gaps[1:] += 1
        return np.cumsum(gaps)

    def inflated(self):
        deflated = self.u8()
        length = self.i32()
        raw = self.data[self.at : self.at + length]
        self.at += length
        return zlib.decompress(raw, -15) if deflated else raw

    def planes(self, count, floats):
        """Reads a column of a table of samples."""
        width = self.u8()
        numbers = _whole(np.frombuffer(self.inflated(), "u1"), count, width)
        if floats:
            return (numbers << np.uint32(8 * (4 - width))).astype("u4").view("f4")
        return numbers.astype("i8") - 1


def _whole(planes, count, width):
    numbers = np.zeros(count, dtype="u4")
    for plane in planes.reshape(width, count) if count else []:
        numbers = (numbers << np.uint32(8)) | plane
    return numbers


def _header(source):
    header = {"id": source.hex(16), "follows": None}
    if source.u8():
        header["follows"] = source.hex(16)
    for key in ("session", "worker", "name"):
        header[key] = source.text()
    header["started"] = source.i64()
    header["provenance"] = {source.text(): source.text() for _ in range(source.i32())}
    header["layers"] = [_layer(source) for _ in range(source.i32())]
    header["samples"] = [{"id": source.i32(), "class": source.i32()} for _ in range(source.i32())]
    words = ("id", "statement", "source", "tolerance", "measured", "bound")
    header["predictions"] = [
        {word: source.text() for word in words} for _ in range(source.i32())
    ]
    words = (
        "formula", "parameters", "applies", "source", "expect", "title", "unit", "group", "chart",
    )
    definitions = []
    for _ in range(source.i32()):
        definition = {word: source.text() for word in words}
        definition["hasChart"] = bool(source.u8())
        definitions.append(definition)
    for key in ("columns", "sampleColumns", "unitColumns"):
        header[key] = [_column(source, definitions) for _ in range(source.i32())]
    header.update(classes=[], features=[], tags={}, note="")
    if source.at < len(source.data):
        header["classes"] = [source.text() for _ in range(source.i32())]
        header["features"] = [source.text() for _ in range(source.i32())]
    if source.at < len(source.data):
        for k in range(source.i32()):
            header["predictions"][k]["advice"] = source.text()
    if source.at < len(source.data):
        header["tags"] = {source.text(): source.text() for _ in range(source.i32())}
        header["note"] = source.text()
    return header


def _layer(source):
    layer = {"name": source.text(), "index": source.i32(), "activation": source.text()}
    layer["axes"] = source.text().split(",")
    layer["grouped"] = bool(source.u8())
    layer["shape"] = [source.i32() for _ in range(source.i32())]
    layer["units"] = int(np.prod(layer["shape"], dtype="i8"))
    return layer


def _column(source, definitions):
    column = {"name": source.text(), "id": source.text()}
    column["kind"] = KINDS[source.u8()]
    column["scope"] = SCOPES[source.u8()]
    column["layer"] = source.i32()
    column["prediction"] = source.i32()
    column["definition"] = definitions[source.i32()]
    return column


def _event(source, step, header):
    kind = source.u8()
    flags = source.u8()
    event = {"kind": EVENTS[kind], "step": step - source.var()}
    layer = source.var() - 1
    event["layer"] = None if layer < 0 else header["layers"][layer]["name"]
    for key in ("unit", "sample"):
        number = source.var() - 1
        event[key] = None if number < 0 else number
    event["prediction"] = None
    if flags & 1:
        event["prediction"] = header["predictions"][source.var()]["id"]
        event["measured"] = source.f64()
        event["bound"] = source.f64()
    event["detail"] = source.text()
    if flags & 2:
        event["conditions"] = [(bool(source.u8()), source.text()) for _ in range(source.i32())]
    if flags & 4:
        finding = {"rule": source.text()}
        source.var()
        finding["level"] = LEVELS[source.u8()]
        source.u8()
        finding["since"] = source.var() - 1
        finding["advice"] = source.text()
        finding["limits"] = source.text()
        for _ in range(3):
            source.var()
        finding["evidence"] = {source.text(): source.text() for _ in range(source.i32())}
        event["finding"] = finding
    return event


def _epoch(source):
    epoch = {"epoch": source.var(), "firstStep": source.var(), "lastStep": source.var()}
    for _ in range(source.u8()):
        which = source.u8()
        epoch[EPOCH_NUMBERS[which]] = source.f64()
    layers = epoch["layers"] = {}
    for _ in range(source.i32()):
        name = source.text()
        flags = source.u8()
        layer = {"atLeast": bool(flags & 1)}
        for key in ("deadUnits", "linearUnits", "distinctPatterns", "flips"):
            number = source.var() - 1
            layer[key] = None if number < 0 else number
        units = source.i32()
        layer["shares"] = source.f32s(units)
        if flags & 2:
            layer["unitFlips"] = np.array([source.var() for _ in range(units)], dtype="i8")
        layers[name] = layer
    return epoch
