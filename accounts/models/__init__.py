"""People, the roles granted to them, their profiles, tokens, notifications and data exports."""

from accounts.models.acting import ActingSession, ActingSessionQuerySet
from accounts.models.exports import DataExport
from accounts.models.invitations import JoinInvitation, JoinInvitationQuerySet
from accounts.models.members import Member, MemberChange, MemberDuplicate, MemberImport, MemberMerge, MemberQuerySet
from accounts.models.notifications import Notification
from accounts.models.pending import AddressChange, SignUp
from accounts.models.people import User, UserManager, UserQuerySet, avatar_name, roles_and_factor, validate_zone
from accounts.models.places import Place
from accounts.models.profiles import BuilderProfile, BuilderProfileQuerySet, ClientProfile, ProfessionalRole
from accounts.models.roles import BuilderApplication, RoleGrant, RoleGrantQuerySet
from accounts.models.tokens import ApiToken

__all__ = [
    "ActingSession",
    "ActingSessionQuerySet",
    "AddressChange",
    "ApiToken",
    "BuilderApplication",
    "BuilderProfile",
    "BuilderProfileQuerySet",
    "ClientProfile",
    "DataExport",
    "JoinInvitation",
    "JoinInvitationQuerySet",
    "Member",
    "MemberChange",
    "MemberDuplicate",
    "MemberImport",
    "MemberMerge",
    "MemberQuerySet",
    "Notification",
    "Place",
    "ProfessionalRole",
    "RoleGrant",
    "RoleGrantQuerySet",
    "SignUp",
    "User",
    "UserManager",
    "UserQuerySet",
    "avatar_name",
    "roles_and_factor",
    "validate_zone",
]
