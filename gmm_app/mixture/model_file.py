"""Model files: a mixture as JSON that a person can read and any program can load.

No code runs when one is loaded. Numbers are written so that they come back bit for bit. Files whose
names end as scripts do are written and read by `gmm_app/mixture/exchange`.
"""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gmm_app.errors import GmmError, ModelError
from gmm_app.files import atomic_write, expanded
from gmm_app.mixture.exchange.from_mclust import begins_like_r, from_dput
from gmm_app.mixture.exchange.matlab_script import check_function_name
from gmm_app.mixture.exchange.scripts import SCRIPTS
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.noise import Noise
from gmm_app.mixture.transform_words import transform_of_json
from gmm_app.mixture.transforms import Transform

FORMAT = "gmm-app-model"
VERSION = 2
"""The newest. A model without transforms is written as version 1, which every program reads; one
with them would be misread by a program that knows nothing of them."""

# A thousand components in thirty columns take 20 MB; far more is not a model.
_MOST_BYTES = 1 << 28
# What R writes of a whole fit holds its data; its parameters alone are small.
_MOST_BYTES_OF_R = 1 << 23
_ENDINGS_OF_R = (".r", ".dput")
_NEEDED = ("family", "columns", "weights", "means", "covariances")


def save_model(mixture: Mixture, path: str | Path, fit_facts: dict[str, Any] | None = None) -> None:
    """Write a mixture as a model file: as JSON, or as a script where the name ends so.

    Parameters
    ----------
    mixture : what to write.
    path : where to; an old file there is replaced in one step. Ending in .py it becomes a script
        for scikit-learn, in .R for R's mclust, in .m for MATLAB and Octave.
    fit_facts : what is known of the fit that found it (`FitResult.facts`); JSON has it too.

    Raises
    ------
    ExportError
        The file cannot be written there, or its name cannot be that of such a script.
    """
    path = expanded(path)
    script = SCRIPTS.get(path.suffix.lower())
    text = script(mixture, path.name) if script else _json(mixture, fit_facts or {})
    # Half a surrogate pair in a name cannot be UTF-8; as \udc80 it is valid JSON.
    content = text.encode("utf-8", "backslashreplace")
    with atomic_write(path) as file:
        file.write(content)


def check_model_name(path: Path) -> None:
    """Refuse, before long work, a name that `save_model` would refuse.

    Raises
    ------
    ExportError
        A file of this ending cannot have that name.
    """
    if path.suffix.lower() == ".m":
        check_function_name(path.name)


def _json(mixture: Mixture, fit_facts: dict[str, Any]) -> str:
    from gmm_app import __version__

    model = {
        "format": FORMAT,
        "version": VERSION if mixture.transforms else 1,
        "written_by": f"GMM Studio {__version__}",
        "family": mixture.family,
        "columns": list(mixture.columns),
        "weights": mixture.weights.tolist(),
        "means": mixture.means.tolist(),
        "covariances": mixture.covariances.tolist(),
        **_noise_facts(mixture),
        **_transform_facts(mixture),
        **fit_facts,
    }
    return _text(model) + "\n"


def load_mixture(path: str | Path) -> Mixture:
    """Read the mixture from a model file, a script for R, or what R's `dput` wrote of mclust's fit.

    Raises
    ------
    ModelError
        There is no such file, it is not a model file that this version knows, or its numbers
        describe no mixture. The message says what to do.
    """
    path = expanded(path)
    content = _content(path)
    model = _text_of_r(path, content) or _parsed(path.name, content)
    try:
        mixture = from_dput(model) if isinstance(model, str) else _mixture(model)
        _check_covariances(mixture)
    except GmmError as error:
        raise ModelError(f"{path.name} does not hold a usable mixture. {error}") from error
    return mixture


def _noise_facts(mixture: Mixture) -> dict[str, Any]:
    noise = mixture.noise
    if noise is None:
        return {}
    return {
        "noise": {
            "weight": noise.weight,
            "low": noise.low.tolist(),
            "high": noise.high.tolist(),
        }
    }


def _noise(model: dict[str, Any]) -> Noise | None:
    noise = model.get("noise")
    if noise is None:
        return None
    if not isinstance(noise, dict) or type(noise.get("weight")) not in (int, float):
        raise ModelError("Its noise is not described: save it again.")
    return Noise(noise["weight"], _numbers(noise, "low"), _numbers(noise, "high"))


def _transform_facts(mixture: Mixture) -> dict[str, Any]:
    """Means and covariances are those of what the transforms make of the columns."""
    if not mixture.transforms:
        return {}
    return {
        "units": list(mixture.units),
        "transforms": [transform.as_json() for transform in mixture.transforms],
    }


def _transforms(model: dict[str, Any]) -> list[Transform]:
    described = model.get("transforms", [])
    if not isinstance(described, list):
        raise ModelError("Its transforms are not described: save it again.")
    return [transform_of_json(each) for each in described]


def _mixture(model: dict[str, Any]) -> Mixture:
    return Mixture(
        _numbers(model, "weights"),
        _numbers(model, "means"),
        _numbers(model, "covariances"),
        model["family"],
        _columns(model),
        _noise(model),
        _transforms(model),
    )


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise ModelError(f"{path} is a folder: choose a model file in it.")
        status = path.stat()
        # Reading a pipe or a device might never end.
        if not stat.S_ISREG(status.st_mode):
            raise ModelError(f"{path} is not an ordinary file: choose a model file.")
        if status.st_size > _MOST_BYTES:
            raise ModelError(f"{path.name} is too large to be a model file: choose another.")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ModelError(f"There is no file {path}: check the name and the folder.") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ModelError(
            f"{path} cannot be read ({reason}): copy it to a folder of your own."
        ) from error


def _text_of_r(path: Path, content: bytes) -> str:
    """The file's text if it is one of R's, else ""."""
    if len(content) > _MOST_BYTES_OF_R:
        return ""
    text = content.decode("utf-8-sig", "replace")
    return text if path.suffix.lower() in _ENDINGS_OF_R or begins_like_r(text) else ""


def _parsed(name: str, content: bytes) -> dict[str, Any]:
    try:
        model = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ModelError(_not_a_model(name)) from error
    if not isinstance(model, dict):
        raise ModelError(_not_a_model(name))
    _check_format(name, model)
    return model


def _not_a_model(name: str) -> str:
    return (
        f"{name} is not a model file: choose a JSON file or R script that this program has saved, "
        "or what R's dput has written of mclust's fit$parameters."
    )


def _check_format(name: str, model: dict[str, Any]) -> None:
    if model.get("format") != FORMAT:
        raise ModelError(_not_a_model(name))
    version = model.get("version")
    if type(version) is not int or version < 1:
        raise ModelError(f"{name} does not say which version of model file it is: save it again.")
    if version > VERSION:
        raise ModelError(
            f"{name} was saved by a newer program (model file version {version}; this one reads "
            f"version {VERSION}): update this program."
        )
    missing = [key for key in _NEEDED if key not in model]
    if missing:
        raise ModelError(f"{name} lacks {', '.join(missing)}: save the model again.")


def _columns(model: dict[str, Any]) -> tuple[str, ...]:
    columns = model["columns"]
    named = isinstance(columns, list) and all(isinstance(column, str) for column in columns)
    if not named or not columns or len(set(columns)) < len(columns):
        raise ModelError("Its columns need different names: save it again.")
    return tuple(columns)


def _numbers(model: dict[str, Any], key: str) -> NDArray[np.float64]:
    try:
        if not _only_numbers(model[key]):
            raise ValueError(key)
        return np.array(model[key], dtype=np.float64)
    except (KeyError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise ModelError(f"Its {key} are not an even array of numbers: save it again.") from error


def _only_numbers(value: object) -> bool:
    # numpy would take texts and truth values for numbers.
    if isinstance(value, list):
        return all(_only_numbers(item) for item in value)
    return type(value) in (int, float)


def _check_covariances(mixture: Mixture) -> None:
    for k, covariance in enumerate(mixture.covariances):
        scale = np.sqrt(np.abs(np.diag(covariance)))
        if (np.abs(covariance - covariance.T) > 1e-8 * np.outer(scale, scale)).any():
            raise ModelError(f"The covariance of component {k + 1} is not symmetric.")
    # Computing the factors raises the named error where a covariance is singular.
    _ = mixture.structure


def _text(value: object, indent: str = "") -> str:
    """JSON with one line per innermost list, so that matrices look like matrices."""
    deeper = indent + "  "
    if isinstance(value, dict) and value:
        lines = [f"{deeper}{_scalar(str(k))}: {_text(v, deeper)}" for k, v in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list | tuple) and any(isinstance(v, list | tuple) for v in value):
        lines = [deeper + _text(item, deeper) for item in value]
        return "[\n" + ",\n".join(lines) + f"\n{indent}]"
    return _scalar(value)


def _scalar(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
