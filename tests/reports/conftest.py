"""Pages for the tests: reports as a notebook leaves them, and a run with its archive."""

import datetime as dt
import json

import matplotlib as mpl
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from portfolio_lab.plots.style import CLASS_COLOURS, use_style
from portfolio_lab.reports.index import build_archive, build_review_index
from portfolio_lab.reports.outputs import Coverage, Outputs, PageContext, recorder
from portfolio_lab.reports.publish import render_failure, render_report


@pytest.fixture(autouse=True)
def _plain_figures():
    with mpl.rc_context():
        mpl.use("agg")
        yield
        plt.close("all")


@pytest.fixture(scope="session")
def make_context():
    """A page context; what a test is not about has a value already."""

    def make(topic="abc_classes", **changes):
        values = {
            "title": "ABC classes",
            "question": "Which customers carry the business?",
            "as_of": dt.date(2026, 9, 30),
            "period": "Q3 2026",
            "locale": "en_GB",
            "currency": "EUR",
            "run": "demo",
            "run_title": "Customer portfolio review",
            "definition": "abc123",
            "coverage": Coverage(dt.date(2022, 1, 3), dt.date(2026, 9, 30), 1200, 1188, "data/demo"),
        }
        return PageContext(topic=topic, **(values | changes))

    return make


@pytest.fixture(scope="session")
def write_report(make_context):
    """Play a notebook: each step is called with `out`, as a cell of its own; text steps are Markdown cells."""

    def write(folder, steps, *, foreign=(), publish=True, **context):
        folder.mkdir(parents=True)
        shown, cells = [], []
        with pytest.MonkeyPatch.context() as patch, mpl.rc_context():
            use_style()
            patch.setattr(recorder, "display", lambda data, raw, metadata: shown.append((data, metadata)))
            out = Outputs(folder, context=make_context(folder.name, **context))
            for step in steps:
                shown.clear()
                if isinstance(step, str):
                    cells.append(new_markdown_cell(step))
                    continue
                step(out)
                outputs = [new_output("display_data", data=data, metadata=metadata) for data, metadata in shown]
                cells.append(new_code_cell("out.show()  # a call", outputs=outputs, execution_count=1))
        cells += [new_code_cell("print(1)", outputs=[output]) for output in foreign]
        nbformat.write(new_notebook(cells=cells), folder / "executed.ipynb")
        if publish:
            render_report(folder / "executed.ipynb", folder)
        return folder

    return write


def draw_curve():
    figure, axes = plt.subplots()
    share = np.linspace(0, 1, 50)
    axes.fill_between(share, share**0.3, color=CLASS_COLOURS["A"])
    axes.set_xlabel("Share of customers")
    axes.set_ylabel("Share of the amount")
    return figure


def customers(n=20):
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "name": [f"Customer {i} & Sons" for i in range(n)],
            "customer_id": [f"{i:05d}" for i in range(n)],
            "abc_class": ["A", "B", "C", "C0"] * (n // 4),
            "amount": rng.pareto(1.2, n) * 9000,
            "amount_share": rng.random(n),
            "n_orders": rng.integers(1, 60, n),
            "last_purchase_date": pd.Timestamp("2026-09-30") - pd.to_timedelta(rng.integers(0, 300, n), "D"),
        }
    )


PROSE = """Customers are put in the order of what they bought in the last twelve months. The curve shows how fast
their amounts add up: the steeper it begins, the fewer customers carry the whole. What a customer brings is summed in
whole cents, returns count against it, and two customers with the same amount share one class."""


def abc_steps(scale=1.0):
    """The steps of a realistic report."""
    return [
        "# ABC classes\n\nWhich customers carry the business?",
        lambda out: out.headline(
            "212 of 1,234 customers bring 80% of the amount, and the largest alone brings 8.3% of it",
            decision="Name an owner for each of the five largest customers before 31 October.",
        ),
        lambda out: out.fact(
            "n_customers", round(1234 * scale), label="Customers with a purchase", unit="customers", better="higher"
        ),
        lambda out: out.fact("base_amount", 2381234.5 * scale, label="Amount", unit="currency", better="higher"),
        lambda out: out.fact("gini", 0.742, label="Gini of the amount", unit="index", interval=(0.731, 0.755)),
        lambda out: out.fact("largest_name", "Ferretería Núñez", label="Largest customer", unit="text"),
        f"## Who carries the business\n\n{PROSE}",
        lambda out: out.figure(
            "curve",
            draw_curve(),
            "The curve rises steeply: 17% of customers bring 80% of the amount.",
            "Cumulative share of the amount.",
            thumbnail=True,
        ),
        lambda out: out.say("**212 of 1,234 customers** bring 80% of the amount."),
        "### The largest customers",
        lambda out: out.table("customers", customers(), "The largest customers", sort="-amount"),
        "##### A heading that skips levels",
        lambda out: out.missing("contacts", "Without **contacts** this page cannot say who was last in touch."),
        "## Method and limits\n\nClasses follow cumulative shares.\n\n# A loud heading\n\nA class is not a promise.",
    ]


RUN_META = {
    "layout": 1,
    "run": "demo",
    "title": "Customer portfolio review",
    "currency": "EUR",
    "locale": "en_GB",
    "whole": True,
    "started_at": "2026-10-01T02:00:00Z",
    "seconds": 10,
    "peak_memory_mb": 300,
    "reports": {},
    "policy": {},
    "versions": {},
}


def write_manifest(folder, *, as_of, status="published", finished_at="2026-10-01T03:00:00Z", **more):
    manifest = {**RUN_META, "build": folder.name, "as_of": as_of, "period": "quarter", "status": status}
    (folder / "manifest.json").write_text(json.dumps({**manifest, "finished_at": finished_at, **more}))


@pytest.fixture(scope="session")
def manifest_of():
    """Write the manifest of a build or an attempt."""
    return write_manifest


@pytest.fixture(scope="session")
def failing_record():
    """run.json of a report whose cell raised."""

    def make(**changes):
        record = {
            "topic": "abc_classes",
            "title": "ABC classes",
            "status": "error",
            "sentence": "ABC classes failed in cell 4: KeyError.",
            "as_of": "2026-12-31",
            "started_at": "2027-01-01T02:00:00Z",
            "seconds": 12.3,
            "peak_memory_mb": 412.2,
            "attempts": 1,
            "parameters": {"run_file": "demo", "n_bootstrap": 500},
            "cells": {"total": 9, "run": 3},
            "cell": {"index": 7, "number": 4, "source": "ranked = rank_customers(snapshots)\nranked.head()"},
            "error": {
                "name": "KeyError",
                "message": "'margin_amount'",
                "traceback": ["Traceback (most recent call last):", "KeyError: 'margin_amount'"],
            },
            "limit": None,
            "signal": None,
            "exit_code": None,
            "kernel_log": [],
            "notebook": "executed.ipynb",
        }
        return {**record, **changes}

    return make


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory, write_report, failing_record):
    """A run with three published reviews, the last with two reports, and a newer attempt that failed."""
    run = tmp_path_factory.mktemp("reports") / "demo"
    earlier = None
    for number, day in enumerate((dt.date(2026, 3, 31), dt.date(2026, 6, 30), dt.date(2026, 9, 30)), start=1):
        build = run / ".builds" / f"{number:04d}_{day}"
        past = (
            {"previous_as_of": earlier[0], "previous_facts": earlier[1], "previous_period": "Q2 2026"}
            if earlier
            else {}
        )
        steps = abc_steps(scale=1 + number / 10)
        report = write_report(build / "abc_classes", steps, as_of=day, period=f"Q{number} 2026", **past)
        earlier = (day, json.loads((report / "facts.json").read_text()))
        write_manifest(build, as_of=str(day))
        (run / str(day)).symlink_to(f".builds/{build.name}")
        build_review_index(build)
    write_report(build / "survival", abc_steps(), title="Survival", question="How long do customers stay?")
    build_review_index(build)
    attempt = run / "failed" / "0004_2026-12-31"
    (attempt / "abc_classes").mkdir(parents=True)
    write_manifest(
        attempt, as_of="2026-12-31", status="failed", finished_at="2027-01-01T03:00:00Z", failed=["abc_classes"]
    )
    (attempt / "abc_classes" / "run.json").write_text(json.dumps(failing_record()))
    (attempt / "abc_classes" / "executed.ipynb").write_text("{}")
    render_failure(attempt)
    build_archive(run)
    return run


@pytest.fixture(scope="session")
def sample_pages(sample_run):
    """One page of each kind."""
    return {
        "report": sample_run / "2026-09-30" / "abc_classes" / "report.html",
        "review": sample_run / "2026-09-30" / "index.html",
        "archive": sample_run / "index.html",
        "failure": sample_run / "failed" / "0004_2026-12-31" / "failure.html",
    }


@pytest.fixture(scope="session")
def company_with_plans(tmp_path_factory):
    """A small company with plans, one of them drawn by chance, opened for the effectiveness report."""
    from simulators.effectiveness_review import open_effectiveness, write_company

    return open_effectiveness(write_company(tmp_path_factory.mktemp("company")))
