"""The command line in this process: options, files, exit codes, one sentence per error."""

from __future__ import annotations

import csv
import json
import signal
import threading

import numpy as np
import pytest

import gmm_app as gm
from gmm_app.cli import main
from gmm_app.data.samples import SAMPLES

FAITHFUL = str(SAMPLES["faithful"].path)


def complaint(capsys, *arguments: str) -> str:
    """The one line on stderr that bad input gives."""
    assert main(list(arguments)) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and err.startswith("gmm-app: ")
    return err.removeprefix("gmm-app: ").strip()


def records(path) -> list[dict[str, str]]:
    """The rows of a CSV file by heading."""
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def test_everything_that_a_fit_can_write(tmp_path, capsys):
    model, parameters, labels = (tmp_path / name for name in ("m.json", "p.csv", "l.csv"))
    arguments = ["-k", "2", "--seed", "0", "--out", str(model), "--parameters", str(parameters)]
    assert main(["fit", FAITHFUL, *arguments, "--labels", str(labels), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    mixture = gm.load(model)
    assert mixture.means.tolist() == printed["means"]
    data = gm.read(FAITHFUL)
    rows = records(labels)
    assert [int(row["label"]) - 1 for row in rows] == mixture.predict(data.X).tolist()
    weights = [float(row["weight"]) for row in records(parameters)]
    assert weights == printed["weights"]


def test_predict_and_sample(tmp_path, capsys):
    model, labels, rows = (str(tmp_path / name) for name in ("m.json", "l.csv", "r.csv"))
    assert main(["fit", FAITHFUL, "-k", "2", "--seed", "0", "--out", model]) == 0
    assert main(["sample", model, "-n", "50", "--seed", "1", "--out", rows]) == 0
    assert main(["predict", model, rows, "--out", labels]) == 0
    drawn = gm.read(rows)
    assert drawn.columns == ("eruptions", "waiting")
    assert np.array_equal(drawn.X, gm.load(model).sample(50, seed=1))
    assert len(records(labels)) == 50


def test_the_report_names_data_family_and_sign(capsys):
    assert main(["fit", FAITHFUL, "-k", "2", "--seed", "0", "--family", "tied"]) == 0
    out = capsys.readouterr().out
    for words in (
        "faithful.csv: 272 rows, columns eruptions, waiting",
        "EEE",
        "converged",
        "(lower is better)",
    ):
        assert words in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["fit", "no-such-file.csv"], "There is no file"),
        (["fit"], "Missing argument 'FILE'"),
        (["fit", FAITHFUL, "-k", "0"], "from 1 to 1,000"),
        (["fit", FAITHFUL, "-k", "many"], "valid integer"),
        (["fit", FAITHFUL, "-k", "300"], "choose fewer components"),
        (["fit", FAITHFUL, "--family", "QQQ"], "choose VVV"),
        (["fit", FAITHFUL, "--columns", "waiting,height"], "no column 'height'"),
        (["fit", FAITHFUL, "--columns", " , "], "names no column"),
        (["fit", FAITHFUL, "--nonsense"], "No such option"),
        (["fit", FAITHFUL, "--plot", "fit.bmp"], "end its name in .png or .svg"),
        (["fit", FAITHFUL, "--out", "/no/such/folder/m.json"], "folder does not exist"),
        (["predict", FAITHFUL, FAITHFUL, "--out", "x.csv"], "model"),
    ],
)
def test_bad_usage_and_input_give_one_sentence(capsys, arguments, words):
    assert words in complaint(capsys, *arguments)


def test_bad_input_leaves_files_as_they_were(tmp_path, capsys):
    kept = tmp_path / "m.json"
    kept.write_text("precious")
    complaint(capsys, "fit", FAITHFUL, "-k", "300", "--out", str(kept))
    assert kept.read_text() == "precious"


def test_an_interrupt_keeps_the_best_so_far(tmp_path, capsys):
    model = tmp_path / "m.json"
    arguments = ["-k", "6", "--starts", "10000", "--seed", "0", "--tol", "0", "--out", str(model)]
    interrupt = threading.Timer(1.5, signal.raise_signal, [signal.SIGINT])
    interrupt.start()
    assert main(["fit", FAITHFUL, *arguments]) == 130
    interrupt.join()
    assert "stopped before its end" in capsys.readouterr().out
    saved = json.loads(model.read_text())
    assert saved["fit"]["stop_reason"] == "stopped" and saved["fit"]["converged"] is False


def test_version_and_help(capsys):
    assert main(["--version"]) == 0
    assert gm.__version__ in capsys.readouterr().out
    assert main(["--help"]) == 0
    assert "predict" in capsys.readouterr().out
