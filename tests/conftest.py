"""What all tests share: the engines, a browser, threads of numeric libraries, and the option that writes goldens anew.

Each worker is a process for one core, and so is all that it starts: with more threads than cores, small matrices and
trees are waited for by threads that spin, which takes three times as long. Collected once, the tests and what they
import stay until the end, so the garbage collector need not go through them again and again. Spark is started by one
worker: the files that need it are one piece of work.
"""

import gc
import os
import re

import pytest

# before the first import of a numeric library, which reads it once
os.environ.setdefault("OMP_NUM_THREADS", "1")

pytest_plugins = ["fixtures.browser", "fixtures.engines"]


def pytest_addoption(parser):
    parser.addoption("--write-goldens", action="store_true", help="write the golden facts of the notebooks anew")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection():
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class OneSpark(LoadFileScheduling):
        spark: frozenset[str] | None = None

        def _split_scope(self, nodeid):
            if self.spark is None:
                with_spark = (test for test in self.collection if re.search(r"[[-]spark\b", test))
                self.spark = frozenset(test.split("::")[0] for test in with_spark)
            file = super()._split_scope(nodeid)
            return "spark" if file in self.spark else file

    return OneSpark(config, log)
