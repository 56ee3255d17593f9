"""A signatory reads the exact text, then signs or declines it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agencies.views.shared import is_the_person, person_of, posted, tried
from portal.kernel.access import members
from sharing_agreements import commands, fingerprint, policy, wording
from sharing_agreements.forms import AnswerForm
from sharing_agreements.models import Agreement, Party, Signature

from .obligations import worded
from .shared import current, find, head, my_party, or_back, worded_terms


@members
@require_http_methods(["GET", "POST"])
@or_back
def sign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The text, its terms in plain words, its hash, and the answer. The form carries the hash that the page showed."""
    agreement = find(request, pk)
    party = my_party(request, agreement)
    if party is None:
        raise PermissionDenied("Only a signatory of a party signs or declines for it.")
    answer = {"sign": Signature.Decision.SIGNED, "decline": Signature.Decision.DECLINED}
    policy.may_answer(person_of(request), party, answer.get(request.POST.get("answer", ""), ""))
    version = current(agreement)
    form = AnswerForm(posted(request), sha256=version.sha256, party=party.name)
    if form.is_valid() and is_the_person(request, form) and _answered(request, form, agreement, party):
        return redirect("agreements:detail", pk)
    if not request.user.is_authenticated:
        return redirect("account_login")
    context = {
        **head(request, agreement, tab="signatures"),
        "party": party,
        "form": form,
        "sha256": fingerprint.sha256(version),
        "clauses": version.clauses.with_law(),
        "parties": version.parties.all(),
        "terms": worded_terms(version),
        "attached": version.attachments.all(),
        "obligations": worded(version),
    }
    return render(request, "sharing_agreements/agreement_sign.html", context)


def _answered(request: HttpRequest, form: AnswerForm, agreement: Agreement, party: Party) -> Agreement | None:
    """Signed or declined; what the command refuses stands on the form."""
    given = form.cleaned_data
    common = {
        "actor": person_of(request),
        "agreement_id": agreement.pk,
        "party_id": party.pk,
        "sha256": given["sha256"],
    }
    if given["answer"] == "decline":
        done = tried(form, lambda: commands.decline(**common, reason=given["reason"]))
        said = f"You declined for {party.name}. The other parties are told, with your reason."
    else:
        done = tried(form, lambda: commands.sign(**common))
        said = f"You signed for {party.name}."
        if done and done.status == Agreement.Status.IN_FORCE:
            begins = done.standing == "begins"
            how = wording.standing(done) if begins else "is in force"
            said += f" Every party has signed: the agreement {how}."
    if done:
        messages.success(request, said)
    return done
