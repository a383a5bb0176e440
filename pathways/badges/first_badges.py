"""The badges that Waymark starts with. A migration writes them once; afterwards admins edit them."""

from __future__ import annotations

from typing import Any

BADGES: tuple[dict[str, Any], ...] = (
    {"slug": "first-session", "name": "First session", "description": "Completed a first session with a builder.", "rule": "sessions", "count": 1},
    {"slug": "five-sessions", "name": "Five sessions", "description": "Completed five sessions.", "rule": "sessions", "count": 5},
    {"slug": "twenty-five-sessions", "name": "Twenty-five sessions", "description": "Completed twenty-five sessions.", "rule": "sessions", "count": 25},
    {"slug": "thick-skin", "name": "Takes critique", "description": "Completed the skill “Take critique, use a third”.", "rule": "skill", "skill": "take-critique"},
    {"slug": "pass-it-on", "name": "Teaches others", "description": "Completed the skill “Teach it to somebody”.", "rule": "skill", "skill": "teach-it"},
    {"slug": "out-in-the-open", "name": "Published a project", "description": "Published a project of their own.", "rule": "skill", "skill": "put-it-out"},
    {"slug": "accelerate-first-tier", "name": "Accelerate: first tier", "description": "Completed the first tier of Accelerate.", "rule": "tier", "pathway": "accelerate", "tier": 1},
    {"slug": "pivot-first-tier", "name": "Pivot: first tier", "description": "Completed the first tier of Pivot.", "rule": "tier", "pathway": "pivot", "tier": 1},
    {"slug": "play-first-tier", "name": "Play: first tier", "description": "Completed the first tier of Play.", "rule": "tier", "pathway": "play", "tier": 1},
    {"slug": "accelerate-fundamentals", "name": "Accelerate: fundamentals", "description": "Completed every fundamental skill of Accelerate.", "rule": "fundamentals", "pathway": "accelerate"},
    {"slug": "pivot-fundamentals", "name": "Pivot: fundamentals", "description": "Completed every fundamental skill of Pivot.", "rule": "fundamentals", "pathway": "pivot"},
    {"slug": "play-fundamentals", "name": "Play: fundamentals", "description": "Completed every fundamental skill of Play.", "rule": "fundamentals", "pathway": "play"},
    {"slug": "accelerate", "name": "Accelerate completed", "description": "Completed every tier of Accelerate.", "rule": "pathway", "pathway": "accelerate"},
    {"slug": "pivot", "name": "Pivot completed", "description": "Completed every tier of Pivot.", "rule": "pathway", "pathway": "pivot"},
    {"slug": "play", "name": "Play completed", "description": "Completed every tier of Play.", "rule": "pathway", "pathway": "play"},
)  # fmt: skip
