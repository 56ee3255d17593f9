"""Who reviews a draft, who adopts it, and when. Each check returns None or raises."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied

from agencies.models import Membership, MembershipQuerySet, Role, User
from agencies.policy import acts_for
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from portal.kernel.policy import allows
from privacy import policy
from privacy.assessment import state as assessment
from privacy.models import PolicyVersion, Provision

from . import progress

S = PolicyVersion.Status
REVIEWERS = (Role.PRIVACY_OFFICER, Role.COUNSEL)
HEAD = Role.ADMINISTRATOR
"""The role that stands for the head of an agency."""


def may_ask(person: User, version: PolicyVersion) -> None:
    """Give a complete draft to whoever acts next, reviewers or the head: once for each text."""
    policy.may_edit(person, version)
    if missing := [*policy.missing_before_publication(version), *assessment.of(version).missing]:
        raise Refused("Before it is reviewed: " + " ".join(missing), code="incomplete")
    last = version.review_requests.order_by("-at").first()
    if last is not None and last.at >= progress.changed_at(version):
        raise Refused("They were asked, and nothing of the draft changed since.", code="asked", repeated=True)


def reviewers(agency_id: UUID) -> MembershipQuerySet:
    """Privacy officers and counsel; where one person alone holds these offices, the head too (docs/adr/0017)."""
    current = Membership.objects.current().filter(agency=agency_id)
    office = current.with_role(*REVIEWERS)
    alone = office.values("person").distinct().count() < 2
    return current.with_role(*REVIEWERS, HEAD) if alone else office


def may_review(person: User, version: PolicyVersion) -> None:
    """Mark provisions of a draft at all; which ones, `may_mark` says."""
    roles = {role for each in reviewers(version.policy.agency_id).filter(person=person.pk) for role in each.roles}
    fitting = roles & {*REVIEWERS, HEAD}
    if not fitting or not acts_for(person, version.policy.agency_id, *fitting):
        raise PermissionDenied("Another privacy officer or counsel of the agency reviews a draft.")
    _is_draft(version)
    if not progress.asked(version):
        raise Refused("The privacy officer has not asked for a review yet.", code="not_asked")


def may_mark(person: User, provision: Provision) -> None:
    """Say how far a provision meets what is asked: whoever reviews and wrote neither its words nor a rule of it."""
    may_review(person, provision.version)
    may_mark_words(person, provision)


def may_mark_words(person: User, provision: Provision) -> None:
    """The part of it that differs from one provision to the next."""
    if person.pk in provision.writers:
        raise Refused(
            f"You wrote provision {provision.number}, or a rule that rests on it, as it reads now. "
            "Somebody else of the agency reviews it.",
            code="own_words",
        )


def awaits(version: PolicyVersion, person: User) -> bool:
    """Whether something of the draft awaits this person's review."""
    if not allows(may_review, person, version):
        return False
    return any(person.pk not in each.writers for each in progress.of(version).unreviewed)


def heads(agency_id: UUID) -> MembershipQuerySet:
    return Membership.objects.current().with_role(HEAD).filter(agency=agency_id)


def may_adopt(person: User, version: PolicyVersion) -> None:
    """Adopt a draft that is reviewed whole: the head of the agency, who wrote nothing of it."""
    if not acts_for(person, version.policy.agency_id, HEAD):
        raise PermissionDenied("The head of the agency adopts its privacy policy: whoever administers it here.")
    ready_for_adoption(version)
    if person.pk in progress.drafters(version):
        raise Refused(
            "You wrote a part of this version. Another administrator of the agency adopts it; invite one if need be.",
            code="own_words",
        )
    if (held := progress.adoption_of(version)) is not None:
        raise Refused(f"{held.adopter} has adopted it as it reads now.", code="adopted", repeated=True)


def ready_for_adoption(version: PolicyVersion) -> None:
    """Whether the head, or a board, could adopt the draft as it reads."""
    _is_draft(version)
    if missing := missing_before_adoption(version):
        raise Refused("Before it can be adopted: " + " ".join(missing), code="incomplete")


def missing_before_adoption(version: PolicyVersion) -> list[str]:
    """What text, impact assessment and review still need, each as a sentence that says what to do."""
    if missing := [*policy.missing_before_publication(version), *assessment.of(version).missing]:
        return missing
    if not progress.asked(version):
        return ["ask for a review of the draft."]
    if left := [each.number for each in progress.of(version).unreviewed]:
        return [f"let a second person review {policy.listed(left, 'provision')}."]
    return []


def missing_before_publication(version: PolicyVersion) -> list[str]:
    """What is missing until a draft can be published, each as a sentence that says what to do."""
    if missing := missing_before_adoption(version):
        return missing
    if progress.adoption_of(version) is not None:
        return []
    ended = "; it was adopted before its last change" if version.adoptions.exists() else ""
    return [f"let the head of the agency, or a board, adopt it as it reads now{ended}."]


def may_publish(person: User, version: PolicyVersion) -> None:
    """Put a draft in force: complete, reviewed by a second person, adopted by the head, and unchanged since."""
    policy.may_publish(person, version)
    if missing := missing_before_publication(version):
        raise Refused("Before it can be published: " + " ".join(missing), code="incomplete")


def may_look_through(person: User, version: PolicyVersion) -> None:
    """Say that the policy in force is still right: a privacy officer, once a day at most."""
    policy.may_keep(person, version.policy.agency_id)
    if version.status != S.PUBLISHED:
        raise Refused("Only the version in force is looked through each year.", code="not_in_force")
    last = version.yearly_reviews.select_related("by").order_by("-at").first()
    if last is not None and last.at > database_now() - timedelta(days=1):
        raise Refused(f"{last.by} has said so already, less than a day ago.", code="done", repeated=True)


def _is_draft(version: PolicyVersion) -> None:
    if version.status != S.DRAFT:
        raise Refused(
            f"Version {version.number} is {version.get_status_display().lower()}: there is nothing to review or adopt.",
            code="final",
        )
