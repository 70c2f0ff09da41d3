"""The links by which readers find the good builds; each is swapped by one atomic rename."""

import errno
import os
import re
from pathlib import Path

from portfolio_lab.reports.runner.builds import BUILDS, BuildFolder, list_builds
from portfolio_lab.reports.runner.manifests import read_manifest

LATEST = "latest"
DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
POINTER = re.compile(r'data-build="([^"]+)"')
# What systems without links answer; anything else (no room, no right) is a failure of this run.
NO_LINKS_HERE = (errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, getattr(errno, "ENOTSUP", errno.EOPNOTSUPP))
POINTER_PAGE = """<!doctype html>
<html lang="en" data-build="{build}"><head><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="0; url={address}">
<style>:root {{ color-scheme: light dark }} body {{ font: 1.0625rem/1.6 sans-serif; margin: 3rem }}</style></head>
<body><main><h1>{title}</h1><p><a href="{address}">{words}</a></p></main></body></html>
"""


def read_link(run_dir: Path, name: str) -> Path | None:
    """Return the build to which ``latest`` or a date leads; None where there is none."""
    link = run_dir / name
    if link.is_symlink():
        build = run_dir / BUILDS / link.readlink().name
    elif (page := link / "index.html").is_file():
        build = run_dir / BUILDS / POINTER.search(page.read_text(encoding="utf-8"))[1]
    else:
        return None
    return build if build.is_dir() else None


def good_builds(run_dir: Path) -> dict[str, Path]:
    """Return the last good build of each date, as ``{as_of: folder}`` in the order of dates."""
    names = sorted(path.name for path in run_dir.glob("*") if DAY.match(path.name))
    builds = {name: read_link(run_dir, name) for name in names}
    return {name: build for name, build in builds.items() if build is not None}


def settle_links(run_dir: Path) -> None:
    """Let each date lead to its newest build, and ``latest`` to the greatest date that was published whole.

    Works from the builds alone, so a run that was killed between two links is put right by the next one.
    """
    wanted, whole = {}, []
    for build in list_builds(run_dir):
        if (manifest := read_manifest(build.path)) is not None:
            wanted[build.as_of] = build
            whole += [build] if manifest.whole else []
    if whole:
        wanted[LATEST] = max(whole, key=lambda build: (build.as_of, build.number))
    for name, build in wanted.items():
        if read_link(run_dir, name) != build.path:
            point(run_dir, name, build)


def point(run_dir: Path, name: str, build: BuildFolder) -> None:
    """Let ``name`` lead to ``build``: by a link, or by a pointer page where links are not to be had."""
    link = run_dir / name
    half = run_dir / f".{name}.{os.getpid()}.tmp"
    if link.is_dir() and not link.is_symlink():
        _write_pointer(link, build)
        return
    try:
        half.symlink_to(f"{BUILDS}/{build.id}", target_is_directory=True)
    except (OSError, NotImplementedError) as error:
        # Through an existing link the pointer page would be written into a published build.
        if link.is_symlink() or getattr(error, "errno", errno.ENOSYS) not in NO_LINKS_HERE:
            raise
        _write_pointer(link, build)
        return
    half.replace(link)


def point_back(run_dir: Path) -> None:
    """Let the page above the builds lead to the archive, for whoever opens a build without its link."""
    builds = run_dir / BUILDS
    if builds.is_dir():
        _write_page(builds, address="../index.html", title="All reviews", words="Open all reviews")


def _write_pointer(folder: Path, build: BuildFolder) -> None:
    folder.mkdir(exist_ok=True)
    address = f"../{BUILDS}/{build.id}/index.html"
    _write_page(folder, address=address, title=folder.name, words="Open the review", build=build.id)


def _write_page(folder: Path, *, address: str, title: str, words: str, build: str = "") -> None:
    page = POINTER_PAGE.format(build=build, title=title, address=address, words=words)
    half = folder / ".index.html.tmp"
    half.write_text(page, encoding="utf-8")
    half.replace(folder / "index.html")
