"""How often customers buy and whether they are still there: fitted models and what they say per customer."""
