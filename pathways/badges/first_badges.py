"""The badges that Waymark starts with. A migration writes them once; afterwards admins edit them."""

from __future__ import annotations

from typing import Any

BADGES: tuple[dict[str, Any], ...] = (
    {"slug": "first-session", "name": "First step", "description": "Completed a first session with a builder.", "rule": "sessions", "count": 1},
    {"slug": "five-sessions", "name": "Regular", "description": "Completed five sessions.", "rule": "sessions", "count": 5},
    {"slug": "twenty-five-sessions", "name": "Trail-worn", "description": "Completed twenty-five sessions.", "rule": "sessions", "count": 25},
    {"slug": "thick-skin", "name": "Thick skin", "description": "Completed the skill “Take critique, use a third”.", "rule": "skill", "skill": "take-critique"},
    {"slug": "pass-it-on", "name": "Pass it on", "description": "Completed the skill “Teach it to somebody”.", "rule": "skill", "skill": "teach-it"},
    {"slug": "out-in-the-open", "name": "Out in the open", "description": "Published a project of their own.", "rule": "skill", "skill": "put-it-out"},
    {"slug": "accelerate-first-tier", "name": "Base camp", "description": "Completed the first tier of Accelerate.", "rule": "tier", "pathway": "accelerate", "tier": 1},
    {"slug": "pivot-first-tier", "name": "Bearings", "description": "Completed the first tier of Pivot.", "rule": "tier", "pathway": "pivot", "tier": 1},
    {"slug": "play-first-tier", "name": "Warmed up", "description": "Completed the first tier of Play.", "rule": "tier", "pathway": "play", "tier": 1},
    {"slug": "accelerate-fundamentals", "name": "Sure-footed", "description": "Completed every fundamental skill of Accelerate.", "rule": "fundamentals", "pathway": "accelerate"},
    {"slug": "pivot-fundamentals", "name": "New ground", "description": "Completed every fundamental skill of Pivot.", "rule": "fundamentals", "pathway": "pivot"},
    {"slug": "play-fundamentals", "name": "In tune", "description": "Completed every fundamental skill of Play.", "rule": "fundamentals", "pathway": "play"},
    {"slug": "accelerate", "name": "Summit", "description": "Completed every tier of Accelerate.", "rule": "pathway", "pathway": "accelerate"},
    {"slug": "pivot", "name": "The turn", "description": "Completed every tier of Pivot.", "rule": "pathway", "pathway": "pivot"},
    {"slug": "play", "name": "Played through", "description": "Completed every tier of Play.", "rule": "pathway", "pathway": "play"},
)  # fmt: skip
