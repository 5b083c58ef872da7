"""The one entry point: sets up what is missing, then runs a task.

    python run.py            lists the tasks
    python run.py book       builds the live book and serves it
    python run.py test       runs the tests

Needs Python 3.11 to 3.13 and nothing else: what the project needs goes into `.venv`,
in the versions that `requirements.lock` names.
"""

# Python 2 and the early 3 can read this file, so that they can say what is wrong.
import sys

OLDEST, NEWEST = (3, 11), (3, 13)

TASKS = [
    ("book", "build the live book and serve it  [--port N] [--no-serve]"),
    ("lab", "open JupyterLab with the chapters and the labs  [--no-browser]"),
    ("test", "run the tests  [--all] [words for pytest]"),
    ("notebooks", "run the chapters, keep their text  [--check] [--again] [PATH ...]"),
    ("grade", "grade a folder of submissions  FOLDER --lab NAME --out results.csv"),
    ("bench", "measure, side by side  [NAME ...]"),
    ("check", "style, types, floors, notebooks, labs  [lab NAME [--wrong FILE ...]]"),
    ("setup", "make the environment, and no more"),
]


def main(words):
    """Run the task that the first word names; return the exit code."""
    refusal = refuse_python(sys.version_info[:2])
    if refusal:
        return complain(refusal, 1)
    if not words or words[0] in ("-h", "--help", "help"):
        print(__doc__)
        for name, what in TASKS:
            print("    " + name.ljust(11) + what)
        return 0
    task = words[0]
    if task not in [name for name, _ in TASKS]:
        names = ", ".join(name for name, _ in TASKS)
        return complain("no task is called " + repr(task) + "; there are " + names, 2)
    from importlib import import_module
    from pathlib import Path

    here = Path(__file__).resolve()
    sys.path.insert(0, str(here.parent))
    environment = import_module("tasks.environment")
    try:
        python = environment.set_up()
        if task == "setup":
            return 0
        if not environment.is_running(python):
            return environment.run([python, here] + words)  # noqa: RUF005
        return import_module("tasks." + task).main(words[1:])
    except environment.SetupError as error:
        return complain(str(error), 1)
    except KeyboardInterrupt:
        return complain("interrupted", 130)


def refuse_python(version):
    """Return why the project does not run on this Python; empty where it does."""
    if OLDEST <= tuple(version) <= NEWEST:
        return ""
    found = ".".join(str(part) for part in version)
    return (
        "this is Python " + found + "; the project needs 3.11, 3.12 or 3.13. "
        "Run it with one of them, for instance: python3.11 run.py"
    )


def complain(text, code):
    """Say what is in the way; return the exit code."""
    sys.stderr.write("run.py: " + text + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
