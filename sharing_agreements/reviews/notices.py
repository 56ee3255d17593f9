"""Who is told of reviews: who is to review, who drafts, and the chair of the board. What a reviewer says is read in the
portal alone."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.urls import reverse

from agencies.models import Membership, Role, User
from portal.audit.models import Event
from portal.notices import kinds, said
from portal.notices.groups import Group
from portal.notices.said import Said
from sharing_agreements.boards.models import Board, Seat
from sharing_agreements.boards.notice_groups import BOARDS
from sharing_agreements.models import Agreement
from sharing_agreements.notices import DRAWN_UP, drafters

from .models import REVIEWED_BY, RemarkComment, Review
from .policy import writers
from .wording import last_day

Told = Callable[[Event], QuerySet[User]]


def _reviews(person: User) -> bool:
    return Membership.objects.current().with_role(*REVIEWED_BY.values()).filter(person=person).exists()


REVIEWS = Group(
    "reviews",
    "Reviews of agreements by my office",
    "When an agreement awaits a review of my office, or is given to me.",
    reads=_reviews,
)


def review_of(event: Event) -> Review:
    """The review that the event is about, read once."""
    if "review" not in vars(event):
        found = Review.objects.select_related("agreement", "stage__agency", "reviewer", "version")
        vars(event)["review"] = found.get(pk=event.detail["review"])
    found_review: Review = vars(event)["review"]
    return found_review


def _office(event: Event) -> QuerySet[User]:
    """Whoever can take it: the office of the agency, without those who wrote the agreement."""
    review = review_of(event)
    members = Membership.objects.current().with_role(review.stage.role).filter(agency=review.stage.agency_id)
    return User.objects.filter(memberships__in=members).exclude(pk__in=writers(review.agreement)).distinct()


def _reviewer(event: Event) -> QuerySet[User]:
    review = review_of(event)
    works = Membership.objects.current().filter(agency=review.reviewer_agency_id, person=review.reviewer_id)
    return User.objects.filter(memberships__in=works).distinct()


def _given_to(event: Event) -> QuerySet[User]:
    """To whom it was given, as long as it is with them."""
    return _reviewer(event).filter(pk=event.detail["reviewer"])


def _in_charge(event: Event) -> QuerySet[User]:
    """Its reviewer; while nobody took it, the office."""
    taken = _reviewer(event)
    return taken if taken.exists() else _office(event)


def _drafters(event: Event) -> QuerySet[User]:
    return User.objects.filter(memberships__in=drafters(event)).distinct()


def _chair(event: Event) -> QuerySet[User]:
    seats = Seat.objects.in_office().filter(board=event.detail["board"], is_chair=True)
    return User.objects.filter(pk__in=seats.values("holder"))


def _administrators(event: Event) -> QuerySet[User]:
    """Who sees to the people of the agency that is late."""
    administer = Membership.objects.current().with_role(Role.ADMINISTRATOR)
    members = administer.filter(agency=review_of(event).stage.agency_id)
    return User.objects.filter(memberships__in=members).distinct()


def _under_way(event: Event, person: User) -> bool:
    return Review.objects.under_way().filter(pk=event.detail["review"]).exists()


def _not_taken(event: Event, person: User) -> bool:
    return Review.objects.under_way().filter(pk=event.detail["review"], reviewer=None).exists()


def _still_draft(event: Event, person: User) -> bool:
    agreement = Agreement.objects.get(pk=event.subject_id)
    return agreement.status == Agreement.Status.DRAFT


def _page(event: Event) -> str:
    return reverse("reviews:detail", args=[event.detail["review"]])


def _agreement(event: Event) -> str:
    return reverse("agreements:detail", args=[event.subject_id])


def _said(
    kind: str,
    subject: str,
    body: str,
    told: Told,
    group: Group = REVIEWS,
    *,
    asks: str = "",
    due: Callable[[Event, User], bool] = kinds.always,
    link: Callable[[Event], str] = _page,
) -> Said:
    """What one kind of event says to some people; {a} the agreement, {d} its detail, {day} by when."""
    return Said(f"agreement.{kind}", subject, body, told, link, group, asks, due)


NAMES = {
    "a": kinds.subject,
    "d": lambda event: event.detail,
    "day": lambda event: last_day(review_of(event)),
}

SAID = (
    _said(
        "review_opened",
        "A review awaits your office: {a.number}",
        "{d[stage]}: read {a.title} by {day}. Whoever takes it first reviews it.",
        _office,
        asks="a review by your office",
        due=_not_taken,
    ),
    _said(
        "review_given_back",
        "A review awaits your office again: {a.number}",
        "{d[stage]} was given back. Read {a.title} by {day}.",
        _office,
        asks="a review by your office",
        due=_not_taken,
    ),
    _said(
        "review_delegated",
        "You were given a review: {a.number}",
        "{d[stage]}: read {a.title} by {day}. The page says who gave it to you, and why.",
        _given_to,
        asks="a review that you were given",
        due=_under_way,
    ),
    _said(
        "review_reminded",
        "A review is due soon: {a.number}",
        "{d[stage]}: {a.title} is to be approved or sent back by {day}.",
        _in_charge,
        asks="a review by you or your office",
        due=_under_way,
    ),
    _said(
        "review_late",
        "A review is late: {a.number}",
        "{d[stage]}: {a.title} was to be approved or sent back by {day}.",
        _in_charge,
        asks="a review by you or your office",
        due=_under_way,
    ),
    _said(
        "review_late",
        "A review by your agency is late: {a.number}",
        "{d[stage]} was due by {day}. See that somebody takes it.",
        _administrators,
        asks="a late review by your agency, if you administer it",
        due=_under_way,
        link=_agreement,
    ),
    _said(
        "review_late",
        "A review is late: {a.number}",
        "{d[stage]} was due by {day}. As the chair you can give it to somebody else.",
        _chair,
        BOARDS,
        asks="a late review of an agreement for your board, if you are its chair",
        due=_under_way,
    ),
    _said(
        "review_approved", "{a.number}: a review is done", "{d[stage]}: {a.title} is approved.", _drafters, DRAWN_UP
    ),
    _said(
        "review_sent_back",
        "{a.number} was sent back: {d[stage]}",
        "The page of the review says what is to change, and the next version is begun.",
        _drafters,
        DRAWN_UP,
        asks="changes that a reviewer asks for in your draft",
        due=_still_draft,
    ),
    _said(
        "reviewed",
        "{a.number} is through its reviews",
        "{a.title} can be taken up by the board.",
        _chair,
        BOARDS,
        link=lambda event: reverse("boards:docket"),
    ),
    _said(
        "reviewed", "{a.number} is through its reviews", "{a.title} goes to the board.", _drafters, DRAWN_UP,
        link=_agreement,
    ),
)  # fmt: skip


def _board_members(event: Event) -> QuerySet[User]:
    return User.objects.filter(seats__in=Seat.objects.held().filter(board=event.subject_id)).distinct()


def _plan_adopted() -> kinds.Kind:
    return kinds.Kind(
        name="board.review_plan_adopted",
        subject=lambda event: f"{Board.objects.get(pk=event.subject_id)}: a plan of reviews was adopted",
        body=lambda event: "It says which reviews agreements pass before the board takes them up.",
        link=lambda event: reverse("reviews:plan", args=[event.subject_id]),
        audience=_board_members,
        concerns=lambda event, person: _board_members(event).filter(pk=person.pk).exists(),
        group=BOARDS,
    )


def _remarked(event: Event) -> QuerySet[User]:
    """The reviewer of whose remark the comment is, at an agency that the lead's own notices don't reach."""
    became = RemarkComment.objects.select_related("remark__review__agreement").filter(comment=event.detail["comment"])
    found = became.first()
    if found is None or found.remark.review.reviewer_agency_id == found.remark.review.agreement.lead_agency_id:
        return User.objects.none()
    review = found.remark.review
    works = Membership.objects.current().filter(agency=review.reviewer_agency_id, person=found.remark.author_id)
    return User.objects.filter(memberships__in=works).distinct()


def _settled() -> kinds.Kind:
    def page(event: Event) -> str:
        became = RemarkComment.objects.select_related("remark").get(comment=event.detail["comment"])
        return reverse("reviews:detail", args=[became.remark.review_id])

    return kinds.Kind(
        name="agreement.comment_resolved",
        subject=lambda event: f"{kinds.subject(event).number}: what you asked for is settled",
        body=lambda event: (
            f"The drafters of {kinds.subject(event).title} settled a remark of your review, and say how."
        ),
        link=page,
        audience=_remarked,
        concerns=lambda event, person: _remarked(event).filter(pk=person.pk).exists(),
        group=REVIEWS,
    )


def register() -> None:
    """Called once when the app is ready."""
    said.register(SAID, NAMES)
    kinds.register(_plan_adopted())
    kinds.register(_settled())
