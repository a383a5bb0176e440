"""Pathways and skills (`catalogue`), enrolments and progress (`progress`), sessions, goals, and badges."""

from pathways.models.badges import AnsweredRequest, Award, Badge
from pathways.models.catalogue import BuilderSkill, Pathway, Skill, SkillPrerequisite
from pathways.models.goals import Goal, GoalEvent, GoalQuerySet, GoalStep
from pathways.models.progress import Enrolment, EnrolmentEvent, Evidence, Progress, ProgressEvent
from pathways.models.sessions import CompletedSession

__all__ = [
    "AnsweredRequest",
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
    "Skill",
    "SkillPrerequisite",
]
