"""What was answered, of the JSON that is kept of it."""

import msgspec

from adjudication.decision import Decision
from invoices.correction import Credit

read_answer = msgspec.json.Decoder(Decision).decode
read_credit = msgspec.json.Decoder(Credit).decode
