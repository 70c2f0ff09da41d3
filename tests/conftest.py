"""What all tests share: the engines, a browser, threads of numeric libraries, and the option that writes goldens anew.

Each worker is a process for one core, and so is all that it starts: with more threads than cores, small matrices and
trees are waited for by threads that spin, which takes three times as long. Collected once, the tests and what they
import stay until the end, so the garbage collector need not go through them again and again.
"""

import gc
import os

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
