"""How every kernel is compiled: one decorator, and a cache directory that can never serve stale code."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any

import llvmlite.binding
import numba

config: Any = numba.config  # its settings are attributes made at run time
_SOURCES = Path(__file__).resolve().parent


def _vector_bytes() -> int:
    """Width of one SIMD register in bytes: 64 with AVX-512, 32 with AVX2, else 16 (SSE2, NEON).

    `NEURAL_PLAYGROUND_VECTOR_BYTES` narrows it, so that a machine with wide registers can test the narrow
    code.
    """
    asked = os.environ.get("NEURAL_PLAYGROUND_VECTOR_BYTES", "")
    if asked:
        if asked not in {"16", "32", "64"}:
            raise ValueError(f"NEURAL_PLAYGROUND_VECTOR_BYTES is 16, 32 or 64, got {asked!r}")
        return int(asked)
    features = llvmlite.binding.get_host_cpu_features()
    if features.get("avx512f") and features.get("avx512vl"):
        return 64
    return 32 if features.get("avx2") and features.get("fma") else 16


def _source_hash() -> str:
    """Return a hash of all kernel sources: an edit in one file must not leave a cached caller as it was."""
    digest = hashlib.sha256(f"{numba.__version__} {VECTOR_BYTES}".encode())
    for path in sorted(_SOURCES.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _writable(directory: Path) -> bool:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            return True
    except OSError:
        return False


def _cache_directory() -> Path | None:
    """Return the first usual place that can be written, or None: then kernels compile at each start."""
    chosen = os.environ.get("NEURAL_PLAYGROUND_CACHE")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    places = [Path(chosen)] if chosen else [base / "neural-playground", _SOURCES / "__pycache__"]
    for place in places:
        directory = place / f"kernels-{_source_hash()}"
        if _writable(directory):
            return directory
    return None


VECTOR_BYTES = _vector_bytes()
CACHE_DIRECTORY = _cache_directory()

# NaN and infinity stay visible ("nnan" and "ninf" are absent): an exploding gradient is a lesson.
_OPTIONS: dict[str, Any] = {
    "cache": CACHE_DIRECTORY is not None,
    "nogil": True,
    "error_model": "numpy",
    "fastmath": {"reassoc", "contract", "nsz", "arcp"},
}


def jit(function: Any) -> Any:
    """Compile `function` at its first call, in nopython mode, without the interpreter lock, cached."""
    previous = config.CACHE_DIR
    if CACHE_DIRECTORY is not None:
        config.CACHE_DIR = str(CACHE_DIRECTORY)
    try:
        return numba.njit(**_OPTIONS)(function)
    finally:
        config.CACHE_DIR = previous


def inline(function: Any) -> Any:
    """Compile `function` into its callers: for the few lines in the inner loop of several kernels."""
    return numba.njit(inline="always", **{**_OPTIONS, "cache": False})(function)
