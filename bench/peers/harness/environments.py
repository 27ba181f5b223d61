"""A Python environment for each peer, under build/peers, from the versions that the peer's requirements.txt pins."""

import glob
import os
import re
import shutil
import subprocess
import sys


class NotInstalled(Exception):
    """With the reason, as pip or Python gave it."""


def _requirements(path):
    """The lines that install something; none if there is no file."""
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return [line.strip() for line in file if line.strip() and not line.lstrip().startswith("#")]


def _version(python):
    command = [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def find_python(versions):
    """An interpreter of the first of `versions` that this machine has: this one, one of PATH, or one of pyenv's."""
    pyenv = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    for version in versions:
        candidates = [sys.executable, shutil.which(f"python{version}")]
        candidates += sorted(glob.glob(f"{pyenv}/versions/{version}.*/bin/python3"), reverse=True)
        for python in candidates:
            if python and _version(python) == version:
                return python
    raise NotInstalled(f"needs Python {' or '.join(versions)}, which is not here")


def _reason(output):
    """The last line in which pip or venv says what is wrong, without the places it looked at."""
    unknown = re.search(r"requirement ([\w.-]+).*\(from versions: none\)", output)
    if unknown:
        return f"not on PyPI, or PyPI not in reach: pip finds no version of {unknown.group(1)}"
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith(("error", "fatal"))] or lines or ["no reason given"]
    return re.sub(r"\s*https?://\S+", "", errors[-1].removeprefix("ERROR: "))


def _run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise NotInstalled(_reason(done.stdout))


def environment(peer, folder):
    """The interpreter to run `peer` with; made at the first call, and again when its requirements change.
    A peer that requires nothing runs in this interpreter. Throws NotInstalled."""
    requirements = _requirements(os.path.join(peer.folder, "requirements.txt"))
    if not requirements:
        return sys.executable
    home = os.path.join(folder, peer.name)
    python = os.path.join(home, "bin", "python")
    stamp = os.path.join(home, "requirements.installed")
    if _requirements(stamp) == requirements and os.path.exists(python):
        return python
    shutil.rmtree(home, ignore_errors=True)
    try:
        _run([find_python(peer.pythons), "-m", "venv", home])
        listed = os.path.join(peer.folder, "requirements.txt")
        _run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", listed])
    except NotInstalled:
        shutil.rmtree(home, ignore_errors=True)
        raise
    shutil.copyfile(os.path.join(peer.folder, "requirements.txt"), stamp)
    return python
