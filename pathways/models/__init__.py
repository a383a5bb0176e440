"""Pathways and skills (`catalogue`), enrolments and progress (`progress`), and badges (`badges`)."""

from pathways.models.badges import Award, Badge
from pathways.models.catalogue import BuilderSkill, Pathway, Skill, SkillPrerequisite
from pathways.models.progress import Enrolment, EnrolmentEvent, Evidence, Progress, ProgressEvent, SessionCount

__all__ = [
    "Award",
    "Badge",
    "BuilderSkill",
    "Enrolment",
    "EnrolmentEvent",
    "Evidence",
    "Pathway",
    "Progress",
    "ProgressEvent",
    "SessionCount",
    "Skill",
    "SkillPrerequisite",
]
