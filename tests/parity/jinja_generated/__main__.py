"""Renders made-up templates here and in dbt's environment, and compares the texts; of errors only that there is one.

    GRISTMILL_PEERS=... python -m tests.parity.jinja_generated --count 5000 [--seed 7] [--about scoping]

A template's number makes it again: `--seed 1234 --count 1 --show`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from . import scoping, templates

HERE = Path(__file__).parent
KINDS = {"everything": templates.template, "scoping": scoping.template}
OURS = ["cargo", "run", "--quiet", "--locked", "--example", "render_jinja"]


def rendered(command: list[str], templates: list[str]) -> list[dict[str, str]]:
    """What a program makes of the templates."""
    asked = "".join(json.dumps(text) + "\n" for text in templates)
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or len(answers) != len(templates):
        sys.exit(f"{command[0]} ended after {len(answers)} templates:\n{done.stderr[-2000:]}")
    return answers


def plain(text: str | None) -> str | None:
    """The text without addresses."""
    if text is None:
        return None
    text = re.sub(r" at 0x[0-9a-f]+(?=>)", "", text, flags=re.IGNORECASE)
    return re.sub(r"<(\w+)( object)?( \w+)?>", r"<\1>", text, flags=re.IGNORECASE)


def main() -> int:
    """Compare, and print what differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.parity.jinja_generated", description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3)))
    parser.add_argument("--about", choices=KINDS, default="everything", help="what the templates are rich in")
    parser.add_argument("--show", action="store_true", help="print every template with both answers")
    options = parser.parse_args()
    named = os.environ.get("GRISTMILL_PEERS")
    if not named:
        sys.exit("GRISTMILL_PEERS must name the Python that has dbt-core")
    numbers = range(options.seed, options.seed + options.count)
    made = [KINDS[options.about](number) for number in numbers]
    theirs = rendered([named, str(HERE / "theirs.py")], made)
    ours = rendered(OURS, made)
    different = texts = 0
    for number, text, expected, found in zip(numbers, made, theirs, ours, strict=True):
        same = plain(expected.get("text")) == plain(found.get("text"))
        texts += "text" in expected
        different += not same
        if options.show or not same:
            print(f"{number}: {text!r}\n  dbt        {expected}\n  gristmill  {found}")
    print(f"seed {options.seed}: {options.count} templates, {texts} of them with a text, {different} differ")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
