"""What a template can reach: plain values and listed functions, and nothing of the machine."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from .conftest import Make, Project

SECRET = "hunter2-and-more"
PATIENCE_SECONDS = 60


def rendered(made: Project, template: str) -> str | None:
    """What the template renders to in a model; none when it is refused, without a traceback."""
    made.add({"models/probe.sql": template})
    target = made.root / "target" / "compiled" / "shop" / "models" / "probe.sql"
    target.unlink(missing_ok=True)
    ended = run(made)
    assert "Traceback" not in ended.stdout + ended.stderr
    assert "panicked" not in ended.stdout + ended.stderr
    assert SECRET not in ended.stdout + ended.stderr
    assert ended.returncode in {0, 1, 2}
    return target.read_text(encoding="utf-8") if ended.returncode == 0 else None


def run(made: Project) -> subprocess.CompletedProcess[str]:
    """Compile in a process of its own, which has a secret in its environment."""
    command = [sys.executable, "-m", "gristmill", "compile", "--no-use-colors"]
    environment = {**os.environ, "DBT_ENV_SECRET_WORD": SECRET, "PLAIN_WORD": "plain"}
    return subprocess.run(
        command,
        cwd=made.root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )


# Each is a way out of Jinja's own sandbox, or of a careless one.
HOST_OBJECTS = [
    "''.__class__.__mro__[1].__subclasses__()",
    "[].__class__.__base__",
    "{}.__class__.__init__.__globals__",
    "ref.__globals__",
    "ref.__self__",
    "config.__class__",
    "adapter.__class__.__init__.__globals__['os']",
    "adapter.connections",
    "adapter.config.credentials",
    "api.Relation.__init__.__globals__",
    "modules.re.sys",
    "modules.datetime.sys.modules",
    "modules.os",
    "modules.subprocess",
    "modules.itertools.__loader__",
    "self.__init__.__globals__",
    "lipsum.__globals__['os'].popen('id').read()",
    "cycler.__init__.__globals__.os",
    "joiner.__init__.__globals__",
    "namespace.__init__.__globals__",
    "(''|attr('__class__'))|attr('__mro__')",
    "'{0.__class__.__mro__}'.format(1)",
    "'%(x)s'.__mod__",
    "fromjson.__code__",
    "run_query.__globals__",
    "context.__class__.__mro__",
    "builtins.__import__('os')",
    "__import__('os').environ",
    "open('/etc/passwd').read()",
    "eval('1')",
    "exec('1')",
    "getattr(ref, '__globals__')",
    "globals()",
    "vars()",
    "os.environ",
    "env['PLAIN_WORD']",
    "target.password",
]


@pytest.mark.parametrize("expression", HOST_OBJECTS)
def test_no_host_object_is_reached(project: Make, expression: str) -> None:
    shop = project({"other.txt": SECRET})
    made = rendered(shop, f"select '{{{{ {expression} }}}}' as x")
    # A name without meaning renders as nothing, as an undefined value does in Jinja.
    assert made is None or made.strip() in {"select '' as x", "select 'None' as x"}


FILES = [
    "{% include '../other.txt' %}",
    "{% include '/etc/passwd' %}",
    "{% import 'other.txt' as x %}{{ x }}",
    "{% from 'other.txt' import x %}",
    "{% extends 'other.txt' %}",
    "{{ load_agate_table('../other.txt') }}",
    "{{ write('x', '../../written.sql') }}",
]


@pytest.mark.parametrize("template", FILES)
def test_no_file_is_read_or_written_by_a_template(project: Make, template: str) -> None:
    shop = project({"other.txt": SECRET})
    made = rendered(shop, f"{template} select 1 as x")
    assert made is None or SECRET not in made
    written = [path for path in shop.root.rglob("written*") if path.is_file()]
    assert not written


def test_a_name_cannot_lead_compiled_files_out_of_the_target(project: Make) -> None:
    shop = project({})
    alias = "{{ config(alias='../../../../escaped', schema='../../escaped') }}"
    rendered(shop, f"{alias} select 1 as x")
    assert not list(shop.root.parent.glob("escaped*"))


def test_env_var_reads_what_is_plain_and_no_secret(project: Make) -> None:
    shop = project({})
    assert rendered(shop, "select '{{ env_var('PLAIN_WORD') }}' as x") == "select 'plain' as x"
    assert rendered(shop, "select '{{ env_var('DBT_ENV_SECRET_WORD') }}' as x") is None
    assert rendered(shop, "select '{{ env_var('DBT_ENV_SECRET' ~ '_WORD') }}' as x") is None
    assert rendered(shop, "select '{{ env_var('DBT_ENV_SECRET_WORD', 'x') }}' as x") is None


def test_a_secret_of_the_profile_is_in_no_template_log_or_artifact(project: Make) -> None:
    profile = (
        "shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: shop.duckdb\n"
        "      secrets:\n        - type: s3\n          name: bucket\n          key_id: someone\n"
        "          secret: \"{{ env_var('DBT_ENV_SECRET_WORD') }}\"\n"
    )
    shop = project({"profiles.yml": profile})
    made = rendered(shop, "-- {{ target }} {{ target.secrets }} {{ model }} {{ context.keys() | list }}\nselect 1 as x")
    assert made is None or SECRET not in made
    left = [path for path in shop.root.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    assert not left


BOMBS = [
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{% macro m(x) %}{{ m(x) }}{% endmacro %}{{ m(1) }}",
    "{% set x = namespace(t='aaaaaaaaaa') %}{% for i in range(60) %}{% set x.t = x.t ~ x.t %}{% endfor %}",
    "{% set x = [1] %}{% for i in range(60) %}{% do x.extend(x) %}{% endfor %}",
    "{{ modules.re.match('(a+)+(?!b)$', 'a' * 40 ~ 'c') }}",
    "{{ modules.re.match('(a|aa)+$', 'a' * 60 ~ 'c') }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ '%999999999d' % 1 }}",
    "{{ '{:>999999999}'.format(1) }}",
    "{{ 'x' * 10 ** 10 }}",
    "{{ 'a,' * 1000000 | length }}{% for x in ('a,' * 10000000).split(',') %}{% endfor %}",
]


@pytest.mark.skipif(sys.platform == "win32", reason="the limits of a process are POSIX")
@pytest.mark.parametrize("template", BOMBS)
def test_a_bomb_stops_within_its_seconds_and_bytes(project: Make, template: str) -> None:
    shop = project({})
    plain = spent(shop, "select 1 as x")
    bomb = spent(shop, f"{template} select 1 as x")
    assert bomb[0] - plain[0] < CPU_SECONDS_MAX
    assert bomb[1] - plain[1] < MEMORY_MEGABYTES_MAX


# Each letter stands for ten of the one before.
ALIASES = "a0: &a0 [x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 10)
)
FILE_BOMBS = {
    "aliases": {"models/s.yml": f"{ALIASES}models: [{{name: probe, meta: {{all: *a9}}}}]"},
    "aliases_of_a_template": {"models/b.sql": "{{ fromyaml(" + repr(ALIASES) + ") }}"},
    "a_deep_list": {"models/s.yml": "models: " + "[" * 100_000},
    "an_endless_alias": {"models/s.yml": "models: &all\n  - name: probe\n    meta: *all\n"},
    "a_wide_seed": {"seeds/s.csv": ",".join(f"c{number}" for number in range(200_000)) + "\n"},
    "a_seed_of_one_name": {"seeds/s.csv": ",".join(["c"] * 200_000) + "\n"},
}


@pytest.mark.skipif(sys.platform == "win32", reason="the limits of a process are POSIX")
@pytest.mark.parametrize("bomb", FILE_BOMBS)
def test_a_bomb_in_a_file_stops_as_well(project: Make, bomb: str) -> None:
    shop = project({})
    plain = spent(shop, "select 1 as x", "build")
    shop.add(FILE_BOMBS[bomb])
    seconds, megabytes = spent(shop, "select 1 as x", "build")
    assert seconds - plain[0] < CPU_SECONDS_MAX
    assert megabytes - plain[1] < MEMORY_MEGABYTES_MAX


# Two seconds in an optimised build; the tests also run on one that is not.
CPU_SECONDS_MAX = 20
MEMORY_MEGABYTES_MAX = 256


def spent(made: Project, template: str, command: str = "compile") -> tuple[float, float]:
    """CPU seconds and the largest megabytes of a command in a process of its own, told by a process between."""
    made.add({"models/probe.sql": template})
    measure = (
        "import resource, subprocess, sys\n"
        "subprocess.run([sys.executable, '-m', 'gristmill', sys.argv[1]], capture_output=True, timeout=60)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", measure, command], cwd=made.root, capture_output=True, text=True, check=True
    )
    seconds, peak = ended.stdout.split()
    return float(seconds), int(peak) / 1024
