"""``python -m conformance run|record|fuzz|kill``: see ``--help``."""

from __future__ import annotations

import argparse
import multiprocessing
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from conformance import report
from conformance.command import resolve
from conformance.fuzz import Fuzzer
from conformance.generate import Generator
from conformance.kill import CASES, Kills
from conformance.live import Live
from conformance.mutate import Mutator, programs
from conformance.record import record
from conformance.script import Script
from conformance.suites import SUFFIXES, run_cases
from conformance.txtar import Archive
from conformance.words import Unsupported
from oam.definition.profile import PROFILES

COMMANDS = {"cue": "pycue.cli:main", "vela": "oam.cli:main"}
OWN_CASES = Path(__file__).parent / "cases"
_SUFFIXES = {"workflow": SUFFIXES, None: (".txtar", ".json")}
"""Endings of the files of a suite, where they are not those of scripts; None: without a suite."""


def main(argv: list[str] | None = None) -> int:
    """Parse the arguments and run; 1 where a check went below the floor, or a case crashed."""
    parser = argparse.ArgumentParser(prog="python -m conformance", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    run = verbs.add_parser("run", help="run test scripts in this process")
    run.add_argument("paths", nargs="*", type=Path, default=[OWN_CASES], help="archives or folders (default: our own)")
    run.add_argument(
        "--suite",
        choices=[*sorted(COMMANDS), "workflow"],
        help="only scripts that call this command; workflow: the cases in YAML and JSON, of the engine and its parts",
    )
    run.add_argument("--filter", default="", help="regular expression on script names")
    run.add_argument("--jobs", type=int, default=1)
    run.add_argument("--timeout", type=float, default=20.0, help="seconds a check")
    run.add_argument("--junit", type=Path, help="write a JUnit file")
    run.add_argument("--floor", type=Path, help="fail where fewer checks pass than this file says")
    run.add_argument("--raise-floor", action="store_true", help="write better figures into the floor file")
    run.add_argument(
        "--builtin-library", action="store_true", help="leave out -d and its argument: oam's own definitions serve"
    )
    run.add_argument(
        "--profile",
        choices=("upstream", "standard"),
        default="upstream",
        help="with --suite workflow: whose rules hold; the cases are recorded under those of upstream",
    )
    run.add_argument(
        "--cluster",
        nargs="?",
        const="",
        metavar="KUBECONFIG",
        help="with --suite workflow: play the workflows on a real cluster (default: KUBECONFIG or ~/.kube/config)",
    )
    run.add_argument("--verbose", action="store_true", help="print what failed, with differences")
    rec = verbs.add_parser("record", help="re-record our own cases with an official cue on PATH")
    rec.add_argument("paths", nargs="*", type=Path, default=[OWN_CASES])
    rec.add_argument("--command", default="cue")
    _add_fuzz(verbs.add_parser("fuzz", help="compare programs with an official cue on PATH"))
    kill = verbs.add_parser("kill", help="kill workflows at each of their commits, and start them again")
    kill.add_argument("paths", nargs="*", type=Path, default=[CASES], help="cases or folders (default: our own)")
    kill.add_argument("--every", type=int, default=1, help="kill at each n-th place only")
    kill.add_argument("--verbose", action="store_true", help="print what each case came to")
    args = parser.parse_args(argv)
    if args.verb == "run" and args.floor and (args.filter or args.suite in COMMANDS or args.builtin_library):
        parser.error("--floor speaks of whole folders: it goes without --filter, --suite and --builtin-library")
    if args.verb == "run" and args.cluster is not None:
        if args.suite != "workflow" or args.jobs > 1:
            parser.error("--cluster goes with --suite workflow and one job")
        if args.cluster and Path(args.cluster).is_dir():  # a folder of cases behind a bare --cluster
            args.paths, args.cluster = [Path(args.cluster), *(args.paths if args.paths != [OWN_CASES] else [])], ""
    return {"run": _run, "record": _record, "fuzz": _fuzz, "kill": _kill}[args.verb](args)


def _add_fuzz(fuzz: argparse.ArgumentParser) -> None:
    fuzz.add_argument("--seed", type=int, default=0)
    fuzz.add_argument("--count", type=int, default=1000)
    fuzz.add_argument("--command", default="cue")
    fuzz.add_argument("--what", choices=("values", "errors", "commands"), default="values")
    fuzz.add_argument(
        "--of",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="change the programs of these archives instead of making new ones",
    )
    fuzz.add_argument("--keep", type=Path, help="folder for shrunk, recorded cases of what differs")


def _files(paths: list[Path], suffixes: tuple[str, ...] = (".txtar",)) -> Iterator[tuple[str, Path]]:
    """Pairs of folder key (``suite/folder``) and file."""
    for path in paths:
        path = path.resolve()
        if not path.exists():
            raise FileNotFoundError(f"{path}: no such file or folder")
        found = sorted(file for file in path.rglob("*") if file.suffix in suffixes) if path.is_dir() else [path]
        for file in found:
            parts = file.parent.parts
            yield "/".join(parts[-2:]), file


def _one(job: tuple[str, Path, float, str | None, bool, str], live: Live | None = None) -> report.Result | None:
    folder, path, timeout, suite, builtin, profile = job
    if suite == "workflow" or path.suffix in SUFFIXES:
        return run_cases(folder, path, timeout, PROFILES[profile], live)
    archive = Archive.parse(path.read_bytes().decode("utf-8", "surrogateescape"))
    if suite and not re.search(rf"^(?:[!?] )?exec {suite}\b", archive.script, re.M):
        return None
    commands = {name: resolve(spec) for name, spec in COMMANDS.items()}
    with tempfile.TemporaryDirectory() as scratch:
        omit = ("-d", "--definition") if builtin else ()
        script = Script(archive, Path(scratch).resolve() / "work", commands, timeout, omit=omit)
        try:
            return report.Result(folder, path.stem, script.run())
        except Unsupported as e:
            return report.Result(folder, path.stem, [], str(e))


def _run(args: argparse.Namespace) -> int:
    jobs = [
        (folder, path, args.timeout, args.suite, args.builtin_library, args.profile)
        for folder, path in _files(args.paths, _SUFFIXES.get(args.suite, (".txtar",)))
        if re.search(args.filter, f"{folder}/{path.stem}")
    ]
    live = None if args.cluster is None else Live(args.cluster)
    if args.jobs > 1:
        with multiprocessing.get_context("fork").Pool(args.jobs, maxtasksperchild=50) as pool:
            outcomes = pool.map(_one, jobs, chunksize=4)
    else:
        outcomes = [_one(job, live) for job in jobs]
    results = [r for r in outcomes if r is not None]
    if args.verbose:
        _explain(results)
    if args.junit:
        report.write_junit(results, args.junit)
    print(report.table(results))
    if args.suite == "workflow":
        checks = [check for result in results for check in result.checks]
        print(f"workflow: {sum(check.result == 'pass' for check in checks)} of {len(checks)} cases pass")
    figures = report.tally(results)
    faults = report.below_floor(figures, args.floor) if args.floor else []
    for fault in faults:
        print(f"below the floor: {fault}", file=sys.stderr)
    if args.floor and args.raise_floor:
        report.raise_floor(figures, args.floor)
    bad = any(c.result in ("crash", "timeout") for r in results for c in r.checks)
    return 1 if faults or bad or not results else 0


def _explain(results: list[report.Result]) -> None:
    for result in results:
        if result.unsupported:
            print(f"{result.folder}/{result.name}: not run: {result.unsupported}")
        for check in result.checks:
            if check.result != "pass":
                print(f"{result.folder}/{result.name}:{check.line}: {check.result}: {check.text}\n{check.why}\n")


def _record(args: argparse.Namespace) -> int:
    changed = 0
    for _, path in _files(args.paths):
        if record(path, args.command):
            changed += 1
            print(path)
    print(f"{changed} cases changed")
    return 0


def _kill(args: argparse.Namespace) -> int:
    kills = Kills(args.every)
    try:
        for _, path in _files(args.paths, (".yaml",)):
            kills.play(path)
            if args.verbose:
                print(f"{path.stem}: {kills.figures.line()}", flush=True)
    finally:
        kills.close()
    for fault in kills.figures.faults:
        print(fault, file=sys.stderr)
    print(kills.figures.line())
    return 1 if kills.figures.faults or not kills.figures.kills else 0


def _fuzz(args: argparse.Namespace) -> int:
    fuzzer = Fuzzer(resolve(COMMANDS["cue"]), args.command, args.what)
    if not fuzzer.official.found:
        print(f"{args.command}: not on PATH; only crashes and time-outs are looked for", file=sys.stderr)
    source = Mutator(args.seed, programs(args.of)) if args.of else Generator(args.seed)
    unexplained = fuzzer.run(source, args.count, args.keep, f"seed{args.seed}-")
    for kind, count in sorted(fuzzer.found.items()):
        print(f"{kind}: {count}")
    for why, count in sorted(fuzzer.explained.items()):
        print(f"explained: {why}: {count}")
    explained = sum(fuzzer.explained.values())
    figures = f"{explained + unexplained} differ, {explained} explained, {unexplained} unexplained"
    print(f"fuzz: {args.count} programs, {figures}")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
