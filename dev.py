"""Makes .venv from the hashed lock and runs a command in it: `python3 dev.py run pytest -q`.

`python3 dev.py` alone makes the environment; `python3 dev.py lock` writes the locks anew (needs uv).
Standard library alone, in a syntax that an older Python can read, so that it can hand over to a newer one.
Nothing is fetched and nothing is said while the stamp in .venv matches the lock and the package's files.
"""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMP = VENV / "stamp.json"
LOCK = ROOT / "requirements" / "dev.txt"
STRAY = {"PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__"}
LINKED = {".json", ".py", ".pyi", ".typed", ".yaml"}


def hand_over():
    """Start again under a Python that is new enough, or say that there is none."""
    probe = "import sys; sys.exit(sys.version_info < (3, 11))"
    for name in ("python3.13", "python3.12", "python3.11", "python3.14"):
        found = shutil.which(name)
        if found and subprocess.call([found, "-c", probe], stderr=subprocess.DEVNULL) == 0:
            os.execv(found, [found, *sys.argv])  # noqa: S606 - the same script, under another Python
    sys.exit(
        "error: Python 3.11 or newer is needed; this is %d.%d and no newer one is on PATH\n"  # noqa: UP031
        "try: make PYTHON=/path/to/python3.11" % sys.version_info[:2]
    )


if sys.version_info < OLDEST:
    hand_over()

try:
    import fcntl
except ImportError:
    sys.exit("error: dev.py needs a POSIX system\ntry: on Windows, its Linux subsystem (WSL)")


class CannotPrepare(Exception):
    """The environment cannot be made; the text says why and what to try."""


def say(line: str) -> None:
    """Tell the person at the terminal; stdout belongs to the command that is run."""
    sys.stderr.write(line + "\n")


def digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def wanted_stamp() -> dict[str, str]:
    """What the environment is made from, and what the package in it is made from."""
    import tomllib  # noqa: PLC0415 - an older Python, which only hands over, has none

    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    files = []
    for package in tomllib.loads(project)["tool"]["setuptools"]["packages"]:
        folder = ROOT.joinpath(*package.split(".")[1:])
        if folder.is_dir():
            files += sorted(str(p.relative_to(ROOT)) for p in folder.iterdir() if p.suffix in LINKED)
    python = "{}.{}".format(*sys.version_info)
    return {
        "environment": digest(python, sys.platform, str(ROOT), LOCK.read_text(encoding="utf-8")),
        "package": digest(project, (ROOT / "setup.py").read_text(encoding="utf-8"), *files),
    }


def present_stamp() -> dict[str, str]:
    """The stamp of a whole environment; empty where it is absent, half made or has lost its Python."""
    if not (BIN / "python").exists():
        return {}
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


@contextlib.contextmanager
def only_one():
    """Hold the lock file while the environment changes; pip holds it too, should this process be killed."""
    with (ROOT / ".venv.lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("dev.py: waiting for another run that prepares .venv")
            fcntl.flock(held, fcntl.LOCK_EX)
        yield (held.fileno(),)


def clean_environment() -> dict[str, str]:
    """This process's environment with the virtual one switched on and no stray paths of another."""
    env = {k: v for k, v in os.environ.items() if k not in STRAY}
    env["VIRTUAL_ENV"] = str(VENV)
    env["PATH"] = os.pathsep.join([str(BIN), env.get("PATH", os.defpath)])
    return env


def succeeds(command: list[str], held: tuple[int, ...]) -> bool:
    """Run a command of the installation; what it prints is shown only where it fails."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=clean_environment(),
        pass_fds=held,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        say(done.stdout.rstrip())
    return done.returncode == 0


def install(arguments: list[str], held: tuple[int, ...]) -> None:
    """Install with uv where it is there and works, else with pip."""
    python = str(BIN / "python")
    uv = shutil.which("uv")
    if uv:
        if succeeds([uv, "pip", "install", "--quiet", "--python", python, *arguments], held):
            return
        say("dev.py: uv could not do it; trying pip")
    if not (BIN / "pip").exists() and not succeeds([python, "-m", "ensurepip"], held):
        raise CannotPrepare(no_venv())
    pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input", "install"]
    if not succeeds([*pip, *arguments], held):
        raise CannotPrepare("error: the packages could not be installed\ntry: again, with a network")


def no_venv() -> str:
    return (
        f"error: {sys.executable} cannot make virtual environments\n"
        "try: install its venv module (on Debian and Ubuntu: apt install python3-venv)"
    )


def make_environment(held: tuple[int, ...]) -> None:
    """Make .venv from nothing, by the Python that runs this, with what the lock names and nothing else."""
    say(f"dev.py: making .venv with Python {sys.version.split()[0]} (a minute or two, only once)")
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        shutil.rmtree(VENV)
    # Where .venv's own Python runs this, the Python behind it makes the new one.
    python = getattr(sys, "_base_executable", sys.executable)
    pip = ["--without-pip"] if shutil.which("uv") else []
    if not succeeds([python, "-m", "venv", *pip, str(VENV)], held):
        raise CannotPrepare(no_venv())
    install(["--require-hashes", "-r", str(LOCK)], held)


def prepare() -> None:
    """Bring .venv up to date: all of it where the lock changed, the package where its files did."""
    with only_one() as held:
        wanted, present = wanted_stamp(), present_stamp()
        linked = any(ROOT.glob("build/__editable__*"))
        if wanted == present and linked:
            return
        STAMP.unlink(missing_ok=True)
        if wanted["environment"] != present.get("environment"):
            make_environment(held)
        editable = ["--no-deps", "--no-build-isolation", "--config-settings", "editable_mode=strict"]
        install([*editable, "-e", "."], held)
        written = STAMP.with_suffix(".new")
        written.write_text(json.dumps(wanted), encoding="utf-8")
        written.replace(STAMP)


def run(command: list[str]) -> int:
    """Become the command, found in .venv first; returns only where there is no such command."""
    env = clean_environment()
    program = shutil.which(command[0], path=env["PATH"])
    if program:
        os.execve(program, [program, *command[1:]], env)  # noqa: S606 - what this script is for
    say(f"error: there is no command {command[0]}")
    return 127


def write_locks(options: list[str]) -> int:
    """Resolve both locks for every platform and Python from the oldest on, with hashes and without hosts."""
    uv = shutil.which("uv")
    if uv is None:
        say("error: writing the locks needs uv\ntry: install uv, then `make lock` again")
        return 127
    compiled = [uv, "pip", "compile", "--quiet", "--universal", "--generate-hashes"]
    bare = ["--no-header", "--no-annotate", "--no-emit-index-url"]
    python = ["--python-version", "{}.{}".format(*OLDEST)]
    for name, extra in (("run", []), ("dev", ["--extra", "dev"])):
        target = ["--group", "backend", "-o", f"requirements/{name}.txt", "pyproject.toml"]
        code = subprocess.call([*compiled, *bare, *python, *extra, *target, *options], cwd=ROOT)
        if code:
            return code
    return 0


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["lock"]:
        return write_locks(arguments[1:])
    if arguments and (arguments[0] != "run" or len(arguments) == 1):
        say("usage: python3 dev.py [run COMMAND... | lock]")
        return 2
    try:
        prepare()
    except CannotPrepare as reason:
        say(str(reason))
        return 1
    return run(arguments[1:]) if arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
