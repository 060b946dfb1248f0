"""`deps`: packages from folders, repositories, archives and a hub on loopback."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from .conftest import Make, Project

MACRO = "{% macro answer() %}42{% endmacro %}"
MODEL = {"models/a.sql": "select {{ tools.answer() }} as a"}


def files_of(name: str, **more: str) -> dict[str, str]:
    """The files of a small package."""
    return {"dbt_project.yml": f"name: {name}\nversion: '1.0'\n", "macros/answer.sql": MACRO} | more


def archive(files: dict[str, str], top: str = "pkg-1.0") -> bytes:
    """The files as the archive that a repository's host would make of them."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"{top}/{name}")
            entry.size = len(text.encode())
            tar.addfile(entry, io.BytesIO(text.encode()))
    return packed.getvalue()


@dataclass
class Hub:
    """A hub on loopback: what stands at each path, and what was asked for."""

    url: str = ""
    pages: dict[str, bytes] = field(default_factory=dict[str, bytes])
    asked: list[str] = field(default_factory=list[str])

    def add(self, package: str, version: str, needs: list[dict[str, object]] | None = None, **fields: object) -> None:
        """List a version of a package, with an archive that holds it."""
        name = package.split("/")[1]
        index = json.loads(self.pages.get("/api/v1/index.json", b"[]"))
        self.pages["/api/v1/index.json"] = json.dumps(sorted({*index, package})).encode()
        path = f"/api/v1/{package}.json"
        page = json.loads(
            self.pages.get(path, json.dumps({"name": name, "namespace": package.split("/", maxsplit=1)[0]}).encode())
        )
        tarball = f"/tarballs/{name}-{version}.tar.gz"
        page.setdefault("versions", {})[version] = {
            "name": name,
            "packages": needs or [],
            "downloads": {"tarball": self.url + tarball[1:]},
        } | fields
        self.pages[path] = json.dumps(page).encode()
        self.pages[tarball] = archive(files_of(name, **{"version.txt": version}))


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub without packages, which `DBT_PACKAGE_HUB_URL` names."""
    kept = Hub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kept.asked.append(self.path)
            if self.path == "/moved.tar.gz":
                self.send_response(302)
                self.send_header("Location", "/tools.tar.gz")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            body = kept.pages.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    kept.url = f"http://127.0.0.1:{server.server_port}/"
    monkeypatch.setenv("DBT_PACKAGE_HUB_URL", kept.url)
    yield kept
    server.shutdown()
    server.server_close()


def asks(project: Make, packages: str, **files: str) -> Project:
    """A project that asks for packages."""
    return project({"packages.yml": packages} | MODEL | files)


def installed(shop: Project) -> list[str]:
    """The names of the packages that are there."""
    return sorted(path.name for path in (shop.root / "dbt_packages").iterdir())


def error(shop: Project, *args: str) -> str:
    """What a call that must not succeed says."""
    result = shop.invoke("deps", *args)
    assert not result.success
    return str(result.exception)


def test_a_local_package_is_linked_and_used_without_a_connection(project: Make, hub: Hub) -> None:
    shop = asks(project, "packages:\n  - local: tools\n")
    shop.add({f"tools/{name}": text for name, text in files_of("tools").items()})
    assert shop.invoke("deps").success
    assert (shop.root / "dbt_packages" / "tools").is_symlink()
    assert shop.invoke("run").success
    assert shop.rows("from a") == [(42,)]
    assert hub.asked == []


def test_the_lock_file_is_dbts(project: Make) -> None:
    shop = asks(project, "packages:\n  - local: tools\n")
    shop.add({f"tools/{name}": text for name, text in files_of("tools").items()})
    assert shop.invoke("deps").success
    entry = {"local": "tools", "unrendered": {"local": "tools"}}
    digest = hashlib.sha1(json.dumps(entry, sort_keys=True).encode(), usedforsecurity=False).hexdigest()
    expected = f"packages:\n  - local: tools\n    name: tools\nsha1_hash: {digest}\n"
    assert (shop.root / "package-lock.yml").read_text() == expected


def test_deps_reads_no_profile(project: Make) -> None:
    shop = asks(project, "packages:\n  - local: tools\n")
    shop.add({f"tools/{name}": text for name, text in files_of("tools").items()})
    (shop.root / "profiles.yml").unlink()
    assert shop.invoke("deps").success


def test_packages_of_packages_come_along(project: Make) -> None:
    shop = asks(project, "packages:\n  - local: outer\n")
    needs = {"packages.yml": "packages:\n  - local: tools\n"}
    shop.add({f"outer/{name}": text for name, text in files_of("outer", **needs).items()})
    # Each needs the other: that ends too.
    back = {"packages.yml": "packages:\n  - local: outer\n"}
    shop.add({f"tools/{name}": text for name, text in files_of("tools", **back).items()})
    assert shop.invoke("deps").success
    assert installed(shop) == ["outer", "tools"]


def repository(folder: Path, files: dict[str, str], tag: str) -> None:
    """A repository with one commit, and a tag on it."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    git = ["git", "-C", str(folder), "-c", "user.name=t", "-c", "user.email=t@example.com"]
    if not (folder / ".git").exists():
        subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-q", "-m", tag], check=True)
    subprocess.run([*git, "tag", tag], check=True)


def commit_of(folder: Path, revision: str) -> str:
    """The commit that a revision stands for."""
    done = subprocess.run(["git", "-C", str(folder), "rev-parse", revision], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_a_repository_at_a_tag_a_branch_and_a_commit(project: Make, tmp_path: Path) -> None:
    origin = tmp_path / "origin"
    repository(origin, files_of("tools", **{"version.txt": "one"}), "v1")
    repository(origin, {"version.txt": "two"}, "v2")
    shop = asks(project, "")
    for revision, version in (("v1", "one"), ("main", "two"), (commit_of(origin, "v1"), "one")):
        shop.add({"packages.yml": f"packages:\n  - git: {origin}\n    revision: {revision}\n"})
        assert shop.invoke("deps").success, revision
        assert (shop.root / "dbt_packages/tools/version.txt").read_text() == version
        assert not (shop.root / "dbt_packages/tools/.git").exists()
        lock = (shop.root / "package-lock.yml").read_text()
        assert f"revision: {commit_of(origin, 'v1' if version == 'one' else 'v2')}" in lock
    assert shop.invoke("run").success


def test_a_folder_of_a_repository(project: Make, tmp_path: Path) -> None:
    origin = tmp_path / "origin"
    repository(origin, {f"inner/{name}": text for name, text in files_of("tools").items()}, "v1")
    entry = f"  - git: {origin}\n    revision: v1\n    subdirectory: inner\n"
    shop = asks(project, "packages:\n" + entry)
    assert shop.invoke("deps").success
    assert installed(shop) == ["tools"]
    assert "subdirectory: inner" in (shop.root / "package-lock.yml").read_text()


def test_a_repository_that_is_not_pinned_is_warned_of(
    project: Make, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    origin = tmp_path / "origin"
    repository(origin, files_of("tools"), "v1")
    shop = asks(project, f"packages:\n  - git: {origin}\n")
    assert shop.invoke("deps").success
    assert capfd.readouterr().out.count("pin it with `revision:`") == 1
    shop.add({"packages.yml": f"packages:\n  - git: {origin}\n    warn-unpinned: false\n"})
    assert shop.invoke("deps").success
    assert "pin it" not in capfd.readouterr().out


def test_a_secret_in_an_address_is_written_and_said_nowhere(
    project: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    origin = tmp_path / "s3cret"
    repository(origin, files_of("tools"), "v1")
    monkeypatch.setenv("DBT_ENV_SECRET_PART", "s3cret")
    address = f"{tmp_path}/{{{{ env_var('DBT_ENV_SECRET_PART') }}}}"
    shop = asks(project, f'packages:\n  - git: "{address}"\n    revision: v1\n')
    assert shop.invoke("deps").success
    assert installed(shop) == ["tools"]
    assert "s3cret" not in (shop.root / "package-lock.yml").read_text() + capfd.readouterr().out
    shop.add({"packages.yml": f'packages:\n  - git: "{address}"\n    revision: nowhere\n'})
    said = error(shop)
    assert "nowhere" in said
    assert "s3cret" not in said


def test_a_tarball_behind_a_redirect(project: Make, hub: Hub) -> None:
    hub.pages["/tools.tar.gz"] = archive(files_of("tools"))
    shop = asks(project, f"packages:\n  - tarball: {hub.url}moved.tar.gz\n    name: tools\n")
    assert shop.invoke("deps").success
    assert installed(shop) == ["tools"]
    assert f"  - name: tools\n    tarball: {hub.url}moved.tar.gz\n" in (shop.root / "package-lock.yml").read_text()


def test_the_newest_version_within_the_range_is_taken(project: Make, hub: Hub) -> None:
    for version in ("1.0.0", "1.2.0", "1.10.0", "1.11.0-rc1", "2.0.0"):
        hub.add("acme/tools", version)
    shop = asks(project, 'packages:\n  - package: acme/tools\n    version: [">=1.0.0", "<2.0.0"]\n')
    assert shop.invoke("deps").success
    assert (shop.root / "dbt_packages/tools/version.txt").read_text() == "1.10.0"
    assert "    package: acme/tools\n    version: 1.10.0\n" in (shop.root / "package-lock.yml").read_text()
    assert shop.invoke("run").success


def test_the_lock_file_holds_until_it_is_upgraded(project: Make, hub: Hub) -> None:
    hub.add("acme/tools", "1.0.0")
    shop = asks(project, 'packages:\n  - package: acme/tools\n    version: ">=1.0.0"\n')
    assert shop.invoke("deps").success
    hub.add("acme/tools", "1.1.0")
    assert shop.invoke("deps").success
    assert (shop.root / "dbt_packages/tools/version.txt").read_text() == "1.0.0"
    assert shop.invoke("deps", "--upgrade", "--lock").success
    assert (shop.root / "dbt_packages/tools/version.txt").read_text() == "1.0.0"
    assert "version: 1.1.0" in (shop.root / "package-lock.yml").read_text()
    assert shop.invoke("deps").success
    assert (shop.root / "dbt_packages/tools/version.txt").read_text() == "1.1.0"


def test_ranges_of_packages_meet(project: Make, hub: Hub) -> None:
    for version in ("1.0.0", "1.1.0", "1.2.0"):
        hub.add("acme/tools", version)
    hub.add("acme/outer", "3.0.0", needs=[{"package": "acme/tools", "version": "<1.2.0"}])
    lines = '  - package: acme/tools\n    version: ">=1.0.0"\n  - package: acme/outer\n    version: 3.0.0\n'
    shop = asks(project, "packages:\n" + lines)
    assert shop.invoke("deps").success
    assert (shop.root / "dbt_packages/tools/version.txt").read_text() == "1.1.0"


def test_ranges_that_do_not_meet_are_told_with_who_asks(project: Make, hub: Hub) -> None:
    hub.add("acme/tools", "1.0.0")
    hub.add("acme/tools", "2.0.0")
    hub.add("acme/outer", "3.0.0", needs=[{"package": "acme/tools", "version": ["<2.0.0"]}])
    lines = '  - package: acme/tools\n    version: ">=2.0.0"\n  - package: acme/outer\n    version: 3.0.0\n'
    said = error(asks(project, "packages:\n" + lines))
    assert "no version of `acme/tools` is what all ask for: >=2.0.0 (this project) and <2.0.0 (outer)" in said


def test_versions_for_another_dbt_are_left_out(project: Make, hub: Hub) -> None:
    hub.add("acme/tools", "1.0.0", require_dbt_version=[">=1.0.0", "<2.0.0"])
    hub.add("acme/tools", "1.1.0", require_dbt_version=[">=1.99.0"])
    shop = asks(project, 'packages:\n  - package: acme/tools\n    version: ">=1.0.0"\n')
    assert shop.invoke("deps", "--lock").success
    assert "version: 1.0.0" in (shop.root / "package-lock.yml").read_text()
    assert shop.invoke("deps", "--upgrade", "--lock", "--no-version-check").success
    assert "version: 1.1.0" in (shop.root / "package-lock.yml").read_text()


def test_a_package_is_added(project: Make, hub: Hub) -> None:
    hub.add("acme/tools", "1.0.0")
    shop = project(MODEL)
    assert shop.invoke("deps", "--add-package", "acme/tools@1.0.0").success
    assert (shop.root / "packages.yml").read_text() == "packages:\n  - package: acme/tools\n    version: 1.0.0\n"
    assert installed(shop) == ["tools"]
    assert shop.invoke("deps", "--lock", "--add-package", "acme/tools@>=1.0.0,<2.0.0").success
    expected = "packages:\n  - package: acme/tools\n    version:\n      - '>=1.0.0'\n      - <2.0.0\n"
    assert (shop.root / "packages.yml").read_text() == expected


def test_a_download_that_fails_leaves_what_was_there(project: Make, hub: Hub) -> None:
    hub.add("acme/tools", "1.0.0")
    shop = asks(project, "packages:\n  - package: acme/tools\n    version: 1.0.0\n")
    assert shop.invoke("deps").success
    del hub.pages["/tarballs/tools-1.0.0.tar.gz"]
    assert "404" in error(shop, "--upgrade")
    assert installed(shop) == ["tools"]
    assert [path.name for path in shop.root.iterdir() if path.name.startswith(".dbt_packages")] == []


def test_packages_that_nobody_names_stay(project: Make) -> None:
    shop = project(MODEL)
    shop.add({f"dbt_packages/tools/{name}": text for name, text in files_of("tools").items()})
    assert shop.invoke("deps").success
    assert shop.invoke("run").success


def test_built_in_packages_need_no_deps(project: Make, hub: Hub, capfd: pytest.CaptureFixture[str]) -> None:
    lines = "packages:\n  - package: dbt-labs/dbt_utils\n    version: 1.3.0\n"
    shop = project({"packages.yml": lines, "models/a.sql": "select {{ dbt_utils.generate_surrogate_key(['1']) }} as k"})
    assert shop.invoke("run").success
    assert hub.asked == []
    assert "WARNING" not in capfd.readouterr().out.upper()


@pytest.mark.parametrize(
    ("packages", "expected"),
    [
        ("packages:\n  - package: dbt_utils\n    version: 1.0.0\n", ["has no owner", "packages.yml:2:14"]),
        ("packages:\n  - package: a/b\n", ["`a/b` has no `version`", "packages.yml:2:14"]),
        ("packages:\n  - package: a/b\n    version: 1.0\n", ["`1.0` is not a version", "packages.yml:3:14"]),
        ("packages:\n  - packag: a/b\n", ["says nowhere where it comes from", "packages.yml:2:5"]),
        ("packages:\n  - local: ''\n", ["`local` of a package is empty"]),
        ("packages:\n  - local: nowhere\n", ["has no `dbt_project.yml`", "starts from the project's own folder"]),
        ("packages:\n  - private: acme/tools\n", ["private package `acme/tools`", "with `git:`"]),
        ("packages:\n  - tarball: http://x/a.tar.gz\n", ["has no `name`", "packages.yml:2:14"]),
        ("packages:\n  - local: tools\n    version: 1\n", ["`version` means nothing"]),
        ("packages: dbt_utils\n", ["`packages` takes a list, not text", "packages.yml:1:11"]),
        ("package:\n  - local: tools\n", ["unknown key `package`", "packages.yml:1:1"]),
        ("projects:\n  - name: other\n", ["cannot name other projects", "dependencies.yml"]),
        ("packages:\n  - package: acme/tool\n    version: 1.0.0\n", ["no package `acme/tool`", "named `acme/tools`"]),
        (
            "packages:\n  - package: acme/tools\n    version: 9.0.0\n",
            ["no version =9.0.0", "newest versions are 1.0.0"],
        ),
        (
            "packages:\n  - tarball: http://127.0.0.1:1/a.tar.gz\n    name: a\n",
            ["http://127.0.0.1:1/a.tar.gz cannot be"],
        ),
        ("packages:\n  - git: /nowhere/at/all\n    revision: v1\n", ["git cannot fetch `/nowhere/at/all` at `v1`"]),
        ("packages:\n  - local: self\n", ["has the name of this project, `shop`"]),
    ],
)
def test_what_cannot_be_installed_is_told(project: Make, hub: Hub, packages: str, expected: list[str]) -> None:
    hub.add("acme/tools", "1.0.0")
    shop = asks(project, packages)
    shop.add({"self/dbt_project.yml": "name: shop\n"})
    said = error(shop)
    for part in expected:
        assert part in said
    assert "hint: " in said


def test_two_packages_of_one_name(project: Make) -> None:
    shop = asks(project, "packages:\n  - local: one\n  - local: two\n")
    for folder in ("one", "two"):
        shop.add({f"{folder}/{name}": text for name, text in files_of("tools").items()})
    assert "two packages are named `tools`: `one` and `two`" in error(shop)


def test_an_archive_that_leads_outside_is_refused(project: Make, hub: Hub, tmp_path: Path) -> None:
    hub.pages["/evil.tar.gz"] = archive({"x": "x"}, top="../../evil")
    shop = asks(project, f"packages:\n  - tarball: {hub.url}evil.tar.gz\n    name: evil\n")
    assert "which is outside of it" in error(shop)
    assert list(tmp_path.rglob("evil*")) == []


def test_both_files_cannot_name_packages(project: Make) -> None:
    shop = asks(project, "packages:\n  - local: a\n", **{"dependencies.yml": "packages:\n  - local: b\n"})
    assert "both have `packages:`" in error(shop)
