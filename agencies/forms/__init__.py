"""What people fill in about agencies, people and accounts. Rules stand in the commands, which the views call."""

from .again import password_again
from .agencies import ActivationForm, AgencyFilter, CorrectionForm, EndForm, RecordSetForm, RegistrationForm
from .people import (
    AppointmentForm,
    InvitationForm,
    NewAccountForm,
    PeopleFilter,
    ProfileForm,
    ReasonForm,
    RolesForm,
    TrainingForm,
)
from .zones import zone_of

__all__ = [
    "ActivationForm",
    "AgencyFilter",
    "AppointmentForm",
    "CorrectionForm",
    "EndForm",
    "InvitationForm",
    "NewAccountForm",
    "PeopleFilter",
    "ProfileForm",
    "ReasonForm",
    "RecordSetForm",
    "RegistrationForm",
    "RolesForm",
    "TrainingForm",
    "password_again",
    "zone_of",
]
