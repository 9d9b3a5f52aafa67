"""Compares what TensorBoard and MLflow know of a run with its events.jsonl. Usage: check.py RUN ADDRESS"""

import json
import sys
from pathlib import Path

from mlflow.tracking import MlflowClient
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

run, address = Path(sys.argv[1]), sys.argv[2]
lines = [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines()]
epochs = {line["epoch"]: line for line in lines if line["type"] == "epoch"}
expected = {
    f"{key}/{name}": {n: e[part][key] for n, e in epochs.items() if e[part] and key in e[part]}
    for part, name in (("train", "train"), ("judging", "held-out"))
    for key in (epochs[1]["train"] if part == "train" else epochs[max(epochs)]["judging"])
}
test = json.loads((run / "results.json").read_text())["test"]["metrics"]
assert len(epochs) == 6 and len(expected) >= 4 and test, (len(epochs), expected)

board = EventAccumulator(str(run / "tracking"), size_guidance={"scalars": 0})
board.Reload()
worst = 0.0
for tag, values in expected.items():
    seen = {event.step: event.value for event in board.Scalars(tag)}
    assert sorted(seen) == sorted(values), (tag, sorted(seen), sorted(values))
    worst = max(worst, *(abs(seen[n] - values[n]) / max(1e-9, abs(values[n])) for n in values))
assert worst < 1e-6, worst
assert {f"test/{key}" for key in test} <= set(board.Tags()["scalars"])
assert "settings" in "".join(board.Tags()["tensors"])
print(f"TensorBoard: {len(expected)} curves over {len(epochs)} epochs, each once, farthest off by {worst:.1e}")

client = MlflowClient(address)
experiment = client.get_experiment_by_name("safe-augment")
run_id = json.loads((run / "tracking" / "mlflow.json").read_text())["runId"]
found = client.get_run(run_id)
assert found.info.status == "FINISHED", found.info.status
assert found.info.experiment_id == experiment.experiment_id
assert found.data.params["seed"] == "0" and found.data.params["policy"] == "standard"
for tag, values in expected.items():
    history = client.get_metric_history(run_id, tag)
    seen = {metric.step: metric.value for metric in history}
    assert sorted(seen) == sorted(values), (tag, sorted(seen), sorted(values))
    assert all(seen[n] == values[n] for n in values), tag
print(f"MLflow: the same curves in one run, {len(found.data.params)} settings, status {found.info.status}")
