"""Pathways and skills (`ways`), who walks them (`walks`), and what they get for it (`badges`)."""

from pathways.models.badges import Award, Badge
from pathways.models.walks import Enrolment, EnrolmentEvent, Evidence, Progress, ProgressEvent, Tally
from pathways.models.ways import Need, Pathway, Skill, Teaching

__all__ = [
    "Award",
    "Badge",
    "Enrolment",
    "EnrolmentEvent",
    "Evidence",
    "Need",
    "Pathway",
    "Progress",
    "ProgressEvent",
    "Skill",
    "Tally",
    "Teaching",
]
