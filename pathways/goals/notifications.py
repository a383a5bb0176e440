"""What clients and builders are told about goals."""

from __future__ import annotations

from django.urls import reverse

from accounts.models import User
from accounts.notifications import NewNotification, notify
from pathways.goals.queries import GoalProgress
from pathways.models import Goal, GoalEvent

KIND, REMINDER = "goal", "goal_reminder"


def suggested(event: GoalEvent) -> None:
    goal = event.goal
    builder = goal.suggested_by.display_name if goal.suggested_by else "Your builder"
    text = "You decide: accept it or decline it."
    _tell(goal.client, goal, f"{event.pk}", f"{builder} suggests a goal: {goal}", text, "See the goal")


def accepted(event: GoalEvent) -> None:
    goal = event.goal
    if goal.suggested_by is not None:
        title = f"{goal.client.display_name} has accepted your goal: {goal}"
        _tell(goal.suggested_by, goal, f"{event.pk}", title, "You can see their progress.", "See the goal")


def shared(goal: Goal) -> None:
    """Tells the builder once, however often the goal is shared with them again."""
    if goal.shared_with is not None:
        title = f"{goal.client.display_name} shares a goal with you: {goal}"
        _tell(
            goal.shared_with, goal, f"shared:{goal.pk}:{goal.shared_with.pk}", title, "You can see their progress.",
            "See the goal",
        )  # fmt: skip


def reached(event: GoalEvent) -> None:
    """Tells the client, and the builder with whom the goal is shared. Reached again after it was reopened, it is told once
    more, since that is another event."""
    goal = event.goal
    _tell(goal.client, goal, f"{event.pk}", f"You have reached your goal: {goal}", "Well done.", "See your goals")
    if goal.shared_with is not None:
        title = f"{goal.client.display_name} has reached a goal: {goal}"
        _tell(goal.shared_with, goal, f"{event.pk}", title, "", "See the goal")


def missed(progress: GoalProgress, event: GoalEvent) -> None:
    goal = progress.goal
    text = (
        f"You have done {progress.words}. What you have done still counts: choose another day, go on without a deadline, "
        "or let the goal go."
    )
    _tell(goal.client, goal, f"{event.pk}", f"The deadline of “{goal}” has passed", text, "Choose what to do")


def reminder(progress: GoalProgress) -> None:
    goal = progress.goal
    title = f"“{goal}” has its deadline {progress.days_left}"
    text = f"You have done {progress.words}."
    if progress.forecast and progress.days_late:
        text += f" At this pace you will reach it by {progress.forecast:%-d %B}."
    event = f"reminder:{goal.pk}:{goal.deadline}:{progress.days_left}"
    _tell(goal.client, goal, event, title, text, "See your goal", kind=REMINDER)


def _tell(person: User, goal: Goal, event: str, title: str, text: str, call: str, kind: str = KIND) -> None:
    path = reverse("pathways:goal", args=[goal.pk])
    news = NewNotification(kind=kind, event=f"goal:{event}", title=title, text=text, path=path, call=call)
    notify(person, news)
