"""Creates one row of each kind, so that an address with an argument opens a page instead of a 404."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile

from accounts.models import ApiToken, BuilderProfile, DataExport, Notification, User
from accounts.tokens import services as tokens
from bookings.agreement.requests import check
from bookings.clients import services as client_services
from bookings.conversations.delivery import open_for
from bookings.deliverables import services as deliverables
from bookings.disputes import services as disputes
from bookings.models import Booking, Project
from bookings.projects import services as projects
from bookings.reviews import services as reviews
from bookings.series.services import book as book_series
from bookings.series.services import dates
from bookings.session_plans.services import propose
from bookings.waiting_list import services as waiting_list
from core import clock
from marketplace import portfolio
from marketplace.portfolio import PieceText
from messaging import services as messages
from pathways.models import Award, Badge, Evidence, Pathway, Skill
from pathways.progress import enrolments
from pathways.progress import services as progress
from scheduling import claims, services
from scheduling.models import Schedule
from tests.bookings.cast import (
    book,
    book_as_guest,
    booking_request,
    builder_of,
    client_of,
    confirmed,
    finished,
    person_visitor,
    shop,
    waits_for,
)
from tests.bookings.session_plans.cast import asked
from tests.cast import make_person
from tests.factories.accounts import (
    DataExportFactory,
    JoinInvitationFactory,
    MemberFactory,
    MemberImportFactory,
    MemberMergeFactory,
)
from tests.factories.coaching import PackageFactory, PackagePurchaseFactory, PriceShareFactory
from tests.factories.connections import LinkedAccountFactory, WebhookEndpointFactory, WebhookMessageFactory
from tests.factories.core import AnnouncementFactory, DeadAddressFactory, MailLogEntryFactory
from tests.factories.marketplace import SavedSearchFactory
from tests.factories.messaging import SavedReplyFactory
from tests.factories.pathways import GoalFactory
from tests.factories.payments import CreditGrantFactory, PaymentDisputeFactory, TransferFactory
from tests.factories.referrals import ReferralFactory
from tests.scheduling.cast import free_session, offer, soon

Arguments = list[dict[str, Any]]


class World:
    """A client and a builder with one row of everything that they can have."""

    def __init__(self, client: User, builder: User) -> None:
        self.client, self.builder = client, builder
        self.hour = shop(builder)
        self.free = free_session(builder, auto_confirm=True)
        self.pending = book(self.hour, client, soon(10))
        self.confirmed = confirmed(self.hour, client, soon(12))
        self.done = finished(self.hour, client, soon(14))
        self.disputed = finished(self.hour, client, soon(15))
        self.guests = book_as_guest(self.free, soon(16))
        self.for_answer = book(self.hour, make_person("Sam Lee"), soon(11))
        self._add_session_results()
        self._add_pathway()
        self._add_builder_rows()
        self._add_client_rows()
        self.referral = ReferralFactory.create(code__owner=client)

    def _add_session_results(self) -> None:
        file = ContentFile(b"%PDF-1.4 work", name="work.pdf")
        by = builder_of(self.done)
        self.deliverable = deliverables.add(booking=self.done, by=by, title="Work", file=file)
        self.review = reviews.write(booking=self.done, by=client_of(self.done), rating=5, text="Good.")
        reviews.write(booking=self.done, by=by, rating=5, text="Good.")
        disputes.open_(
            booking=self.disputed, by=client_of(self.disputed), reason="Nobody came.", file=ContentFile(b"%PDF-1.4", name="a.pdf"),
        )  # fmt: skip
        self.statement = self.disputed.statements.get()

        mine = open_for(self.done)
        self.message = messages.send(sender=mine, text="Hello", files=[ContentFile(b"%PDF-1.4", name="b.pdf")]).message
        self.conversation = mine.conversation
        self.saved_reply = SavedReplyFactory.create(owner=self.builder)

    def _add_pathway(self) -> None:
        play = Pathway.objects.get(slug="play")
        enrolments.enrol(client=self.client, pathway=play, builder=self.builder)
        self.skill = Skill.objects.get(slug="set-up-your-tools")
        progress.start(client=self.client, skill=self.skill, by=self.client)
        progress.add_evidence(
            client=self.client,
            skill=self.skill,
            by=self.client,
            text="Look",
            url="",
            file=ContentFile(b"%PDF-1.4", name="a.pdf"),
        )
        self.evidence = Evidence.objects.get()
        self.goal = GoalFactory.create(client=self.client, shared_with=self.builder)
        self.award = Award.objects.get_or_create(
            badge=Badge.objects.all()[0], client=self.client, defaults={"awarded_at": clock.now()}
        )[0]

    def _add_builder_rows(self) -> None:
        self.schedule = Schedule.objects.get(builder=self.builder)
        self.time_off = claims.block(builder=self.builder.pk, start=soon(9, days=20), end=soon(12, days=20))
        self.feed = services.rotate_feed(builder=self.builder)
        profile = BuilderProfile.objects.get(user=self.builder)
        self.saved_search = SavedSearchFactory.create(person=self.client)
        self.piece = portfolio.add_link(profile=profile, text=PieceText("Film"), url="https://vimeo.com/1")
        self.bank_dispute = PaymentDisputeFactory.create(payment__payee=self.builder, payment__payer=self.client)
        self.note = client_services.write_note(builder=self.builder, client=self.client, text="Kind.", is_shared=True)

    def _add_client_rows(self) -> None:
        self.project = projects.save(project=Project(client=self.client), title="App", about="")
        visitor = person_visitor(self.client)
        weekly = offer(self.builder, title="Weekly")
        start = soon(13)
        starts = dict(enumerate(dates(start, "Europe/Berlin", 2, 1)))
        self.series = book_series(
            priced=check(booking_request(weekly, start), visitor),
            visitor=visitor,
            starts=starts,
            every_weeks=1,
            key=self.project.pk,
        )
        self.session_plan = propose(client=self.client, asked=asked(weekly, earliest=0, latest=1440, sessions=2))
        self.planned_session = self.session_plan.sessions.all()[0]
        self.place = waits_for(self.client, self.hour)
        waiting_list.offer_free(clock.now())
        self.offered = self.place.offers.first()
        tokens.issue(user=self.client, name="laptop")
        self.token = ApiToken.objects.get()
        self.export = DataExportFactory.create(
            person=self.client, state=DataExport.State.READY, ready_at=clock.now(),
            expires_at=clock.now() + timedelta(days=1), archive=ContentFile(b"PK\x03\x04", name="all.zip"),
        )  # fmt: skip
        self.account = LinkedAccountFactory.create(owner=self.builder)
        self.webhook = WebhookEndpointFactory.create(owner=self.builder, address="https://127.0.0.1/private")
        WebhookMessageFactory.create(endpoint=self.webhook)
        self.transfer = TransferFactory.create(payment__payee=self.builder)
        self.price_share = PriceShareFactory.create(builder=self.builder)
        self.package = PackageFactory.create(builder=self.builder)
        self.credits = CreditGrantFactory.create(holder=self.client, builder=self.builder)
        self.sold = PackagePurchaseFactory.create(package=self.package, buyer=self.client, grant=self.credits)
        self.mail = MailLogEntryFactory.create()
        self.dead_address = DeadAddressFactory.create()
        self.announcement = AnnouncementFactory.create()
        self.join_invitation = JoinInvitationFactory.create()
        self.saved_search = SavedSearchFactory.create(person=self.client)
        self.member = MemberFactory.create(person=self.builder)
        self.merge = MemberMergeFactory.create(kept=self.member, merged_by=self.client)
        self.member_import = MemberImportFactory.create(imported_by=self.client)
        self.notification = Notification.objects.filter(person=self.client)[0]

    @property
    def bookings(self) -> list[Booking]:
        """Returns a booking in each state that pages treat differently."""
        return [self.pending, self.confirmed, self.done, self.disputed]

    def booking_of(self, page: str) -> Booking:
        return self.disputed if page == "evidence" else self.done

    def key_of(self, name: str) -> Any:
        """Returns the id of the row that an address with this name shows."""
        rows = {
            "bookings:client": self.client, "bookings:file": self.deliverable, "bookings:remove": self.deliverable,
            "bookings:guest_file": self.deliverable, "bookings:evidence": self.statement,
            "messaging:saved_reply": self.saved_reply, "coaching:answer_share": self.price_share,
            "coaching:package": self.package, "coaching:archive_package": self.package,
            "coaching:buy_package": self.package, "coaching:refund_package": self.sold,
            "coaching:refund_package_again": self.sold, "coaching:purchase": self.sold,
            "payments:withdraw_gift": self.credits,
            "bookings:guest_evidence": self.statement, "bookings:reply": self.review, "bookings:guest_reply": self.review,
            "bookings:blocked_time": self.time_off, "bookings:report": self.review, "bookings:series": self.series, "bookings:leave": self.place,
            "bookings:offer": self.offered, "bookings:project": self.project, "bookings:edit_project": self.project,
            "bookings:close_project": self.project, "scheduling:end_time_off": self.time_off,
            "connections:disconnect": self.account, "accounts:revoke_token": self.token, "accounts:download": self.export,
            "accounts:open_notification": self.notification, "accounts:member": self.member,
            "accounts:merge_members": self.member, "accounts:unmerge_members": self.merge,
            "operations:mail_message": self.mail, "operations:mail_message_html": self.mail,
            "operations:send_mail_again": self.mail, "operations:release_address": self.dead_address,
            "operations:revoke_invitation": self.join_invitation,
            "operations:announcement": self.announcement, "operations:end_announcement": self.announcement,
            "core:close_banner": self.announcement,
            "accounts:member_import": self.member_import, "accounts:import_errors": self.member_import, "pathways:evidence": self.evidence,
            "pathways:goal": self.goal, "pathways:edit_goal": self.goal, "pathways:act_on_goal": self.goal,
            "bookings:suggest_goal": self.client,
            "payments:dispute": self.bank_dispute, "payments:dispute_document": self.bank_dispute,
            "payments:dispute_file": self.bank_dispute,
            "marketplace:piece": self.piece, "marketplace:small_piece": self.piece, "marketplace:own_piece": self.piece,
            "marketplace:saved_search": self.saved_search,
        }  # fmt: skip
        app = name.split(":", maxsplit=1)[0]
        usual = {
            "bookings": self.free,
            "coaching": self.hour,
            "messaging": self.conversation,
            "connections": self.webhook,
            "payments": self.transfer,
            "scheduling": self.schedule,
            "operations": self.client,
            "referrals": self.referral,
        }
        if name.endswith("session_plan") or name == "bookings:add_planned_session":
            return self.session_plan.pk
        return (rows.get(name) or usual[app]).pk
