"""The only place with Numba options: decorators, fast-math, cache folder, CPU features, threads.

Import this before Numba: some of what it sets is read when Numba is imported.
"""

from __future__ import annotations

import functools
import hashlib
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
import platformdirs
from numpy.typing import NDArray

from kernels.garbage import nothing_searched

_Function = TypeVar("_Function", bound=Callable[..., Any])

# Idle OpenMP workers otherwise spin for milliseconds and take the cores from the window.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def _prefer_wide_vectors() -> None:
    """Let LLVM use 512-bit vectors where the host has AVX-512; it prefers 256 bits by itself.

    A person's own NUMBA_CPU_FEATURES or NUMBA_CPU_NAME is never overruled, and nothing is done
    where Numba has been imported already (it would have no effect).
    """
    if {"NUMBA_CPU_FEATURES", "NUMBA_CPU_NAME"} & os.environ.keys() or "numba" in sys.modules:
        return
    import llvmlite.binding as llvm

    features = llvm.get_host_cpu_features()
    if features.get("avx512f"):
        os.environ["NUMBA_CPU_FEATURES"] = f"{features.flatten()},-prefer-256-bit"


def vector_lanes() -> int:
    """How many float64 fit one SIMD register, of the processor that kernels are compiled for."""
    import llvmlite.binding as llvm

    chosen = os.environ.get("NUMBA_CPU_FEATURES")
    features = set((chosen or llvm.get_host_cpu_features().flatten()).split(","))
    if "+avx512f" in features:
        return 8
    return 4 if "+avx" in features else 2


_prefer_wide_vectors()

import numba  # noqa: E402
from llvmlite import ir  # noqa: E402
from numba.core import types  # noqa: E402
from numba.extending import intrinsic, overload, register_jitable  # noqa: E402

# Everything but nnan and ninf: kernels rely on -inf and isfinite.
_FASTMATH = {"reassoc", "contract", "arcp", "nsz", "afn"}

# Numba's workqueue layer aborts the process when two threads enter parallel code at once.
_parallel_region = threading.Lock()


def cache_folder() -> Path:
    """Where compiled kernels are kept: one folder per content and place of this package and CPU.

    Numba notices an edit only in the file that a kernel stands in, so the key covers them all.
    The environment variable GMM_STUDIO_CACHE_DIR moves it.
    """
    digest = hashlib.sha256(os.environ.get("NUMBA_CPU_FEATURES", "").encode())
    digest.update(numba.__version__.encode())
    # Numba keeps the kernels of each copy of this package apart.
    digest.update(str(Path(__file__).resolve().parent).encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    base = os.environ.get("GMM_STUDIO_CACHE_DIR") or platformdirs.user_cache_dir("gmm-studio")
    return Path(base) / f"kernels-{digest.hexdigest()[:16]}"


def _can_write(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


# None where nothing can be written: Numba would then cache beside the sources, file by file, where
# an edit in one kernel goes unnoticed by those that call it.
_CACHE_FOLDER = cache_folder() if _can_write(cache_folder()) else None


def _compiled(
    function: Callable[..., Any], *, fastmath: set[str] = _FASTMATH, **others: Any
) -> Any:
    """Numba's dispatcher for `function`, cached on disk where that is possible.

    `numba.config.CACHE_DIR` is set only while Numba looks for the folder, so that other users of
    Numba in the same process keep theirs. Without a cache the kernels are compiled in each process.
    """
    options = {"nogil": True, "fastmath": fastmath, "error_model": "numpy", **others}
    if _CACHE_FOLDER is None:
        return numba.njit(**options)(function)
    previous = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(_CACHE_FOLDER)
    try:
        return _forgiving(numba.njit(cache=True, **options)(function))
    finally:
        numba.config.CACHE_DIR = previous


def _forgiving(dispatcher: Any) -> Any:
    """Let a damaged cache file mean that a kernel is compiled again, not that it cannot run."""
    cache = getattr(dispatcher, "_cache", None)
    if cache is None:  # compilation is switched off
        return dispatcher
    load = cache.load_overload

    def load_if_sound(signature: Any, target_context: Any) -> Any:
        try:
            with nothing_searched():
                return load(signature, target_context)
        except Exception:  # whatever unpickling half a file may raise
            cache.flush()
            return None

    cache.load_overload = load_if_sound
    return dispatcher


def kernel(function: _Function) -> _Function:
    """Compile a serial kernel; it runs without the interpreter lock."""
    return cast(_Function, _compiled(function))


# Arithmetic whose rounding depends on its order: products may be fused with sums, no more.
_ORDERED: dict[str, Any] = {"fastmath": {"contract", "nsz"}}


def ordered_kernel(function: _Function) -> _Function:
    """As `kernel`, for arithmetic whose rounding depends on its order: nothing is reassociated."""
    return cast(_Function, _compiled(function, **_ORDERED))


_PART: dict[str, Any] = {"nogil": True, "error_model": "numpy", **_ORDERED}
# A part that only kernels call needs no way in from Python.
_NO_WRAPPERS = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def inlined_part(function: _Function) -> _Function:
    """A part of kernels that is written out in its callers: its vectors stay in registers.

    Numba copies its statements before types are known, which is far quicker than compiling it.
    """
    return cast(_Function, numba.njit(inline="always", **_PART)(function))


def kernel_part(function: _Function) -> _Function:
    """A part of kernels that they call.

    A dispatcher of its own, not `register_jitable`: that would be compiled once for each set of
    compiler flags around a call, so twice for every kernel with prange.
    """
    return cast(_Function, numba.njit(**_PART, no_cfunc_wrapper=True)(function))


def shared(function: _Function) -> _Function:
    """As `kernel_part`, written out in its callers, for what Python needs to know as well."""
    register: Callable[[_Function], _Function] = register_jitable(inline="always", **_PART)
    return register(function)


def specialisation(stub: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a function of argument types choose what kernels run where they call `stub`.

    The function gets Numba types, and returns the implementation, or None where it has none.
    """
    register: Callable[[Callable[..., Any]], Callable[..., Any]] = overload(
        stub, jit_options=_PART | _NO_WRAPPERS, inline="always", strict=False
    )
    return register


def parallel_kernel(function: _Function) -> _Function:
    """Compile a kernel with prange. Calls from several threads run one after another."""
    dispatcher = _compiled(function, parallel=True)

    @functools.wraps(function)
    def call(*args: Any) -> Any:
        with _parallel_region:
            return dispatcher(*args)

    setattr(call, "dispatcher", dispatcher)  # noqa: B010  (a function has no such attribute)
    return cast(_Function, call)


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """The array itself, made read-only."""
    array.setflags(write=False)
    return array


def as_input(array: NDArray[np.float64]) -> NDArray[np.float64]:
    """A read-only, C-contiguous float64 view of `array`; a copy only where it is none of that.

    Numba takes a read-only array for another type than a writable one, and compiles a kernel for
    each that it meets. Every array that a kernel only reads goes through here, so that each kernel
    is compiled once, by the warm-up, and never during a fit.
    """
    view = np.ascontiguousarray(array, dtype=np.float64).view()
    view.setflags(write=False)
    return view


def thread_count(n_threads: int | None, *, polite: bool = False) -> int:
    """How many threads that may be: no more than there are, one fewer if polite; None: all."""
    available = max(1, int(numba.config.NUMBA_NUM_THREADS) - polite)
    return available if n_threads is None else min(n_threads, available)


@contextmanager
def threads(n_threads: int) -> Iterator[None]:
    """Let the calling thread's kernels use that many threads within a block.

    With one, none is woken: a kernel over few rows then takes microseconds.
    """
    before = numba.get_num_threads()
    numba.set_num_threads(n_threads)
    try:
        yield
    finally:
        numba.set_num_threads(before)


def threading_layer() -> str:
    """Name of the layer that runs prange ("omp", "tbb", "workqueue"), once a kernel has run."""
    return str(numba.threading_layer())


@intrinsic
def take_ticket(typingctx, counter):
    """Atomically read counter[0] of a one-element int64 array and add 1; the value read.

    Threads draw their next chunk with it: prange alone deals out equal shares in advance, and a
    thread that shares its core with the window would keep the others waiting.
    """
    if not (isinstance(counter, types.Array) and counter.dtype == types.int64):
        return None

    def codegen(context, builder, signature, args):
        array = context.make_array(signature.args[0])(context, builder, args[0])
        one = ir.Constant(ir.IntType(64), 1)
        return builder.atomic_rmw("add", array.data, one, "monotonic")

    return types.int64(counter), codegen
