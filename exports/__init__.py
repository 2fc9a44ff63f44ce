"""How a settlement is written for others: the bank, the ledger, the clinic and its systems."""
