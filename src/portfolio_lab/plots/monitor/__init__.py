"""Figures of the monitor: the bridge, the flow between stages, the reading of the portfolio, the forecast."""
