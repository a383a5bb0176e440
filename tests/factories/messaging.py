"""Factories for the models of messaging."""

from __future__ import annotations

from django.core.files.base import ContentFile
from factory.declarations import LazyAttribute, LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory

from core.ids import uuid7
from messaging.models import (
    Attachment,
    Conversation,
    Message,
    MessagePreferences,
    MessageReport,
    Participant,
    SavedReply,
)
from tests.factories.accounts import UserFactory


class ConversationFactory(DjangoModelFactory[Conversation]):
    class Meta:
        model = Conversation

    pair = Sequence(lambda number: f"pair {number}")


class ParticipantFactory(DjangoModelFactory[Participant]):
    class Meta:
        model = Participant

    conversation = SubFactory(ConversationFactory)
    user = SubFactory(UserFactory)


class MessageFactory(DjangoModelFactory[Message]):
    class Meta:
        model = Message

    sender = SubFactory(ParticipantFactory)
    conversation = LazyAttribute(lambda message: message.sender.conversation)
    number = Sequence(lambda number: number + 1)
    text = "Hello"
    client_key = LazyFunction(lambda: str(uuid7()))


class AttachmentFactory(DjangoModelFactory[Attachment]):
    class Meta:
        model = Attachment

    message = SubFactory(MessageFactory)
    file = LazyFunction(lambda: ContentFile(b"%PDF-1.4", name="plan.pdf"))
    name = "plan.pdf"
    size = 8


class MessageReportFactory(DjangoModelFactory[MessageReport]):
    class Meta:
        model = MessageReport

    message = SubFactory(MessageFactory)
    reporter = SubFactory(ParticipantFactory)
    reason = "It is rude."


class SavedReplyFactory(DjangoModelFactory[SavedReply]):
    class Meta:
        model = SavedReply

    owner = SubFactory(UserFactory)
    title = "Welcome"
    text = "Hi {name}, see you {time}."


class MessagePreferencesFactory(DjangoModelFactory[MessagePreferences]):
    class Meta:
        model = MessagePreferences

    person = SubFactory(UserFactory)
