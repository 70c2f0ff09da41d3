"""A review of tables on a PostgreSQL server: its password stands in nothing that is left, said or thrown."""

import base64
import os
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import ibis
import numpy as np
import pandas as pd
import pytest
from fixtures.engines import PASSWORD, run_postgres

from portfolio_lab.reports.cli.asking import Asked, make_request
from portfolio_lab.reports.runner.parts import Outcome
from portfolio_lab.reports.runner.run import run_review
from portfolio_lab.reports.runner.wiring import suite_parts

pytestmark = pytest.mark.postgres
# the password as it is, within an address, and in encodings that hide it from a reader but not from a thief
FORMS = {PASSWORD, quote(PASSWORD, safe=""), PASSWORD[::-1], PASSWORD.encode().hex(),
         base64.b64encode(PASSWORD.encode()).decode().rstrip("=")[:-1]}  # fmt: skip
START = "from portfolio_lab.reports.cli import main; main()"


def company() -> dict[str, pd.DataFrame]:
    """Two years of 200 customers who buy at random and leave at random, and are called on the days they buy."""
    rng, rows = np.random.default_rng(7), []
    for n in range(200):
        mean_gap, day = rng.gamma(2.0, 20.0), rng.uniform(0, 365)
        while day < 729:
            rows.append((f"c{n:03d}", pd.Timestamp("2024-10-01") + pd.Timedelta(days=int(day)), rng.gamma(4.0, 30.0)))
            day = day + 1 + rng.exponential(mean_gap) if rng.random() > 0.06 else 730
    orders = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"]).assign(salesperson_id="s1")
    orders["order_id"] = [f"o{n}" for n in range(len(orders))]
    customers = pd.DataFrame({"customer_id": sorted(set(orders["customer_id"]))})
    contacts = orders[["customer_id", "order_date"]].rename(columns={"order_date": "contact_date"})
    return {"orders": orders, "customers": customers.assign(name="Shop " + customers["customer_id"]),
            "contacts": contacts.assign(channel="call"),
            "salespeople": pd.DataFrame({"salesperson_id": ["s1"], "name": ["Ana"]})}  # fmt: skip


@pytest.fixture
def server(postgres):
    for name, frame in company().items():
        postgres.create_table(name, frame, overwrite=True)
    yield postgres
    for name in company():
        postgres.drop_table(name, force=True)


def write_run_file(folder: Path, url: str) -> Path:
    path = folder / "sales.yaml"
    source = url.replace(PASSWORD, "${SALES_PASSWORD}")
    path.write_text(f"run: sales\nas_of: 2026-09-30\ndata: {{source: '{source}'}}\n", encoding="utf-8")
    return path


@pytest.fixture
def run_file(tmp_path, postgres_url, monkeypatch):
    monkeypatch.setenv("SALES_PASSWORD", PASSWORD)
    return write_run_file(tmp_path, postgres_url)


def texts_in(path: Path) -> list[bytes]:
    """A file's bytes, those of the members of an archive, and those of the compressed streams of a PDF."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return [archive.read(name) for name in archive.namelist()]
    whole = path.read_bytes()
    streams = []
    for part in whole.split(b"stream\n")[1:] if path.suffix == ".pdf" else ():
        with suppress(zlib.error):
            streams.append(zlib.decompressobj().decompress(part))
    if path.suffix == ".parquet":
        streams.append(pd.read_parquet(path).to_csv().encode())
    return [whole, *streams]


def places_of_the_password(folder: Path) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [f"{path}: {form}" for path in files for text in texts_in(path) for form in FORMS if form.encode() in text]


def command(*words: str, folder: Path) -> subprocess.CompletedProcess:
    given = [sys.executable, "-c", START, *words]
    return subprocess.run(given, cwd=folder, capture_output=True, text=True, timeout=900, env=os.environ, check=False)


def run_while(happens: Callable[[], None], run_file: Path, *, only: tuple[str, ...]) -> tuple[Outcome, str]:
    """Run reports; as soon as the first begins, something happens to the server, so that a kernel's query fails."""
    said = []

    def observe(event) -> None:
        said.append(event.text)
        if event.kind == "start":
            happens()

    request = make_request(Asked(str(run_file), "2026-09-30", only=only, reports=run_file.parent / "out"))
    outcome = run_review(request, suite_parts(observe), observe=observe)
    return outcome, "\n".join([*said, outcome.sentence])


@pytest.mark.parametrize("text", [PASSWORD, f"postgres://u:{quote(PASSWORD, safe='')}@h/d"])
def test_the_search_finds_a_password_wherever_it_stands(tmp_path, text):
    pd.DataFrame({"note": [text]}).to_parquet(tmp_path / "a.parquet")
    pd.DataFrame({"note": [text]}).to_excel(tmp_path / "b.xlsx")
    (tmp_path / "c.pdf").write_bytes(b"obj\nstream\n" + zlib.compress(text.encode()) + b"\nendstream")
    (tmp_path / "d.json").write_text(text)
    assert {Path(found.partition(": ")[0]).name[0] for found in places_of_the_password(tmp_path)} == set("abcd")


def test_a_published_report_and_what_the_command_says_hold_no_password(server, run_file, tmp_path):
    done = command("run", str(run_file), "--only", "data_quality", "--reports", "out", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    left = {path.suffix for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert {".html", ".ipynb", ".json", ".xlsx", ".csv", ".parquet"} <= left
    assert places_of_the_password(tmp_path) == []
    assert not any(form in done.stdout + done.stderr for form in FORMS)


def test_a_report_that_fails_on_the_server_leaves_a_traceback_without_the_password(server, run_file, tmp_path):
    outcome, said = run_while(lambda: server.drop_table("orders", force=True), run_file, only=("monitor",))
    assert outcome.exit_code == 1
    failed = list((tmp_path / "out" / "sales" / "failed").rglob("run.json"))
    assert any("orders" in path.read_text(encoding="utf-8") for path in failed)
    assert places_of_the_password(tmp_path) == []
    assert not any(form in said for form in FORMS)


@pytest.mark.full
def test_a_server_that_stops_in_mid_run_leaves_no_password(tmp_path, monkeypatch):
    monkeypatch.setenv("SALES_PASSWORD", PASSWORD)
    with run_postgres() as own:
        con = ibis.connect(own.url)
        for name, frame in company().items():
            con.create_table(name, frame)
        con.disconnect()
        outcome, said = run_while(own.stop, write_run_file(tmp_path, own.url), only=("monitor",))
    assert outcome.exit_code == 1
    assert "trying again" in said and "the server" in said
    left = [path.read_text(encoding="utf-8") for path in (tmp_path / "out").rglob("run.json")]
    assert any("ConnectionLost" in text for text in left)
    assert places_of_the_password(tmp_path) == []
    assert not any(form in said for form in FORMS)


@pytest.mark.parametrize("spoilt", ["table", "password"])
def test_a_refusal_holds_no_password(server, run_file, tmp_path, monkeypatch, spoilt):
    if spoilt == "table":
        server.drop_table("orders")
    else:
        run_file.write_text(run_file.read_text().replace("${SALES_PASSWORD}", "x${SALES_PASSWORD}"))
    done = command("run", str(run_file), "--reports", "out", folder=tmp_path)
    assert done.returncode == 2 and done.stderr
    assert not any(form in done.stdout + done.stderr for form in FORMS)
    assert places_of_the_password(tmp_path) == []


@pytest.mark.full
def test_a_whole_review_holds_no_password_in_any_of_its_files(server, run_file, tmp_path):
    done = command("run", str(run_file), "--reports", "out", "--pdf", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    build = tmp_path / "out" / "sales" / "latest"
    assert len(list(build.glob("*/report.html"))) >= 6
    assert places_of_the_password(tmp_path) == []
    assert not any(form in done.stdout + done.stderr for form in FORMS)
