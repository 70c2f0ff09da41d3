"""Proposals: how a company's tables and columns may correspond to ours, with what is sure and what has to be asked."""

from portfolio_lab.data.proposals.matching import ColumnProposal, Proposal, TableProposal, propose
from portfolio_lab.data.proposals.writing import write_proposal

__all__ = ["ColumnProposal", "Proposal", "TableProposal", "propose", "write_proposal"]
