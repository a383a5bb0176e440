"""Services for messages to support."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from core import audit, clock
from core.contact.models import ContactMessage
from core.mail import Email, queue_email


@transaction.atomic
def send(*, name: str, email: str, text: str, reference: str = "", person: Any = None) -> ContactMessage:
    """Saves a message to support and mails it to the contact address."""
    message = ContactMessage.objects.create(
        person=person, name=name, email=email, text=text, reference=reference.upper(), created_at=clock.now()
    )
    facts = [("From", f"{name}, {email}")] + ([("Booking", message.reference)] if message.reference else [])
    mail = Email(
        subject=f"{name} has written to support",
        greeting="Hello,",
        paragraphs=[f"{name} has written by the contact page:", *_paragraphs(text)],
        facts=facts,
        small_print="Answer it on the pages of staff, under Messages.",
    )
    queue_email(mail, to=settings.CONTACT_EMAIL, event=f"contact:{message.pk}")
    return message


@transaction.atomic
def answer(*, message: ContactMessage, by: Any, text: str) -> None:
    """Mails the answer to whoever wrote, and marks the message as answered. Without a text it is only marked. The same
    answer is mailed once, also if it is sent twice."""
    if text:
        mail = Email(
            subject="Our answer to your message",
            greeting=f"Hello {message.name},",
            paragraphs=[*_paragraphs(text), "You wrote:", *_paragraphs(message.text)],
            small_print=f"To write again: {settings.SITE_URL}{reverse('core:contact')}",
        )
        queue_email(mail, to=message.email, event=f"contact answer:{message.pk}:{_digest(text)}")
    message.answered_at, message.answered_by = clock.now(), by
    message.save(update_fields=["answered_at", "answered_by"])
    after = {"mailed": bool(text)}
    audit.record(actor=by, action="contact message answered", subject=message, before=None, after=after)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in text.split("\n\n") if part.strip()]
