"""What awaits a person, by when: the first thing on their home page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.models import Agency, Membership, Role, Training, User
from agencies.readiness import due as assessing
from agencies.readiness import policy as readiness
from agencies.readiness.models import Assessment, PlanAction
from portal.acknowledgement import due as acknowledgement
from portal.kernel.clock import database_now
from portal.kernel.policy import allows
from portal.records import keeping, readers
from portal.records.models import Import, InquiryApproval
from privacy.development import policy as development
from privacy.development import progress, yearly
from privacy.models import PolicyVersion
from privacy.redress import policy as redress
from privacy.redress import reminding
from privacy.redress.models import RedressRequest
from sharing_agreements import closing, expiring, obligations, succession
from sharing_agreements.boards import docket
from sharing_agreements.models import Agreement, Party
from sharing_agreements.reviews import policy as reviews
from sharing_agreements.reviews.models import Review
from sharing_agreements.reviews.wording import due_on

SOON = timedelta(days=30)


@dataclass(frozen=True)
class Item:
    """One thing to do: when, what, and one action."""

    title: str
    href: str
    text: str
    action: str
    due: datetime | date | None = None
    main: bool = False

    @property
    def as_action(self) -> dict[str, object]:
        """The one action, as the component takes it; a title that begins with the word of the button names it."""
        name = self.title if self.title.startswith(self.action) else f"{self.action}: {self.title}"
        return {"label": self.action, "href": self.href, "main": self.main, "name": name}


def of(person: User, membership: Membership | None) -> list[Item]:
    """Everything that awaits the person, the earliest due first, what has no date last."""
    found = [*_board(person)]
    if membership is not None:
        found += [*_signatures(membership), *_drafts(membership), *_imports(membership), *_policy(membership)]
        found += [*_reviews(membership), *_training(membership), *_certificates(membership), *_ends(membership)]
        found += [*_obligations(membership), *_requests(membership), *_shown(person, membership)]
        found += [*_development(membership), *_acceptances(membership), *_approvals(membership)]
        found += [*_readiness(membership), *_actions(membership), *_keeping(membership), *_destructions(membership)]
    if person.is_portal_administrator:
        found += [*_locked(), *_rules()]
    return sorted(found, key=_when)


def _when(item: Item) -> tuple[bool, str]:
    return item.due is None, item.due.isoformat() if item.due else ""


def _board(person: User) -> Iterator[Item]:
    for item in docket.awaiting(person):
        yield Item(item.title, item.href, item.text, item.action, item.due, main=item.main)


def _signatures(membership: Membership) -> Iterator[Item]:
    if not membership.has(Role.SIGNATORY):
        return
    waiting = (
        Party.objects.whose_turn()
        .filter(agency=membership.agency_id, version__agreement__status=Agreement.Status.SIGNING)
        .select_related("version__agreement")
    )
    for party in waiting:
        agreement = party.version.agreement
        if agreement.current_version_id == party.version_id:
            href = reverse("agreements:sign", args=[agreement.pk])
            yield Item(f"Sign or decline {agreement.number}", href, agreement.title, "Read and sign", main=True)


def _reviews(membership: Membership) -> Iterator[Item]:
    """Reviews that the person took or was given, and those that they could take for this agency."""
    person, here = membership.person, membership.agency_id
    waiting = Review.objects.to_do_for(person).select_related("agreement", "stage__agency", "reviewer", "version")
    for review in waiting:
        mine = review.reviewer_id == person.pk
        if (review.reviewer_agency_id if mine else review.stage.agency_id) != here:
            continue
        if not mine and not allows(reviews.may_take, person, review):
            continue
        verb = "Review" if mine else "Take the review of"
        href = reverse("reviews:detail", args=[review.pk])
        title = f"{verb} {review.agreement.number}: {review.stage}"
        yield Item(title, href, review.agreement.title, "Go on" if mine else "Look", due_on(review), main=mine)


def _approvals(membership: Membership) -> Iterator[Item]:
    """Inquiries of colleagues that wait for a supervisor, by when they end."""
    waiting = InquiryApproval.objects.awaiting(membership).select_related("inquiry__membership__person")
    for approval in waiting.order_by("asked_at"):
        inquiry = approval.inquiry
        title = f"Approve or refuse inquiry {inquiry.number} of {inquiry.membership.person}"
        href = reverse("records:approval", args=[inquiry.pk])
        yield Item(title, href, approval.reason, "Answer", inquiry.open_until, main=True)


def _certificates(membership: Membership) -> Iterator[Item]:
    if not (membership.has(Role.CUSTODIAN) or membership.has(Role.SIGNATORY)):
        return
    for duty in closing.owed_by(membership.agency_id):
        href = reverse("agreements:closing", args=[duty.agreement.pk])
        title = f"Certify the return or purge of {duty.record_set.name}"
        yield Item(title, href, f"{duty.agreement.number} has ended", "Certify", duty.due_on)


def _destructions(membership: Membership) -> Iterator[Item]:
    """Records of others that were expunged: the word of this agency, which had looked at them, that nothing is left."""
    for event in readers.owed(membership):
        title = "Certify that nothing is left of an expunged record"
        text = "Your own case numbers say which copies: destroy them, and say so"
        yield Item(title, reverse("records:recalled", args=[event.pk]), text, "Certify")


def _obligations(membership: Membership) -> Iterator[Item]:
    if not membership.has(Role.ADMINISTRATOR):
        return
    for each in obligations.owed_by(membership.agency_id):
        href = reverse("agreements:obligation_done", args=[each.agreement.pk, each.obligation.pk, each.due_on])
        text = f"{each.agreement.number}, clause {each.obligation.clause.number}"
        yield Item(
            each.obligation.what, href, f"Overdue. {text}" if each.is_overdue else text, "Mark done", each.due_on
        )


def _drafts(membership: Membership) -> Iterator[Item]:
    if membership.has(Role.DRAFTER):
        drafts = Agreement.objects.filter(lead_agency=membership.agency_id, status=Agreement.Status.DRAFT)
        for agreement in drafts:
            href = reverse("agreements:detail", args=[agreement.pk])
            yield Item(f"Finish the draft {agreement.number}", href, agreement.title, "Go on")


def _shown(person: User, membership: Membership) -> Iterator[Item]:
    """Drafts of others that are shown to the agency for comment."""
    for agreement in Agreement.objects.shown_to(person, membership).select_related("lead_agency").order_by("number"):
        href = reverse("agreements:shown", args=[agreement.pk])
        text = f"{agreement.title}, drafted by {agreement.lead_agency}"
        yield Item(f"Comment on the draft {agreement.number}", href, text, "Read")


def _ends(membership: Membership) -> Iterator[Item]:
    """Agreements that end soon, of which nobody has begun a renewal."""
    if not membership.has(Role.DRAFTER):
        return
    for agreement in expiring.near().filter(lead_agency=membership.agency_id):
        version = agreement.current_version
        if version is not None and succession.successor(agreement) is None:
            href = reverse("agreements:change", args=[agreement.pk])
            yield Item(f"Renew {agreement.number}, or let it end", href, agreement.title, "Renew", version.last_day)


def _imports(membership: Membership) -> Iterator[Item]:
    if membership.has(Role.CUSTODIAN):
        mine = Import.objects.filter(record_set__owner=membership.agency_id, status=Import.Status.PREVIEW)
        for batch in mine.select_related("record_set"):
            href = reverse("records:import", args=[batch.pk])
            text = f"{batch.added} new, {batch.changed} changed, {batch.refused} refused"
            verb = "Commit or cancel" if batch.to_write else "Close"
            yield Item(f"{verb} the import into {batch.record_set.name}", href, text, "Look")


def _policy(membership: Membership) -> Iterator[Item]:
    if not membership.has(Role.PRIVACY_OFFICER):
        return
    in_force = PolicyVersion.objects.published().filter(policy__agency=membership.agency_id)
    for version in in_force.select_related("policy__agency"):
        due = yearly.due_on(version)
        if due is not None and yearly.step_of(version, due) is not None:
            href, text = reverse("privacy:still_right", args=[version.pk]), "Say that it is still right, or change it"
            yield Item(f"Look through {version}", href, text, "Look", due)
    for version in _policy_drafts(membership):
        href = reverse("privacy:version", args=[version.pk])
        if progress.adoption_of(version) is not None:
            yield Item(f"Publish {version}", href, "The head of the agency adopted it", "Go on", main=True)
        elif progress.asked(version):
            yield Item(f"See {version} through its review", href, "In review, or to be adopted", "Look")
        else:
            yield Item(f"Finish {version}", href, "A draft: complete it and ask for a review", "Go on")
    if not PolicyVersion.objects.filter(policy__agency=membership.agency_id).exists():
        text = "Until a policy is published, nobody else sees anybody on your records."
        yield Item("Publish a privacy policy", reverse("privacy:list"), text, "Begin", main=True)


def _keeping(membership: Membership) -> Iterator[Item]:
    """Records that a custodian reviews, confirms to be destroyed, or should destroy."""
    if not membership.has(Role.CUSTODIAN):
        return
    found, href = keeping.waiting(membership), reverse("records:keeping")
    if found.reviews:
        text = "Keep each with a reason, or destroy it, by the day of the first"
        yield Item(f"Review criminal intelligence: {_many(found.reviews)}", href, text, "Look", found.review_by)
    if found.confirm:
        text = "A colleague asked for it; nothing is destroyed without your word"
        yield Item(f"Confirm what is to be destroyed: {_many(found.confirm)}", f"{href}#asked", text, "Look", main=True)
    if found.past:
        text = "They are past the day until which they are kept"
        yield Item(f"Destroy what is kept no longer: {_many(found.past)}", f"{href}#past", text, "Look")


def _many(number: int) -> str:
    more = "+" if number >= keeping.MOST else ""
    return f"{number:,}{more} record{'' if number == 1 else 's'}"


REQUESTS = {
    "decide_appeal": ("Decide on the appeal in {}", "Look"),
    "answer": ("Answer {}", "Go on"),
    "take": ("Take {} in hand", "Look"),
}


def _requests(membership: Membership) -> Iterator[Item]:
    """What people asked this agency and nobody else has in hand, and appeals that the person can decide on."""
    person, officer = membership.person, membership.has(Role.PRIVACY_OFFICER)
    asking = RedressRequest.objects.visible_to(person, membership).asking().select_related("agency", "appeal")
    for each in asking:
        if step := redress.asks_of(each, person, officer=officer):
            title, verb = REQUESTS[step]
            href, due = reverse("redress:detail", args=[each.pk]), reminding.day_of(each)
            yield Item(title.format(each.number), href, each.what, verb, due, main=step != "take")


def _development(membership: Membership) -> Iterator[Item]:
    """Drafts of the agency's privacy policy that this person is to review or to adopt."""
    if not membership.has(*development.REVIEWERS, development.HEAD):
        return
    for version in _policy_drafts(membership):
        if development.awaits(version, membership.person):
            left = len(progress.of(version).unreviewed)
            text = f"{left} provision{'s await' if left > 1 else ' awaits'} a second person"
            yield Item(f"Review {version}", reverse("privacy:review", args=[version.pk]), text, "Review", main=True)
        if allows(development.may_adopt, membership.person, version):
            text = "Reviewed whole; it is published once you adopt it"
            yield Item(
                f"Adopt {version}", reverse("privacy:adopt", args=[version.pk]), text, "Read and adopt", main=True
            )


def _policy_drafts(membership: Membership) -> QuerySet[PolicyVersion]:
    drafts = PolicyVersion.objects.filter(policy__agency=membership.agency_id, status=PolicyVersion.Status.DRAFT)
    return drafts.select_related("policy__agency")


def _acceptances(membership: Membership) -> Iterator[Item]:
    """Policies and rules that keep shared records closed, or soon will, until this person accepts them."""
    texts, now = acknowledgement.texts(membership), database_now()
    closed, soon = [each for each in texts if not each.counts(now)], acknowledgement.ending(texts, now)
    href = reverse("acknowledgement:mine")
    if closed:
        title = "Accept the policies and rules for shared records"
        what = closed[0].title if len(closed) == 1 else f"{len(closed)} texts"
        text, today = f"{what}: shared records stay closed to you until then", membership.agency.today
        yield Item(title, href, text, "Read and accept", today, main=True)
    elif soon:
        ends = min(each.counts_until for each in soon if each.counts_until)
        last = localdate(ends, ZoneInfo(membership.agency.time_zone))
        yield Item("Accept policies and rules anew", href, "A year is nearly over", "Read and accept", last)


def _training(membership: Membership) -> Iterator[Item]:
    last = Training.objects.filter(person=membership.person).order_by("-expires_on").first()
    if last is None or last.expires_on < membership.agency.today + SOON:
        title = "Renew your training" if last else "Complete your training"
        text = "Records stay closed without it. Your agency's administrator records it."
        yield Item(title, reverse("agencies:profile"), text, "See", last.expires_on if last else None)


def _readiness(membership: Membership) -> Iterator[Item]:
    """The agency's assessment that this person is to review, to finish, or to begin again after a year."""
    last = Assessment.objects.filter(agency=membership.agency_id).select_related("agency").order_by("-number").first()
    if last is None:
        return
    if last.status == Assessment.Status.IN_REVIEW and allows(readiness.may_review, membership.person, last):
        href, text = reverse("readiness:review", args=[last.pk]), "Somebody else answered its questions"
        yield Item(f"Review the readiness of {last.agency}", href, text, "Review", main=True)
    elif membership.has(*readiness.WRITERS) and last.status == Assessment.Status.DRAFT:
        href, text = reverse("readiness:detail", args=[last.pk]), f"Version {last.number} is a draft"
        yield Item(f"Finish the readiness of {last.agency}", href, text, "Go on")
    elif membership.has(*readiness.WRITERS):
        day = assessing.again_on(last)
        if day and assessing.step_of(last.agency, day):
            href, text = reverse("readiness:agency", args=[last.agency_id]), "A year after the last review"
            yield Item(f"Assess the readiness of {last.agency} again", href, text, "Begin", day)


def _actions(membership: Membership) -> Iterator[Item]:
    """Actions of the agency's plan that this person answers for and that are due soon, or are overdue."""
    mine = PlanAction.objects.open().filter(agency=membership.agency_id, owner=membership.person)
    for action in mine.filter(due_on__lte=membership.agency.today + SOON):
        text = f"Action {action.number} of the plan for readiness"
        yield Item(action.action, reverse("readiness:action", args=[action.pk]), text, "Look", action.due_on)


def _rules() -> Iterator[Item]:
    if acknowledgement.rules_in_force() is None:
        text = "Until then shared records open without any"
        yield Item("Publish rules of behavior", reverse("acknowledgement:publish_rules"), text, "Begin", main=True)


def _locked() -> Iterator[Item]:
    count = AccessAttempt.objects.filter(failures_since_start__gte=settings.AXES_FAILURE_LIMIT).count()
    if count:
        yield Item(f"{count} locked account{'s' if count > 1 else ''}", reverse("agencies:locked"), "", "Look")
    waiting = Agency.objects.filter(Q(status=Agency.Status.ACTIVE) & Q(memberships=None)).count()
    if waiting:
        title = f"{waiting} agenc{'y' if waiting == 1 else 'ies'} without people"
        text = "Nobody works there yet: invite the first administrator."
        yield Item(title, reverse("agencies:list"), text, "Look")
