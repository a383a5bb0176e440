"""Plans and subscriptions: the platform's plans for builders, builders' own monthly plans, and what people owe for them.

Waymark renews subscriptions itself and asks the provider only to save cards and to charge them
(docs/decisions/0033-own-renewals.md). It knows no session type and no booking.
"""
