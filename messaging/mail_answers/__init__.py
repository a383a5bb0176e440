"""Answers by mail: what people answer to the mail about unread messages becomes a message of theirs."""
