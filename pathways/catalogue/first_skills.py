"""The skills that Waymark starts with. A migration writes them once; afterwards admins edit them."""

from __future__ import annotations

from typing import NamedTuple

ALL = ("accelerate", "pivot", "play")
SHIPPING, CHANGING, PLAYING = ("accelerate",), ("pivot",), ("play",)


class FirstSkill(NamedTuple):
    slug: str
    name: str
    tier: int
    pathways: tuple[str, ...]
    needs: tuple[str, ...]
    is_fundamental: bool
    needs_builder: bool
    summary: str
    description: str
    resources: tuple[tuple[str, str], ...]


SHAPE_UP = ("Shape Up, by Ryan Singer", "https://basecamp.com/shapeup")
RESEARCH = ("User research, from the GOV.UK service manual", "https://www.gov.uk/service-manual/user-research")
GIT = ("Pro Git, the book", "https://git-scm.com/book")
MDN = ("Learn web development, by MDN", "https://developer.mozilla.org/en-US/docs/Learn_web_development")
HANDBOOK = ("Writing well, from the GOV.UK style guide", "https://www.gov.uk/guidance/style-guide")
MUSIC = ("Learning Music, in the browser", "https://learningmusic.ableton.com/")
SCRATCH = ("Scratch, to try an idea in an hour", "https://scratch.mit.edu/")
LICENCES = ("Choose a licence", "https://choosealicense.com/")
ITCH = ("itch.io, publishing small games", "https://itch.io/docs/creators/")
ONET = ("O*NET, descriptions of occupations", "https://www.onetonline.org/")

SKILLS: tuple[FirstSkill, ...] = (
    FirstSkill(
        "weekly-rhythm", "A rhythm that lasts", 1, ALL, (), True, False,
        "Work at the same hours each week, and review every Friday what you finished.",
        "Choose hours that you can keep even in a busy week, and protect them. At the end of each week write three "
        "lines: what you finished, what you did not, and what comes next.",
        (SHAPE_UP,),
    ),
    FirstSkill(
        "say-what-it-is", "Say what it is in one line", 1, ALL, (), True, False,
        "Describe your project in one sentence that others can repeat.",
        "People recommend what they can explain. Write twenty versions, read them aloud to people you do not know "
        "well, and keep the one that they repeat correctly.",
        (HANDBOOK,),
    ),
    FirstSkill(
        "name-the-bottleneck", "Name the bottleneck", 1, SHIPPING, (), True, True,
        "Find the one step that holds up all the others.",
        "Improving any other step does not make you faster. Draw how a piece of work gets from idea to done, mark "
        "where it waits longest, and say what would halve that wait.",
        (SHAPE_UP,),
    ),
    FirstSkill(
        "talk-to-five-people", "Talk to five people", 1, ("accelerate", "pivot"), (), True, False,
        "Interview five people about their work, without mentioning your idea.",
        "People are polite about ideas, so ask about facts. Ask what they did last time, what it cost them and what "
        "they tried. Write down their words, and count which answers come up more than once.",
        (RESEARCH,),
    ),
    FirstSkill(
        "set-up-your-tools", "Set up your tools", 1, ("accelerate", "play"), (), True, False,
        "Have everything you need ready, and nothing that distracts you.",
        "Choose a few tools and learn the ten shortcuts you use most. Set things up so that you can start working "
        "with one click.",
        (MDN, MUSIC),
    ),
    FirstSkill(
        "take-stock", "Take stock of what you can do", 1, CHANGING, (), True, False,
        "List what you do well, with an example for each item.",
        "Job titles do not transfer to a new field, but skills do. List what people ask you for help with, and "
        "beside each item an occasion when you did it and the result.",
        (ONET,),
    ),
    FirstSkill(
        "map-the-gap", "Map the gap", 1, CHANGING, ("take-stock",), True, True,
        "Find out which of your skills carry over and which are missing.",
        "Read thirty descriptions of the work you want, and mark what most of them ask for. Usually only a few "
        "skills are missing; the others you have already under another name.",
        (ONET, RESEARCH),
    ),
    FirstSkill(
        "finish-a-tiny-thing", "Finish a tiny thing", 1, PLAYING, ("set-up-your-tools",), True, False,
        "Finish one small thing in one evening: eight bars, one screen or four panels.",
        "Finishing is a skill that you learn only by doing it. Choose something so small that you could finish it "
        "twice in an evening, and do not make it bigger while you work.",
        (SCRATCH, MUSIC),
    ),
    FirstSkill(
        "keep-versions", "Keep versions", 1, ("accelerate", "play"), ("set-up-your-tools",), False, False,
        "Save versions, so that you can always go back.",
        "It is easier to experiment when you can undo. Save a version whenever you would be sorry to lose the "
        "current state, note why you saved it, and practise going back before you need to.",
        (GIT,),
    ),
    FirstSkill(
        "cut-to-a-first-release", "Cut to a first release", 2, SHIPPING, ("name-the-bottleneck", "say-what-it-is"), True, True,
        "Choose the smallest version that does what your sentence promises.",
        "Write down everything it could do, then remove whatever your one sentence does not promise. If the rest "
        "takes more than two weeks, make the sentence shorter.",
        (SHAPE_UP,),
    ),
    FirstSkill(
        "show-work-early", "Show work early", 2, ALL, ("weekly-rhythm",), False, False,
        "Show your work before you feel that it is ready.",
        "Changes cost less at the beginning. Show something each week to the same three people, and ask them one "
        "question that you do not know the answer to.",
        (RESEARCH,),
    ),
    FirstSkill(
        "take-critique", "Take critique, use a third", 2, ALL, ("show-work-early",), False, True,
        "Listen to all feedback, say thank you, and choose what to act on.",
        "People usually notice correctly where something is wrong, but not how to solve it. Write down what they "
        "noticed and where, wait a day, and change what more than one person mentioned.",
        (HANDBOOK,),
    ),
    FirstSkill(
        "measure-one-number", "Measure one number", 2, SHIPPING, ("cut-to-a-first-release",), False, False,
        "Choose one figure that shows whether it works.",
        "With ten figures, one always looks good. Choose the one that changes only when people are really helped, "
        "write it down every week, and decide in advance at which value you would stop.",
        (RESEARCH,),
    ),
    FirstSkill(
        "price-your-work", "Price your work", 2, ("accelerate", "pivot"), ("say-what-it-is", "talk-to-five-people"), False, True,
        "Name a price that you can say with confidence.",
        "Base the price on what the problem costs your client, not on your hours. Ask what people pay today to deal "
        "with it, offer three ways to work together, and practise saying the middle price aloud.",
        (("How to price, by Patrick McKenzie", "https://www.kalzumeus.com/greatest-hits/"),),
    ),
    FirstSkill(
        "small-proof", "Build a small proof", 2, CHANGING, ("map-the-gap", "talk-to-five-people"), True, True,
        "Do one real piece of the new work for somebody who needs it.",
        "Finished work convinces people more than a certificate does. Do one small job of the kind you want, for "
        "somebody who will use the result, and write down what you would do differently.",
        (MDN, SHAPE_UP),
    ),
    FirstSkill(
        "tell-your-story", "Tell the story of your change", 2, CHANGING, ("take-stock", "say-what-it-is"), False, False,
        "Explain in ninety seconds why you are changing fields.",
        "Without an explanation, a change of fields can look like a gap. Say what you noticed in your old work, "
        "what you did about it, and what you want to do next. Leave out details that do not help.",
        (HANDBOOK,),
    ),
    FirstSkill(
        "project-of-your-own", "A project of your own", 2, PLAYING, ("finish-a-tiny-thing",), True, True,
        "Begin a project of your own that is slightly too big for you.",
        "Choose something that makes you a little nervous and that stays interesting. Describe what it will be like "
        "for somebody who uses it, and divide it into pieces of one evening each.",
        (SCRATCH, MUSIC),
    ),
    FirstSkill(
        "get-unstuck", "Get unstuck", 2, ("accelerate", "play"), ("keep-versions",), False, False,
        "Learn three things to try when you cannot continue.",
        "Make the problem smaller, ask somebody within twenty minutes, or work on a later part first. Write down "
        "which of these helped, so that you know next time.",
        (GIT,),
    ),
    FirstSkill(
        "borrow-well", "Borrow well", 2, PLAYING, ("finish-a-tiny-thing",), False, False,
        "Learn from work that you admire, and give credit for it.",
        "Copy one piece exactly to see how it is made, then change one part at a time until it is your own. Check "
        "what you are allowed to use, and name the people you learned from.",
        (LICENCES,),
    ),
    FirstSkill(
        "ship-with-review", "Ship, review by review", 3, SHIPPING, ("cut-to-a-first-release", "take-critique"), True, True,
        "Release something every week, with somebody who reviews it.",
        "Small releases cause small problems. Release something each week, have it reviewed before and after, and "
        "let what you find decide what to do next.",
        (SHAPE_UP, GIT),
    ),
    FirstSkill(
        "set-the-standard", "Set the standard", 3, SHIPPING, ("ship-with-review", "measure-one-number"), False, True,
        "Write down what good work looks like, and keep to it.",
        "Others can only meet a standard that is written down. Write one page that says when a piece of work is "
        "done, with one good and one bad example, and correct the page when it turns out to be wrong.",
        (HANDBOOK,),
    ),
    FirstSkill(
        "teach-it", "Teach it to somebody", 3, ("accelerate", "play"), ("take-critique",), False, False,
        "Explain a skill until somebody can use it without your help.",
        "Teaching shows you what you do not understand yet yourself. Teach one thing to one person, watch them do "
        "it, and rewrite your explanation wherever they had to ask.",
        (HANDBOOK,),
    ),
    FirstSkill(
        "first-client", "The first client", 3, CHANGING, ("small-proof", "price-your-work"), True, True,
        "Get paid for the new work for the first time.",
        "First clients rarely come through a form. Write to ten people who have a problem that you have solved "
        "before, show them your proof, name your price, and agree on what you will deliver and when.",
        (("How to find clients, by Patrick McKenzie", "https://www.kalzumeus.com/greatest-hits/"),),
    ),
    FirstSkill(
        "interview-by-work", "Interview by showing work", 3, CHANGING, ("small-proof", "tell-your-story"), False, True,
        "In interviews, talk about something that you made.",
        "Bring one piece of work, and explain one decision that you got wrong and what you learned from it. The "
        "interview then is about your work and not about your CV.",
        (RESEARCH,),
    ),
    FirstSkill(
        "first-hundred-days", "The first hundred days", 3, CHANGING, ("interview-by-work",), False, False,
        "Learn how a new place works, then improve one thing.",
        "Ask questions for the first thirty days, help others for the next thirty, and then improve one thing that "
        "your colleagues had given up on. Say early what you do not know.",
        (RESEARCH,),
    ),
    FirstSkill(
        "finish-on-purpose", "Finish it, on purpose", 3, PLAYING, ("project-of-your-own", "get-unstuck"), False, False,
        "Decide when the project is done, and stop there.",
        "Most of the remaining details will not be noticed, but one of them will. Do that one, and set a date on "
        "which you stop working on the others.",
        (SHAPE_UP,),
    ),
    FirstSkill(
        "put-it-out", "Put it out", 3, PLAYING, ("project-of-your-own", "show-work-early"), True, True,
        "Publish it where others can find it, with a name and a picture.",
        "Give it a title, one picture and two sentences. Publish it where people look for things of this kind, and "
        "answer the first ten of them who write to you.",
        (ITCH, LICENCES),
    ),
    FirstSkill(
        "show-it-live", "Show it live", 3, PLAYING, ("put-it-out",), False, False,
        "Demonstrate it to an audience for five minutes.",
        "Practise the beginning and the end, prepare for something to go wrong in the middle, and stop while people "
        "still want to see more.",
        (MUSIC, ITCH),
    ),
)  # fmt: skip
