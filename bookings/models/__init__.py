"""Bookings, and the records about them."""

from bookings.models.agreement import Answer, Booking, BookingEvent, BookingQuerySet
from bookings.models.calendly import CalendlyEvent, CalendlyInvitee
from bookings.models.client_notes import ClientNote
from bookings.models.deliverables import Deliverable
from bookings.models.disputes import Statement
from bookings.models.drafts import Draft
from bookings.models.funnel import BookingAttempt, FunnelCount
from bookings.models.guests import Guest
from bookings.models.meetings import Meeting
from bookings.models.merges import GuestMerge
from bookings.models.preparations import Preparation
from bookings.models.projects import Project
from bookings.models.proposals import Proposal, ProposalQuerySet
from bookings.models.reviews import Review, StarCount
from bookings.models.series import Series
from bookings.models.session_plans import PlannedSession, SessionPlan, SessionPlanQuerySet
from bookings.models.skill_reports import SkillReport
from bookings.models.waiting_list import SlotOffer, WaitingListEntry

__all__ = [
    "Answer",
    "Booking",
    "BookingAttempt",
    "BookingEvent",
    "BookingQuerySet",
    "CalendlyEvent",
    "CalendlyInvitee",
    "ClientNote",
    "Deliverable",
    "Draft",
    "FunnelCount",
    "Guest",
    "GuestMerge",
    "Meeting",
    "PlannedSession",
    "Preparation",
    "Project",
    "Proposal",
    "ProposalQuerySet",
    "Review",
    "Series",
    "SessionPlan",
    "SessionPlanQuerySet",
    "SkillReport",
    "SlotOffer",
    "StarCount",
    "Statement",
    "WaitingListEntry",
]
