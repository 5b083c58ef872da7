"""Grade a class: ``python run.py grade FOLDER --lab NAME --out results.csv``.

Every file in the folder gets a row with its points and, where something went wrong, the
reason. Each notebook runs confined in a process of its own: one that hangs, crashes or
attacks stops nothing. Beside the table lies a folder with a page for each submission.
Interrupted, start it again: what is graded stays, unless the file or the lab changed.
"""

import argparse
import sys
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from tasks.grade_limits import MEGABYTE, Limits, readable_files
from tasks.grade_process import begin, end_all
from tasks.grade_record import (
    Record,
    Store,
    Work,
    find_submissions,
    fingerprint,
    grade_work,
    no_points,
    prepare,
    slug,
)
from tasks.grade_report import page_text, table_text
from tasks.lab_marking import mark
from tasks.lab_master import LABS, MasterError, read_lab
from tasks.lab_model import Lab
from tasks.notebooks import write

Results = Generator[tuple[Path, Record | Exception], None, None]
"""Each submission with its record, or with what kept it from having one."""

RECORDS = "records"
"""Folder beside the pages where the records are kept."""


def main(words: list[str]) -> int:
    """Grade a folder; return 0 when every submission has its row."""
    options = _parse(words)
    try:
        lab = read_lab(options.lab)
        limits = Limits(
            seconds=options.seconds,
            total_seconds=max(options.seconds, options.total_seconds),
            cpu_seconds=max(1, int(options.total_seconds)),
            memory=options.memory * MEGABYTE,
        )
        paths = _find(options.folder, options.out)
        run = _on_dask(options.dask) if options.dask else _here(options.workers)
        return grade(lab, paths, options.out, limits, run)
    except (MasterError, OSError, ImportError) as error:
        print(f"run.py grade: {error}", file=sys.stderr)
        return 2


def grade(
    lab: Lab,
    paths: list[Path],
    out: Path,
    limits: Limits,
    run: Callable[[dict[Path, Work]], Results],
) -> int:
    """Grade submissions and write the table and the pages; return the exit code.

    Parameters
    ----------
    lab : Lab
        The lab.
    paths : list of Path
        The submissions.
    out : Path
        Where the table goes.
    limits : Limits
        What each may use.
    run : callable
        Grades much work and yields each result when it is there.
    """
    pages = pages_folder(out)
    store = Store(pages / RECORDS)
    done, heads, work = _sort_out(lab, paths, limits, store)
    if done:
        print(f"{len(done)} of {len(paths)} need no grading", flush=True)
    if work:
        _rehearse(lab)
    facts: list[str] = []
    code = 0
    results = run(work)
    try:
        for path, result in results:
            if isinstance(result, Exception):
                reason = f"could not be graded: {type(result).__name__}: {result}"
                done[path] = {**heads[path], **no_points(lab, reason)}
                code = 1
            else:
                done[path] = {**heads[path], **result}
                store.keep(path, done[path])
                if result["facts"] and result["facts"] != facts:
                    facts = result["facts"]
                    print("confined by " + "; ".join(facts), flush=True)
            _say(lab, done[path], len(done), len(paths))
    except KeyboardInterrupt:
        results.close()
        print("interrupted; start again to go on", file=sys.stderr)
        code = 130
    for path, record in done.items():
        pages.mkdir(parents=True, exist_ok=True)
        write(pages / f"{slug(path)}.html", page_text(lab, record))
    out.parent.mkdir(parents=True, exist_ok=True)
    write(out, table_text(lab, [done[path] for path in paths if path in done]))
    print(f"{out}: {len(done)} rows; pages in {pages}")
    return code


def pages_folder(out: Path) -> Path:
    """Return the folder beside a table in which the pages go."""
    return out.with_name(f"{out.stem}-pages")


def _sort_out(
    lab: Lab, paths: list[Path], limits: Limits, store: Store
) -> tuple[dict[Path, Record], dict[Path, Record], dict[Path, Work]]:
    """Return what is done already, how the others' records begin, and their work."""
    done: dict[Path, Record] = {}
    heads: dict[Path, Record] = {}
    todo: dict[Path, Work] = {}
    grounds = fingerprint(lab, limits)
    for path in paths:
        head, work = prepare(path, lab, limits, grounds)
        known = store.find(path, head["digest"])
        if known or work is None:
            done[path] = known or head
        else:
            heads[path], todo[path] = head, work
    return done, heads, todo


def _rehearse(lab: Lab) -> None:
    """Run the tests on the lab's own answers.

    What they load or compile when they run first is then there, and takes no time from
    the submission that happens to come first.
    """
    program = sys.modules["__main__"]
    try:
        found = mark(lab, lab.solutions())
    finally:
        sys.modules["__main__"] = program
    if found.points < lab.points:
        print(f"note: here the lab's own answers earn {found.points} of {lab.points}")


def _here(
    workers: int,
) -> Callable[[dict[Path, Work]], Results]:
    """Return a way to grade on this machine, some submissions at a time."""

    def run(work: dict[Path, Work]) -> Results:
        begin()
        with ThreadPoolExecutor(workers) as pool:
            futures = {
                pool.submit(grade_work, item): path for path, item in work.items()
            }
            try:
                for future in as_completed(futures):
                    yield futures[future], _result(future)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                end_all()
                raise

    return run


def _on_dask(
    address: str,
) -> Callable[[dict[Path, Work]], Results]:
    """Return a way to grade on the workers of a Dask scheduler."""
    try:
        import distributed  # type: ignore[import-not-found]
    except ImportError as error:
        raise ImportError("--dask needs the package distributed") from error

    def run(work: dict[Path, Work]) -> Results:
        with distributed.Client(address) as client:
            futures = {
                client.submit(grade_work, item, pure=False): path
                for path, item in work.items()
            }
            for future in distributed.as_completed(futures):
                yield futures[future], _result(future)

    return run


def _result(future: "Future[Record] | Any") -> Record | Exception:
    try:
        record: Record = future.result()
    except Exception as error:
        return error
    return record


def _find(folder: Path, out: Path) -> list[Path]:
    if not folder.is_dir():
        raise NotADirectoryError(f"there is no folder {folder}")
    own = {out.resolve(), pages_folder(out).resolve()}
    exposed = [
        root
        for root in map(Path, readable_files())
        for place in (LABS, folder.resolve())
        if place.is_relative_to(root)
    ]
    if exposed:
        print(f"note: submissions can read {exposed[0]}, and what lies in it")
    return find_submissions(folder, lambda path: path.absolute() in own)


def _say(lab: Lab, record: Record, count: int, of: int) -> None:
    points = sum(record["points"].values())
    reason = f" ({record['reason'][:200]})" if record["reason"] else ""
    line = f"{count}/{of} {record['file']}: {points} of {lab.points}{reason}"
    # A terminal may not know every letter of a name.
    encoding = sys.stdout.encoding or "utf-8"
    print(line.encode(encoding, "replace").decode(encoding), flush=True)


def _parse(words: list[str]) -> argparse.Namespace:
    own = Limits()
    parser = argparse.ArgumentParser(prog="run.py grade", description=__doc__)
    parser.add_argument("folder", type=Path, help="the submissions, a file a learner")
    parser.add_argument("--lab", required=True, help="the lab's folder under labs")
    parser.add_argument("--out", type=Path, required=True, help="the table, a CSV file")
    parser.add_argument("--workers", type=int, default=2, help="notebooks at a time")
    parser.add_argument(
        "--seconds", type=float, default=own.seconds, help="for a cell or a test"
    )
    parser.add_argument(
        "--total-seconds", type=float, default=own.total_seconds, help="for a notebook"
    )
    parser.add_argument(
        "--memory", type=int, default=own.memory // MEGABYTE, help="in megabytes"
    )
    parser.add_argument("--dask", metavar="ADDRESS", help="a scheduler to grade on")
    options = parser.parse_args(words)
    if options.workers < 1 or options.seconds <= 0 or options.memory < 1:
        parser.error("workers, seconds and memory are larger than nothing")
    return options
