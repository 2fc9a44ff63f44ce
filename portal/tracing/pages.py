"""The pages of this folder."""

from portal.tracing.proof import proof
from portal.tracing.traces import follow, look_for, traced_line, traced_payment, traced_voucher

PAGES = (follow, look_for, traced_line, traced_payment, traced_voucher, proof)
