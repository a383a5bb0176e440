"""The badges that Waymark starts with. A migration writes them once; afterwards admins edit them."""

from __future__ import annotations

from typing import Any

BADGES: tuple[dict[str, Any], ...] = (
    {"slug": "first-session", "name": "First step", "description": "Sat down with a builder for the first time.", "rule": "sessions", "count": 1},
    {"slug": "five-sessions", "name": "Regular", "description": "Five sessions, and came back for each.", "rule": "sessions", "count": 5},
    {"slug": "twenty-five-sessions", "name": "Trail-worn", "description": "Twenty-five sessions of honest work.", "rule": "sessions", "count": 25},
    {"slug": "thick-skin", "name": "Thick skin", "description": "Takes critique, and knows which third of it to use.", "rule": "skill", "skill": "take-critique"},
    {"slug": "pass-it-on", "name": "Pass it on", "description": "Has taught it to somebody else.", "rule": "skill", "skill": "teach-it"},
    {"slug": "out-in-the-open", "name": "Out in the open", "description": "Has put something of their own where strangers find it.", "rule": "skill", "skill": "put-it-out"},
    {"slug": "accelerate-first-tier", "name": "Base camp", "description": "Has the whole first tier of Accelerate.", "rule": "tier", "pathway": "accelerate", "tier": 1},
    {"slug": "pivot-first-tier", "name": "Bearings", "description": "Has the whole first tier of Pivot.", "rule": "tier", "pathway": "pivot", "tier": 1},
    {"slug": "play-first-tier", "name": "Warmed up", "description": "Has the whole first tier of Play.", "rule": "tier", "pathway": "play", "tier": 1},
    {"slug": "accelerate-fundamentals", "name": "Sure-footed", "description": "Has every fundamental skill of Accelerate.", "rule": "fundamentals", "pathway": "accelerate"},
    {"slug": "pivot-fundamentals", "name": "New ground", "description": "Has every fundamental skill of Pivot.", "rule": "fundamentals", "pathway": "pivot"},
    {"slug": "play-fundamentals", "name": "In tune", "description": "Has every fundamental skill of Play.", "rule": "fundamentals", "pathway": "play"},
    {"slug": "accelerate", "name": "Summit", "description": "Has walked Accelerate from the first tier to the last.", "rule": "pathway", "pathway": "accelerate"},
    {"slug": "pivot", "name": "The turn", "description": "Has walked Pivot from the first tier to the last.", "rule": "pathway", "pathway": "pivot"},
    {"slug": "play", "name": "Played through", "description": "Has walked Play from the first tier to the last.", "rule": "pathway", "pathway": "play"},
)  # fmt: skip
