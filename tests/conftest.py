"""What all tests share: the engines, a browser, and the option that writes goldens anew."""

pytest_plugins = ["fixtures.browser", "fixtures.engines"]


def pytest_addoption(parser):
    parser.addoption("--write-goldens", action="store_true", help="write the golden facts of the notebooks anew")
