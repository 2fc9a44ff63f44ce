"""The pages of this folder."""

from portal.assessing.case import case
from portal.assessing.consulting import answer, question, questions
from portal.assessing.deciding import decide, letter, preview
from portal.assessing.desk import desk, take
from portal.assessing.held import held, take_next_line, take_or_put_back
from portal.assessing.moving import move
from portal.assessing.redeciding import (
    approve_proposal,
    continue_proposal,
    proposal,
    proposals,
    propose,
)
from portal.assessing.settling import ask_clinic, held_invoice, line_document, settle

PAGES = (
    desk, take, case, move, decide, preview, letter, questions, question, answer,
    held, take_next_line, take_or_put_back, held_invoice, settle, ask_clinic, line_document,
    proposals, propose, proposal, continue_proposal, approve_proposal,
)  # fmt: skip
