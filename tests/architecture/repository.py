"""The files of the repository, for the checks of this folder."""

import os
import subprocess

NOT_OURS = {"build", "demo", "runs", "__pycache__"}  # made by the build or by the program, as .gitignore says


def files(root):
    """Paths, relative to `root`, of the files that are or would be tracked; sorted."""
    command = ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if os.path.exists(os.path.join(root, ".git")):
        listed = subprocess.run(command, capture_output=True, check=False)
        if listed.returncode == 0:
            names = listed.stdout.decode().split("\0")
            return sorted(name for name in names if os.path.isfile(os.path.join(root, name)))
    return sorted(walk(root))  # an unpacked archive, or a checkout that git does not trust


def walk(root):
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in NOT_OURS and name not in (".git", ".venv")]
        for name in names:
            yield os.path.relpath(os.path.join(folder, name), root)


def lines(root, path):
    """The lines of a text file; none of a binary one."""
    with open(os.path.join(root, path), "rb") as file:
        data = file.read()
    return [] if b"\0" in data else data.decode("utf-8", errors="replace").splitlines()
