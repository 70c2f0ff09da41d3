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
    over_a_year = bool(money["years"] >= 1)
    return {
        "company_twr": whole["twr"],
        "company_ear": whole["ear"],
        "required_return": whole["required_return"],
        "management_return": whole["management_return"],
        "company_mwr": money["mwr"] if over_a_year else money["period_rate"],
        "n_portfolios": len(league),
        "n_portfolios_above": int((league["verdict"] == "above").sum()),
        "n_portfolios_lost": int((league["verdict"] == "total_loss").sum()),
        "n_portfolios_too_small": int((league["verdict"] == "too_small").sum()),
        "customer_equity": statement["closing"].iloc[-1] if len(statement) else np.nan,
        "new_business_value": statement["new"].sum() if len(statement) else np.nan,
        "basis_change": statement["basis_change"].sum() if len(statement) else np.nan,
    }


RETURN_COLUMNS = ["portfolio_id", "start", "end", "r", "twr", "status", "low", "high", "n_customers"]


def tabulate_returns(returns: pd.DataFrame, paths: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the published table of returns; grain: portfolio_id × valuation day (``end``).

    Columns portfolio_id, start, end, r (of the period from start to end, empty where there is none), twr (since the
    segment began), status, low and high (of twr, where ``paths`` of bootstrap_paths are given), n_customers.
    """
    table = returns.rename(columns={"start_date": "start", "valuation_date": "end"})
    if paths is None:
        return table.assign(low=np.nan, high=np.nan, n_customers=pd.NA)[RETURN_COLUMNS].reset_index(drop=True)
    known = paths.rename(columns={"valuation_date": "end"})
    return table.merge(known, on=["portfolio_id", "end"], how="left")[RETURN_COLUMNS]
