"""Time-weighted return of customer portfolios: judged like a fund, so that nobody is paid for what was handed over."""
