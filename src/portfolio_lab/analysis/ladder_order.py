"""Tables by class and stage in the order in which both are read: A first, then down the ladder of the stages."""

import pandas as pd

from portfolio_lab.analysis.abc_classes import CLASSES
from portfolio_lab.analysis.stages import STAGES

ORDERS = {"abc_class": CLASSES, "stage": STAGES}


def sort_by_ladder(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows by class and within a class by stage, as far as the table has these columns.

    Values that are neither, such as "not ranked", come last; rows of the same place keep their order.
    """
    columns = [name for name in ORDERS if name in table]
    places = {name: {value: place for place, value in enumerate(order)} for name, order in ORDERS.items()}
    ordered = table.sort_values(columns, key=lambda values: values.map(places[values.name]), kind="stable")
    return ordered.reset_index(drop=True)
