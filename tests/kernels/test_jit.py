"""Cache folder, threads and tickets."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

from kernels import jit
from kernels.jit import kernel, take_ticket

import numba


@kernel
def draw(counter, out):
    for i in range(out.size):
        out[i] = take_ticket(counter)


def test_tickets_count_up_from_the_counter():
    counter, out = np.array([5, 7]), np.empty(3, dtype=np.int64)
    draw(counter, out)
    assert out.tolist() == [5, 6, 7]
    assert counter.tolist() == [8, 7]


def test_threads_are_bounded_by_the_machine():
    before = numba.get_num_threads()
    assert jit.thread_count(None) == jit.thread_count(10_000) >= jit.thread_count(1) == 1
    everything = jit.thread_count(None)
    assert jit.thread_count(None, polite=True) == max(1, everything - 1)
    assert jit.thread_count(everything, polite=True) == max(1, everything - 1)
    with jit.threads(1):
        assert numba.get_num_threads() == 1
    assert numba.get_num_threads() == before


def test_other_users_of_numba_keep_their_cache_folder():
    assert str(jit.cache_folder()) != str(numba.config.CACHE_DIR)


def test_copies_of_the_kernels_do_not_share_a_folder(tmp_path):
    # Numba compiles each copy for itself, so one being ready says nothing of another.
    shutil.copytree(Path(jit.__file__).parent, tmp_path / "kernels")
    code = "from kernels.jit import cache_folder; print(cache_folder())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.strip() != str(jit.cache_folder())


def test_the_threading_layer_is_named_once_a_kernel_has_run(run_a_pass):
    run_a_pass()
    assert jit.threading_layer() in {"omp", "tbb", "workqueue"}


def test_kernels_run_where_no_cache_can_be_written(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("a file where a folder should be")
    code = (
        "import numpy as np; from kernels.cholesky import factor_diagonal as f;"
        "w = np.empty((1, 1)); f(np.ones((1, 1)), np.ones(1), w, np.empty(1)); print(w > 0.8)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        env=os.environ | {"GMM_STUDIO_CACHE_DIR": str(blocked)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout.strip() == "[[ True]]", done.stderr
    # Nor may anything be cached beside the sources instead.
    assert not list(Path(jit.__file__).parent.rglob("*.nbi"))


def test_a_damaged_cache_means_compiling_again(tmp_path):
    code = (
        "import numpy as np; from kernels.cholesky import factor_full as f;"
        "w = np.empty((1, 1)); f(np.ones((1, 1, 1)), np.ones(1), w, np.empty(1)); print(w > 0.8)"
    )
    environment = os.environ | {"GMM_STUDIO_CACHE_DIR": str(tmp_path)}

    def run():
        return subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        ).stdout.strip()

    for ending in ("nbi", "nbc"):
        assert run() == "[[ True]]"
        files = list(tmp_path.rglob(f"*.{ending}"))
        assert files
        for file in files:
            file.write_bytes(file.read_bytes()[:20])
    assert run() == "[[ True]]"


def test_no_kernel_is_compiled_again_after_the_warm_up():
    # In a process of its own, in which no other test has called a kernel with other types.
    code = """
from kernels import warmup
warmup.make_ready()
for step in (*warmup._other_passes(), warmup._beside_other_passes):
    step()
import gmm_app as gm, numpy as np
from kernels import binning, cholesky, density, em_pass, moments, parsimony, seeding
kernels = [binning.count_2d, cholesky.factor_full, cholesky.factor_diagonal, density.score_rows]
kernels += [em_pass.em_pass, moments.full_moments, moments.diagonal_moments]
kernels += [moments.look_over, seeding.assign_to_centers]
kernels += [parsimony.share_shape, parsimony.share_axes]
def compiled():
    return [len(getattr(kernel, "dispatcher", kernel).signatures) for kernel in kernels]
before = compiled()
rng = np.random.default_rng(0)
for n_features in (1, 2, 3, 8, 9, 12):
    table = rng.standard_normal((5000, n_features))
    for X in (table, np.asfortranarray(table), table.astype(np.float32)):
        for family in gm.FAMILIES:
            for init in ("kmeans++", "random_rows", "uniform"):
                result = gm.fit(X, n_components=2, family=family, init=init, n_init=1, max_iter=3)
            result.mixture.predict(table), result.mixture.predict_proba(table.tolist())
from gmm_app.inspection.density_image import density_image
from gmm_app.inspection.ranges import CONTINUOUS, cells_between
many = gm.Dataset(rng.standard_normal((1_500_000, 2)), ("x", "y")).X
cells = cells_between(-3.0, 3.0, 50, CONTINUOUS)
density_image(many[:, 0], many[:, 1], cells, cells)
print([after - now for after, now in zip(compiled(), before)])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=300
    )
    assert set(done.stdout) <= set("[0, ]\n") and done.stdout.count("0") == 11
