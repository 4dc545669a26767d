"""Reads a file that was exported with what people read such files with, and prints what is in it as JSON.

read-export.py csv|jsonl|parquet FILE
"""
import csv
import json
import sys

kind, path = sys.argv[1:]
if kind == "parquet":
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(path)
    columns = table.column_names
    times = [str(value) for value in table["time"].cast(pyarrow.int64()).to_pylist()]
    types = {"time": str(table.schema.field("time").type)}
    rows = table.drop(["time"]).to_pylist()
elif kind == "csv":
    csv.field_size_limit(10_000_000)
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
        columns = reader.fieldnames
    times, types = [row["time"] for row in rows], {}
else:
    with open(path, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    columns, times, types = list(rows[0]), [row["time"] for row in rows], {}

numbered = [row["body"] for row in rows if row["body"].startswith("order ")]
json.dump(
    {
        "rows": len(rows),
        "distinct": len({row["id"] for row in rows}),
        "columns": columns,
        "types": types,
        "firstTime": times[0],
        "inOrder": times == sorted(times),
        "numbered": len(numbered),
        "others": [row for row in rows if not row["body"].startswith("order ")],
    },
    sys.stdout,
)
