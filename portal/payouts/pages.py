"""The pages of this folder."""

from portal.payouts.accounts import accounts, give_account
from portal.payouts.moving import approve_run, bank_answer, discard_run, export_files, run_file
from portal.payouts.payouts import payout, payouts, statement
from portal.payouts.preparing import new_run, prepare_run
from portal.payouts.runs import run, runs

PAGES = (
    runs, new_run, prepare_run, run, approve_run, discard_run, export_files, run_file, bank_answer,
    accounts, give_account, payouts, payout, statement,
)  # fmt: skip
