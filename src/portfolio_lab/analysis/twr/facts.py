"""The numbers that a manager repeats: company, required and management return, who is above, what is held."""

import numpy as np
import pandas as pd


def compute_return_facts(
    league: pd.DataFrame, company: pd.DataFrame, company_mwr: pd.DataFrame, statement: pd.DataFrame
) -> dict[str, float]:
    """Return the facts of the report by name; shares 0..1, amounts in currency units, NaN where not known.

    ``league``: judge_portfolios of the salespeople; ``company``: the same of the whole (one row); ``company_mwr``:
    compute_portfolio_mwr of the whole; ``statement``: build_statement of the whole, all its periods.
    """
    whole, money = company.iloc[0], company_mwr.iloc[0]
    over_a_year = bool(whole["years"] >= 1)
    return {
        "company_twr": whole["twr"],
        "company_ear": whole["ear"],
        "required_return": whole["required_return"],
        "management_return": whole["management_return"],
        "company_mwr": money["mwr"] if over_a_year else money["period_rate"],
        "n_portfolios": len(league),
        "n_portfolios_above": int((league["verdict"] == "above").sum()),
        "n_portfolios_too_small": int((league["verdict"] == "too_small").sum()),
        "customer_equity": statement["closing"].iloc[-1] if len(statement) else np.nan,
        "new_business_value": statement["new"].sum() if len(statement) else np.nan,
        "basis_change": statement["basis_change"].sum() if len(statement) else np.nan,
    }


def select_last(returns: pd.DataFrame, league: pd.DataFrame) -> pd.DataFrame:
    """Return the published table of returns; grain: portfolio_id (last segment).

    Columns portfolio_id, start, end, r (of the last period), twr, status, low, high (of twr), n_customers.
    """
    last = returns[returns["r"].notna()].groupby("portfolio_id")["r"].last()
    table = league.assign(
        r=league["portfolio_id"].map(last),
        low=league["low"] + league["required_return"],
        high=league["high"] + league["required_return"],
    )
    columns = ["portfolio_id", "start", "end", "r", "twr", "status", "low", "high", "n_customers"]
    return table[columns].reset_index(drop=True)
