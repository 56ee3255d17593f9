"""The outbox of account mails."""

from portal.notices.outbox import Outbox

from .letters import letter
from .models import AccountMail

account_mails = Outbox(AccountMail, letter, "invitation__agency", "invitation__invited_by", "person")
