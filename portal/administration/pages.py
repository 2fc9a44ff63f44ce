"""The pages of this folder."""

from portal.administration.audit import audit, verify_audit
from portal.administration.giving import give_assignment, new_assignment
from portal.administration.logreview import log_review, sign_off, take_sample
from portal.administration.tokens import issue_token, list_tokens, new_token, revoke_token
from portal.administration.users import end_assignment, find_users, users

PAGES = (
    log_review, take_sample, sign_off, users, find_users, end_assignment, new_assignment,
    give_assignment, list_tokens, new_token, issue_token, revoke_token, audit, verify_audit,
)  # fmt: skip
