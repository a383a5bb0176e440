"""Pathways and skills (`catalogue`), enrolments and progress (`progress`), sessions, goals, and badges."""

from pathways.models.badges import Award, Badge
from pathways.models.catalogue import BuilderSkill, Pathway, Skill, SkillPrerequisite
from pathways.models.goals import Goal, GoalEvent, GoalQuerySet, GoalStep
from pathways.models.progress import Enrolment, EnrolmentEvent, Evidence, Progress, ProgressEvent, SessionCount
from pathways.models.sessions import CompletedSession

__all__ = [
    "Award",
    "Badge",
    "BuilderSkill",
    "CompletedSession",
    "Enrolment",
    "EnrolmentEvent",
    "Evidence",
    "Goal",
    "GoalEvent",
    "GoalQuerySet",
    "GoalStep",
    "Pathway",
    "Progress",
    "ProgressEvent",
    "SessionCount",
    "Skill",
    "SkillPrerequisite",
]
