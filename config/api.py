"""The API object with the routers of all apps."""

from accounts.api import router as accounts
from accounts.members.api import router as members
from bookings.api.bookings import router as bookings
from bookings.api.cancellation import router as cancellation
from bookings.api.create import router as creation
from bookings.billing.checkout.api import router as checkout
from bookings.deliverables.api import router as deliverables
from bookings.proposals.api import router as proposals
from bookings.reviews.api import router as reviews
from bookings.session_plans.api import router as session_plans
from coaching.api import router as coaching
from coaching.packages.api import router as packages
from core.json_renderer import JsonRenderer
from core.openapi import DescribedApi
from insights.api import router as insights
from marketplace.api import router as marketplace
from marketplace.coach_api import router as coach
from marketplace.saved_searches.api import router as saved_searches
from messaging.api import router as conversations
from pathways.badges.api import router as achievements
from pathways.catalogue.api import router as pathways
from pathways.goals.api import router as goals
from pathways.progress.api import router as progress
from payments.api import router as payments
from payments.invoices.api import router as invoices
from payments.plans.api import router as billing
from payments.reports.api import router as reports
from referrals.api import router as referrals
from scheduling.api import router as scheduling
from scheduling.calendly.api import router as calendly
from scheduling.outside.api import router as calendars

api = DescribedApi(
    title="Waymark", version="1", docs_url="/docs", openapi_url="/openapi.json", urls_namespace="api",
    renderer=JsonRenderer(),
)  # fmt: skip
for router in (
    accounts,
    progress,
    pathways,
    goals,
    saved_searches,
    achievements,
    coaching,
    packages,
    scheduling,
    calendars,
    creation,
    bookings,
    cancellation,
    reviews,
    deliverables,
    proposals,
    session_plans,
    checkout,
    payments,
    billing,
    invoices,
    reports,
    conversations,
    coach,
    marketplace,
    insights,
    referrals,
    members,
):
    api.add_router("", router)
api.add_router("/scheduling", calendly)
