"""The command line in this process: options, files, exit codes, one sentence per error."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest

import gmm_app as gm
from gmm_app.cli import main
from gmm_app.data.samples import SAMPLES
from tests.reference_data import REFERENCE

ROOT = Path(__file__).parents[2]
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


def test_acceleration_can_be_switched_off(capsys):
    arguments = ["fit", FAITHFUL, "-k", "3", "--seed", "0", "--json"]
    assert main([*arguments, "--no-accelerate", "--no-prefix"]) == 0
    textbook = json.loads(capsys.readouterr().out)
    assert main([*arguments, "--accelerate"]) == 0
    fast = json.loads(capsys.readouterr().out)
    assert textbook["converged"] and fast["converged"]
    assert fast["n_passes"] < textbook["n_passes"]
    assert fast["sample_passes"] == textbook["sample_passes"] == 0.0
    expected = gm.fit(
        gm.read(FAITHFUL), n_components=3, seed=0, accelerate=False, prefix=False
    ).log_likelihood
    assert textbook["log_likelihood"] == expected


def test_rows_that_lack_values_and_rows_that_count_more_than_once(tmp_path, capsys):
    path = tmp_path / "rows.csv"
    data = gm.read(FAITHFUL)
    lines = [f"{a},{b},{i % 3}" for i, (a, b) in enumerate(data.X.tolist())]
    lines[1] = ",54,1"
    path.write_text("\n".join(["eruptions,waiting,times", *lines]))
    arguments = ["fit", str(path), "-k", "2", "--seed", "0", "--json", "--weights", "times"]
    labels = tmp_path / "labels.csv"
    assert main([*arguments, "--labels", str(labels)]) == 0
    kept = json.loads(capsys.readouterr().out)
    assert (kept["n_incomplete"], kept["columns"]) == (1, ["eruptions", "waiting"])
    assert kept["total_weight"] == sum(i % 3 for i in range(272))
    assert kept["n_samples"] == sum(i % 3 > 0 for i in range(272))
    row = records(labels)[0]
    assert (row["row"], row["eruptions"], row["waiting"]) == ("2", "", "54.0")
    assert main([*arguments, "--missing", "drop"]) == 0
    dropped = json.loads(capsys.readouterr().out)
    assert dropped["n_samples"] == kept["n_samples"] - 1
    assert "keep or drop" in complaint(capsys, "fit", str(path), "--missing", "guess")


def test_rows_by_a_condition_with_known_components(tmp_path, capsys):
    data = gm.read(FAITHFUL)
    kinds = ["long" if row > 3 else "" if i % 2 else "brief" for i, row in enumerate(data.X[:, 0])]
    rows = [f"{a},{b},{kind}" for (a, b), kind in zip(data.X.tolist(), kinds, strict=True)]
    path, model, labels = (tmp_path / name for name in ("rows.csv", "m.json", "l.csv"))
    path.write_text("\n".join(["eruptions,waiting,kind", *rows]))
    where = ["--where", "waiting between 50 and 90 and kind is not missing or eruptions > 4"]
    arguments = ["fit", str(path), *where, "--known", "kind", "-k", "2", "--seed", "0"]
    assert main([*arguments, "--out", str(model)]) == 0
    out = capsys.readouterr().out
    expected = gm.read(path, known="kind", where=where[1])
    assert f"where {where[1]}: {expected.n_filtered} other rows do not count" in out.replace(
        "\n", " "
    )
    assert "known components: 1 brief, 2 long" in out
    assert gm.load(model).means[0, 0] < 3 < gm.load(model).means[1, 0]
    assert main(["predict", str(model), str(path), *where, "--out", str(labels)]) == 0
    numbers = [int(row["row"]) - 1 for row in records(labels)]
    assert expected.row_numbers is not None and numbers == expected.row_numbers.tolist()
    assert main(["select", str(path), *where, "-k", "1:2", "--families", "VVV", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["best"]["n_filtered"] == expected.n_filtered
    assert "did you mean waiting?" in complaint(capsys, "fit", str(path), "--where", "waitin > 1")


def test_a_fit_says_how_sure_it_is(capsys):
    arguments = ["fit", FAITHFUL, "-k", "2", "--seed", "0", "--bootstrap", "40"]
    assert main([*arguments, "--json"]) == 0
    boot = json.loads(capsys.readouterr().out)["bootstrap"]
    assert boot["n_draws"] == 40
    assert np.shape(boot["low"]["means"]) == np.shape(boot["high"]["means"]) == (2, 2)
    assert np.all(np.array(boot["low"]["means"]) < boot["high"]["means"])
    assert main(arguments) == 0
    assert "95% intervals from 40 draws" in capsys.readouterr().out
    assert "at least 20" in complaint(capsys, "fit", FAITHFUL, "--bootstrap", "3")


def test_predict_and_sample(tmp_path, capsys):
    model, labels, rows = (str(tmp_path / name) for name in ("m.json", "l.csv", "r.csv"))
    assert main(["fit", FAITHFUL, "-k", "2", "--seed", "0", "--out", model]) == 0
    assert main(["sample", model, "-n", "50", "--seed", "1", "--out", rows]) == 0
    assert main(["predict", model, rows, "--out", labels]) == 0
    drawn = gm.read(rows)
    assert drawn.columns == ("eruptions", "waiting")
    assert np.array_equal(drawn.X, gm.load(model).sample(50, seed=1))
    assert len(records(labels)) == 50


@pytest.mark.parametrize(
    ("name", "words"),
    [("model.py", "import GaussianMixture"), ("model.R", "library(mclust)"), ("model.m", "end\n")],
)
def test_a_model_may_be_a_script(tmp_path, capsys, name, words):
    fit, best = tmp_path / name, tmp_path / f"best_{name}"
    assert main(["fit", FAITHFUL, "-k", "2", "--seed", "0", "--out", str(fit)]) == 0
    assert words in fit.read_text(encoding="utf-8")
    arguments = ["-k", "2", "--families", "VVV", "--seed", "0", "--out", str(best)]
    assert main(["select", FAITHFUL, *arguments]) == 0
    assert words in best.read_text(encoding="utf-8")


def test_an_export_of_mclust_predicts(tmp_path, capsys):
    model, labels = REFERENCE / "mclust_exports" / "faithful-EEE-fit.dput", tmp_path / "l.csv"
    assert main(["predict", str(model), FAITHFUL, "--out", str(labels)]) == 0
    expected = gm.load(model).predict(gm.read(FAITHFUL).X)
    assert [int(row["label"]) - 1 for row in records(labels)] == expected.tolist()


def test_tables_are_written_in_the_format_of_their_endings(tmp_path, capsys):
    model, rows, labels, parameters = (
        str(tmp_path / name) for name in ("m.json", "r.parquet", "l.xlsx", "p.tsv")
    )
    arguments = ["fit", FAITHFUL, "-k", "2", "--seed", "0", "--out", model]
    assert main([*arguments, "--labels", labels, "--parameters", parameters]) == 0
    assert main(["sample", model, "-n", "50", "--seed", "1", "--out", rows]) == 0
    assert np.array_equal(gm.read(rows).X, gm.load(model).sample(50, seed=1))
    assert zipfile.is_zipfile(labels)
    assert len((tmp_path / "p.tsv").read_text().splitlines()[0].split("\t")) == 9
    capsys.readouterr()
    done = ran("predict", model, rows, "--out", "/dev/stdout", stdout=subprocess.PIPE)
    assert done.stdout.startswith("row,eruptions,waiting,label,") and done.returncode == 0
    assert done.stdout.count("\n") == 51


def test_a_fit_under_transforms_is_told_in_the_data_s_units(tmp_path, capsys):
    model, labels, parameters, plot = (tmp_path / n for n in ("m.json", "l.csv", "p.csv", "f.png"))
    fit = ["fit", FAITHFUL, "-k", "2", "--seed", "0", "--json", "--out", str(model)]
    transform = ["--transform", "waiting=log,eruptions=arcsinh:2", "--plot", str(plot)]
    assert main([*fit, *transform, "--parameters", str(parameters)]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["transforms"] == {"eruptions": "arcsinh:2", "waiting": "log"}
    assert printed["units"] == ["arcsinh(eruptions/2)", "log(waiting)"]
    assert plot.read_bytes().startswith(b"\x89PNG")
    assert float(records(parameters)[0]["mean_log(waiting)"]) == printed["means"][0][1]
    assert main(["predict", str(model), FAITHFUL, "--out", str(labels)]) == 0
    rows = records(labels)
    assert [float(row["waiting"]) for row in rows] == gm.read(FAITHFUL).X[:, 1].tolist()
    total = sum(float(row["log_density"]) for row in rows)
    assert total == pytest.approx(printed["log_likelihood"], rel=1e-12)


def test_select_takes_transforms(capsys):
    arguments = ["select", FAITHFUL, "-k", "2", "--families", "EII", "--json"]
    assert main([*arguments, "--transform", "standardise"]) == 0
    found = json.loads(capsys.readouterr().out)["best"]
    assert found["units"] == found["columns"] == ["eruptions", "waiting"]
    first = np.diagonal(found["covariances"][0])
    assert first[0] < first[1] / 50.0


def test_select_names_the_best_and_writes_its_model(tmp_path, capsys):
    model = tmp_path / "best.json"
    arguments = ["select", FAITHFUL, "-k", "1:3", "--families", "EEE,VVV", "--starts", "4"]
    assert main([*arguments, "--seed", "0", "--out", str(model)]) == 0
    out = capsys.readouterr().out
    assert "best by BIC (lower is better): EEE (all alike) with 3 components, BIC 2,314." in out
    assert gm.load(model).n_components == 3


def test_select_as_json_is_one_object(capsys):
    arguments = ["select", FAITHFUL, "-k", "1,2", "--families", "EEE", "--criterion", "icl"]
    assert main([*arguments, "--seed", "0", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert [row["n_components"] for row in printed["table"]] == [2, 1]
    assert printed["best"]["icl"] == printed["table"][0]["icl"]
    assert "means" in printed["best"] and "means" not in printed["table"][0]


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
        (["fit", FAITHFUL, "--family", "QQQ"], "choose EII"),
        (["fit", FAITHFUL, "--columns", "waiting,height"], "no column 'height'"),
        (["fit", FAITHFUL, "--columns", " , "], "names no column"),
        (["fit", FAITHFUL, "--nonsense"], "No such option"),
        (["fit", FAITHFUL, "--plot", "fit.bmp"], "end its name in .png, .svg or .pdf"),
        (["fit", FAITHFUL, "--plot", "f.png", "--plot-size", "large"], "such as 120x80"),
        (["fit", FAITHFUL, "--plot", "f.png", "--plot-size", "2000x1900"], "too many"),
        (["fit", FAITHFUL, "--report", "fit.doc"], "end its name in .html, .pdf or .txt"),
        (["fit", FAITHFUL, "--report", "same.pdf", "--plot", "same.pdf"], "written twice"),
        (["fit", FAITHFUL, "--transform", "waiting=ln"], "no transform 'ln': choose none"),
        (["fit", FAITHFUL, "--transform", "weight=log"], "No column 'weight'"),
        (["select", FAITHFUL, "--transform", "logit"], "'eruptions' does not lie between"),
        (["fit", FAITHFUL, "--out", "/no/such/folder/m.json"], "folder does not exist"),
        (["fit", FAITHFUL, "--out", "my-model.m"], "letters, digits and underscores"),
        (["select", FAITHFUL, "--out", "my-model.m"], "letters, digits and underscores"),
        (["fit", FAITHFUL, "--out", "."], "it is a folder: give a file name"),
        (["fit", FAITHFUL, "--labels", "same", "--out", "./same"], "is to be written twice"),
        (["fit", FAITHFUL, "--labels", FAITHFUL], "is what is to be read"),
        (["fit", FAITHFUL, "--labels", "l.xls"], ".hdf5 or .fcs"),
        (["fit", FAITHFUL, "--parameters", "p.fcs"], ".h5 or .hdf5"),
        (["predict", "m.json", FAITHFUL, "--out", "labels"], "end the name in .csv"),
        (["sample", "m.json", "-n", "3", "--out", "rows.doc"], "end the name in .csv"),
        (["fit", "~no-such-user/data.csv"], "There is no file"),
        (["select", FAITHFUL, "-k", "few"], "a range such as 1:9"),
        (["select", FAITHFUL, "-k", "3:1"], "a range such as 1:9"),
        (["select", FAITHFUL, "-k", "0:2"], "from 1 to 1,000"),
        (["select", FAITHFUL, "--families", "VVV,QQQ"], "choose EII"),
        (["select", FAITHFUL, "--criterion", "best"], "choose bic, icl, aic"),
        (["select", FAITHFUL, "--out", FAITHFUL], "is what is to be read"),
        (["sample", "m.json", "-n", "3", "--out", "./m.json"], "is what is to be read"),
        (["predict", "m.json", FAITHFUL, "--out", "m.json"], "is what is to be read"),
        (["sample", "m.json", "-n", "100000000000", "--out", "rows.csv"], "1000000000"),
        (["sample", "/dev/zero", "-n", "3", "--out", "rows.csv"], "not an ordinary file"),
        (["predict", FAITHFUL, FAITHFUL, "--out", "x.csv"], "model"),
    ],
)
def test_bad_usage_and_input_give_one_sentence(capsys, arguments, words):
    assert words in complaint(capsys, *arguments)


@pytest.mark.parametrize(("size", "sides"), [("single", (85, 65)), ("120x80.5", (120, 80.5))])
def test_a_plot_is_as_large_as_asked_for(tmp_path, size, sides):
    assert main([*QUICK, "--plot", str(tmp_path / "fit.svg"), "--plot-size", size]) == 0
    head = (tmp_path / "fit.svg").read_text(encoding="utf-8")[:200]
    assert f'width="{sides[0]}mm" height="{sides[1]}mm"' in head


@pytest.mark.parametrize(
    ("option", "ending", "beginning"),
    [
        ("--plot", "png", b"\x89PNG"),
        ("--plot", "svg", b"<?xml"),
        ("--plot", "pdf", b"%PDF"),
        ("--report", "html", b"<!DOCTYPE html>"),
        ("--report", "pdf", b"%PDF"),
        ("--report", "txt", b"2 Gaussian components in faithful.csv"),
    ],
)
def test_plots_and_reports_are_written_as_their_names_end(
    capsys, tmp_path, option, ending, beginning
):
    target = tmp_path / f"fit.{ending}"
    assert main([*QUICK, option, str(target)]) == 0
    assert target.read_bytes().startswith(beginning)
    assert capsys.readouterr().out.endswith(f"wrote {target}\n")


QUICK = ("fit", FAITHFUL, "-k", "2", "--seed", "0", "--starts", "1")


def ran(*arguments: str, before: str = "", **options) -> subprocess.CompletedProcess[str]:
    """The program in a process of its own; `before` is Python to run first."""
    program = f"{before}\nimport sys\nfrom gmm_app.cli import main\nsys.exit(main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=120,
        **options,
    )


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs the full device")
@pytest.mark.parametrize("arguments", [QUICK, (*QUICK, "--json"), ("--help",)])
def test_output_that_nothing_takes_gives_one_line(arguments):
    with open("/dev/full", "wb") as full:
        done = ran(*arguments, stdout=full)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and "no space left" in done.stderr


@pytest.mark.parametrize("arguments", [QUICK, ("--help",)])
def test_a_closed_pipe_ends_quietly_and_the_files_are_written(tmp_path, arguments):
    model = tmp_path / "m.json"
    outputs = ["--out", str(model)] if arguments is QUICK else []
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = ran(*arguments, *outputs, stdout=writing)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (2, "")
    assert model.exists() == bool(outputs)


def test_names_that_the_terminal_cannot_show(tmp_path):
    data = tmp_path / "größe.csv"
    data.write_text("länge,b\n" + "".join(f"{i * i % 11},{i * i % 7}\n" for i in range(50)))
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = ran("fit", str(data), "-k", "1", stdout=subprocess.PIPE, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert "gr??e.csv: 50 rows, columns l?nge, b" in done.stdout


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs the full device")
def test_numbers_and_other_files_survive_a_file_that_fails(tmp_path, capsys):
    labels = tmp_path / "l.csv"
    assert main([*QUICK, "--json", "--out", "/dev/full", "--labels", str(labels)]) == 2
    out, err = capsys.readouterr()
    assert json.loads(out)["n_samples"] == 272
    assert len(records(labels)) == 272
    assert err.count("\n") == 1 and "/dev/full cannot be written, for the disk is full" in err


@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="needs a device")
def test_a_device_may_take_two_outputs(capsys):
    assert main([*QUICK, "--out", "/dev/null", "--labels", "/dev/null"]) == 0
    assert capsys.readouterr().out.count("wrote /dev/null") == 2


@pytest.mark.skipif(sys.platform != "linux", reason="such limits hold on Linux")
def test_too_little_memory_gives_one_line(tmp_path):
    model, rows = str(tmp_path / "m.json"), str(tmp_path / "rows.csv")
    assert main([*QUICK, "--out", model]) == 0
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 32, 1 << 32))"
    done = ran("sample", model, "-n", "1000000000", "--out", rows, before=limit)
    assert done.returncode == 2
    assert done.stderr == (
        "gmm-app: There is not enough memory for that: take fewer rows or columns.\n"
    )
    assert not os.path.exists(rows)


def test_an_interrupt_while_the_program_loads():
    interrupted = (
        "import sys\n"
        "class Loading:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'typer': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Loading())\n"
    )
    done = ran("--version", before=interrupted)
    assert (done.returncode, done.stderr) == (130, "")


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
