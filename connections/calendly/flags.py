"""The feature flag of Calendly."""

CALENDLY = "calendly"  # entry points of the integration; what is connected goes on working without it
