"""Every count and sum over time: limits, ceilings, intervals, and what is used of them."""
