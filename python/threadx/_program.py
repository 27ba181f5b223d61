"""The program that is installed with the module."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from threadx._core import InputError


def program() -> str:
    """Its path: beside this Python, else wherever a shell would find it."""
    folders = (sysconfig.get_path("scripts"), str(Path(sys.executable).parent))
    for folder in folders:
        found = shutil.which("threadx", path=folder)
        if found:
            return found
    found = shutil.which("threadx")
    if found is None:
        raise InputError(f"the program 'threadx' is neither in {' nor in '.join(folders)} nor in PATH")
    return found


def run(*arguments: str) -> int:
    """Runs it; its exit status."""
    return subprocess.run([program(), *arguments], check=False).returncode
