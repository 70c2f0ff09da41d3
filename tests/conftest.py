"""What all tests share: the engines, the option that writes goldens anew, and which tests go to the same process."""

import pytest

pytest_plugins = ["fixtures.engines"]


def pytest_addoption(parser):
    parser.addoption("--write-goldens", action="store_true", help="write the golden facts of the notebooks anew")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Tests of one file share a process, and so do all tests that use the same server or the same published reviews."""
    for item in items:
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(group_of(item)))


def group_of(item):
    for server in ("spark", "postgres"):
        if item.get_closest_marker(server):
            return "servers"
    file = item.nodeid.split("::")[0]
    return "published" if "/notebooks/" in file and {"demo", "cdnow"} & set(item.fixturenames) else file
