"""What machine this is, in words that fit into a document."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

# What family and model numbers stand for, where the name of the processor does not say it.
_GENERATIONS = {("AuthenticAMD", 25, 17): "Zen 4", ("AuthenticAMD", 25, 97): "Zen 4"}


def description() -> str:
    """Such as "a shared virtual machine with 2 cores of an AMD EPYC (Zen 4, AVX-512), ..."."""
    info = _processor()
    name = info.get("model name") or platform.processor() or platform.machine()
    flags = info.get("flags", "").split()
    marks = [_generation(info), "AVX-512" if "avx512f" in flags else ""]
    kind = "shared virtual machine" if "hypervisor" in flags else "machine"
    bracket = ", ".join(mark for mark in marks if mark)
    return (
        f"a {kind} with {n_cores()} cores of an {name.split(' @ ')[0]}"
        f"{f' ({bracket})' if bracket else ''}{_memory()}, {platform.system()} "
        f"{'.'.join(platform.release().split('.')[:2])}, Python {platform.python_version()}"
    )


def n_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _processor() -> dict[str, str]:
    try:
        text = Path("/proc/cpuinfo").read_text().split("\n\n")[0]
    except OSError:  # not Linux
        return {}
    return {key.strip(): value.strip() for key, value in re.findall(r"^(.*?):(.*)$", text, re.M)}


def _generation(info: dict[str, str]) -> str:
    family, model = (int(info.get(key, "0")) for key in ("cpu family", "model"))
    return _GENERATIONS.get((info.get("vendor_id", ""), family, model), "")


def _memory() -> str:
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return ""
    return f", {size / 2**30:.0f} GiB of memory"
