"""Runs the scenario and then each command, and keeps what is printed, without what differs from run to run.

Recorded from dlt by `GRISTMILL_PEERS=.../python python -m tests.parity.commands.transcript record`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
GOLDEN = HERE / "golden.json"

COMMANDS = (
    "pipeline --list-pipelines",
    "pipeline shop info",
    "-v pipeline shop info",
    "pipeline shop trace",
    "pipeline shop failed-jobs",
    "pipeline shop schema",
    "pipeline shop schema --format json",
    "pipeline shop schema --format mermaid",
    "pipeline shop abort-packages",
    "pipeline shop drop orders",
    "pipeline shop drop --drop-all --state-only",
    "pipeline shop drop users --state-paths seen",
    "pipeline shop drop re:^ord --state-paths * -y",
    "pipeline shop info -v",
    "pipeline shop sync -y",
    "pipeline shop drop --drop-all -y",
    "pipeline shop schema --format mermaid",
)

_PASSING = (
    (r"\d+ pipelines? found in \S+", "<count> pipelines found in <folder>"),
    (r"\(last run: [^)]*\)\)", "(last run: <time>)"),
    (r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(\+00:00)?", "<time>"),
    (r"\b\d{10}\.\d+", "<load_id>"),
    (r"in [\d.]+ seconds?", "in <duration>"),
    (r"\b(dlt|gristmill) pipeline", "<peer> pipeline"),
    (r"version_hash: .*", "version_hash"),
)
# Where the peers say the same in other words, or one has more to say: see docs/differences.md.
_OWN_WORDS = re.compile(
    r"last_run_context|^Could not select|Use the command below|^<peer> pipeline|^To inspect|"
    r"Do you want to apply|^Done\.$|^Proceed|^About to drop the local|previous_hashes|^[- ]*[\w+/]{43}=,?$|"
    # How often a schema changed on the way, and which loaded packages are kept.
    r"^version: \d+,?$|^[\[\]],?$|_last_extracted|_last_load_id|^<load_id>$|^Has \d+ completed"
)


def lines(printed: str, folder: Path) -> list[str]:
    """What was printed, a line each; sorted, because tables and keys of a state come in the order of the peer's work."""
    # The peers' YAML quotes texts by rules of its own.
    text = printed.replace(str(folder), "<folder>").replace('"', "")
    for pattern, instead in _PASSING:
        text = re.sub(pattern, instead, text)
    return sorted(
        line.strip().rstrip(",") for line in text.splitlines() if line.strip() and not _OWN_WORDS.search(line.strip())
    )


def transcript(script: list[str], command: list[str]) -> dict[str, list[str]]:
    """What each command prints; `script` runs a file, `command` is the peer's command line."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        environment = {**os.environ, "DLT_DATA_DIR": str(folder / "data"), "RUNTIME__DLTHUB_TELEMETRY": "false"}

        def run(words: list[str]) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                words,
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                timeout=100,
                check=False,
                stdin=subprocess.DEVNULL,
            )

        run([*script, str(HERE / "scenario.py")]).check_returncode()
        told: dict[str, list[str]] = {}
        for index, line in enumerate(COMMANDS):
            done = run([*command, *line.split()])
            told[f"{index + 1} {line}"] = [f"exit code {done.returncode}", *lines(done.stdout, folder)]
        return told


def main() -> None:
    """Record what dlt prints."""
    python = os.environ["GRISTMILL_PEERS"]
    told = transcript([python], [str(Path(python).with_name("dlt"))])
    GOLDEN.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    assert sys.argv[1:] == ["record"], "the only command is `record`"
    main()
