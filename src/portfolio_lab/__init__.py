"""portfolio_lab: research and reporting on the customer portfolio of a company that sells to repeat customers."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("portfolio-lab")
except PackageNotFoundError:  # a source tree that was never installed
    __version__ = "0+unknown"
