#!/usr/bin/env python3
"""Holds `plumb report RUN --as evalscope --out DIR` against evalscope's own code.

  PYTHON scripts/check-evalscope.py RUN/benchmark_data.db DIR/parallel_P_number_N

PYTHON has evalscope[perf] 1.14.1 installed. Every reply of the run (one level, openai API) is played to evalscope's own
client as bytes, with its clock set to the recorded times; its own accumulator and percentiles then stand against the
files that plumb wrote. evalscope also reads plumb's database. Ends with 1 where a figure differs.
"""
import asyncio, base64, json, math, os, pickle, sqlite3, sys, tempfile
from types import SimpleNamespace

from evalscope.perf.plugin.api import default_api
from evalscope.perf.utils import db_util
from evalscope.perf.utils.benchmark_util import MetricsAccumulator

now = 0.0
default_api.time = SimpleNamespace(perf_counter=lambda: now)


class Reply:
    def __init__(self, row, start):
        self.row, self.start = row, start
        self.status = row["status"]
        self.headers = {"Content-Type": "text/event-stream" if row["is_stream"] else "application/json"}
        self.content = self

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        return False

    def events(self):
        texts = json.loads(self.row["response_messages"] or "[]")
        yield from zip(texts, json.loads(self.row["event_times"] or "[]"))

    async def iter_any(self):
        global now
        for event, micros in self.events():
            now = self.start + micros / 1e6
            text = event if isinstance(event, str) else json.dumps(event)
            yield f"data: {text}\n\n".encode()

    async def json(self):
        global now
        event, micros = list(self.events())[-1]
        now = self.start + micros / 1e6
        return event


def played(database):
    """Every measured request as evalscope would have recorded it."""
    global now
    con = sqlite3.connect(database)
    con.row_factory = sqlite3.Row
    rows = con.execute("select * from result where phase='measure' and sent_time is not null order by id").fetchall()
    zero = rows[0]["sent_time"] - 1
    plugin = default_api.DefaultApiPlugin.__new__(default_api.DefaultApiPlugin)
    for row in rows:
        now = row["sent_time"] - zero
        session = SimpleNamespace(post=lambda row=row, start=now, **_: Reply(row, start))
        yield asyncio.run(plugin.process_request(session, "", {}, json.loads(row["request"])))


def differs(name, theirs, ours):
    theirs, ours = (None if isinstance(x, float) and math.isnan(x) else x for x in (theirs, ours))
    if theirs is None:
        return ours is not None and f"{name}: evalscope none, plumb {ours}"
    # plumb's times are whole microseconds and evalscope rounds to 4 digits: half a digit more either way
    same = theirs == ours or (ours is not None and not isinstance(ours, str) and abs(theirs - ours) <= max(1.01e-4, abs(theirs) * 1e-6))
    return not same and f"{name}: evalscope {theirs}, plumb {ours}"


def main(database, folder):
    args = json.load(open(f"{folder}/benchmark_args.json"))
    accumulator = MetricsAccumulator(concurrency=args["parallel"], rate=args["rate"])
    with tempfile.TemporaryDirectory() as work:
        theirs_db = os.path.join(work, "theirs.db")
        con = sqlite3.connect(theirs_db)
        db_util.create_result_table(con.cursor())
        messages = []
        for data in played(database):
            accumulator.update(data, None)
            db_util.insert_benchmark_data(con.cursor(), data)
            messages.append(data.response_messages)
        con.commit()
        summary = db_util.BenchmarkSummary.from_dict(accumulator.to_result().create_message(api_type="openai")).to_dict()
        percentiles = db_util.get_percentile_results(theirs_db, api_type="openai").to_list()
    ours = json.load(open(f"{folder}/benchmark_summary.json"))
    faults = [differs(k, summary.get(k), ours.get(k)) for k in {**summary, **ours}]
    rows = json.load(open(f"{folder}/benchmark_percentile.json"))
    read = db_util.get_percentile_results(f"{folder}/benchmark_data.db", api_type="openai").to_list()
    for a, b, c in zip(percentiles, rows, read):
        faults += [differs(f"{a['Percentiles']} {k}", a.get(k), b.get(k)) for k in {**a, **b}]
        faults += [differs(f"{a['Percentiles']} {k}, read from plumb's database", a.get(k), c.get(k)) for k in a]
    stored = sqlite3.connect(f"{folder}/benchmark_data.db").execute("select response_messages from result order by rowid")
    if [pickle.loads(base64.b64decode(m)) for (m,) in stored] != messages:
        faults.append("the chunks kept in the database differ")
    faults = [f for f in faults if f]
    print("\n".join(faults) or f"{len(summary)} figures and {len(rows)} x {len(rows[0]) - 1} percentiles agree, {len(messages)} requests")
    return 1 if faults else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
