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
ITCH = ("itch.io, where small games find players", "https://itch.io/docs/creators/")
ONET = ("O*NET, what jobs are made of", "https://www.onetonline.org/")

SKILLS: tuple[FirstSkill, ...] = (
    FirstSkill(
        "weekly-rhythm", "A rhythm that lasts", 1, ALL, (), True, False,
        "Work on it at the same hours each week, and know on Friday what moved.",
        "Big plans die of small weeks. Pick the hours that survive a bad one, guard them, and close each week with "
        "three lines: what moved, what did not, what is next.",
        (SHAPE_UP,),
    ),
    FirstSkill(
        "say-what-it-is", "Say what it is in one line", 1, ALL, (), True, False,
        "One sentence that a stranger repeats without help.",
        "If it takes a minute to explain, nobody passes it on. Write twenty versions, read them aloud to people who "
        "owe you nothing, and keep the one that comes back to you unchanged.",
        (HANDBOOK,),
    ),
    FirstSkill(
        "name-the-bottleneck", "Name the bottleneck", 1, SHIPPING, (), True, True,
        "Find the one thing that everything else waits for.",
        "Work on anything but the bottleneck only makes the queue before it longer. Draw how a piece of work gets from "
        "idea to done, mark where it lies, and say what would make it lie there half as long.",
        (SHAPE_UP,),
    ),
    FirstSkill(
        "talk-to-five-people", "Talk to five people", 1, ("accelerate", "pivot"), (), True, False,
        "Five conversations about their days, without a word about your idea.",
        "People are kind about ideas and honest about last Tuesday. Ask what they did, what it cost them and what they "
        "tried; write down their words, and count how often the same ones come.",
        (RESEARCH,),
    ),
    FirstSkill(
        "set-up-your-tools", "Set up your tools", 1, ("accelerate", "play"), (), True, False,
        "Everything within reach, nothing that asks for attention.",
        "An hour that begins with an update is half an hour. Choose few tools, learn the ten keys you press most, and "
        "make starting a matter of one click.",
        (MDN, MUSIC),
    ),
    FirstSkill(
        "take-stock", "Take stock of what you can do", 1, CHANGING, (), True, False,
        "What you do well, with a proof beside each line.",
        "Titles stay behind when you change fields; what you can do comes along. List what people come to you for, "
        "and beside each the time you did it and what came of it.",
        (ONET,),
    ),
    FirstSkill(
        "map-the-gap", "Map the gap", 1, CHANGING, ("take-stock",), True, True,
        "What carries over, what is missing, and what only looks as if it were.",
        "Read thirty descriptions of the work you want and mark what they ask for in earnest. Most gaps are three "
        "things wide; the rest is another name for something you do already.",
        (ONET, RESEARCH),
    ),
    FirstSkill(
        "finish-a-tiny-thing", "Finish a tiny thing", 1, PLAYING, ("set-up-your-tools",), True, False,
        "One evening, one thing, done: eight bars, one screen, four panels.",
        "Finishing is a skill of its own, and the only one that cannot be read about. Make it so small that you could "
        "finish it twice, then do not make it bigger.",
        (SCRATCH, MUSIC),
    ),
    FirstSkill(
        "keep-versions", "Keep versions", 1, ("accelerate", "play"), ("set-up-your-tools",), False, False,
        "Go back to how it was yesterday, whatever you do today.",
        "Who can go back dares more. Save a version at each point you would be sad to lose, with a word that says why, "
        "and practise going back before you need it.",
        (GIT,),
    ),
    FirstSkill(
        "cut-to-a-first-release", "Cut to a first release", 2, SHIPPING, ("name-the-bottleneck", "say-what-it-is"), True, True,
        "The smallest thing that keeps the promise of your one line.",
        "Write down all that it could be, then strike out whatever your sentence does not promise. What is left fits "
        "into two weeks, or the sentence is too long.",
        (SHAPE_UP,),
    ),
    FirstSkill(
        "show-work-early", "Show work early", 2, ALL, ("weekly-rhythm",), False, False,
        "Show it while it still embarrasses you a little.",
        "By the time you are proud of it, changing it is expensive. Show something each week to the same three people, "
        "and ask one question that you do not know the answer to.",
        (RESEARCH,),
    ),
    FirstSkill(
        "take-critique", "Take critique, use a third", 2, ALL, ("show-work-early",), False, True,
        "Hear all of it, thank for it, and choose.",
        "People are right about where it hurts and wrong about the cure. Write down what they felt and where, wait a "
        "night, and change what more than one of them tripped over.",
        (HANDBOOK,),
    ),
    FirstSkill(
        "measure-one-number", "Measure one number", 2, SHIPPING, ("cut-to-a-first-release",), False, False,
        "One number that is honest about whether it works.",
        "Ten numbers let you find one that smiles. Pick the one that only moves when somebody's life got easier, write "
        "it down every week, and say beforehand what would make you stop.",
        (RESEARCH,),
    ),
    FirstSkill(
        "price-your-work", "Price your work", 2, ("accelerate", "pivot"), ("say-what-it-is", "talk-to-five-people"), False, True,
        "A number you can say without apologising.",
        "A price is what the problem costs, not what your hours cost. Ask what people pay today to live with it, offer "
        "three ways to work together, and practise saying the middle one aloud.",
        (("How to price, by Patrick McKenzie", "https://www.kalzumeus.com/greatest-hits/"),),
    ),
    FirstSkill(
        "small-proof", "Build a small proof", 2, CHANGING, ("map-the-gap", "talk-to-five-people"), True, True,
        "A real piece of the new work, done for somebody who needs it.",
        "A certificate says that you sat there; a proof says that it ran. Do one small job of the kind you want, for "
        "somebody who will use it, and write down what you would do differently.",
        (MDN, SHAPE_UP),
    ),
    FirstSkill(
        "tell-your-story", "Tell the story of your change", 2, CHANGING, ("take-stock", "say-what-it-is"), False, False,
        "Why you, why this, why now, in ninety seconds.",
        "Without a story, a change of fields reads like a gap. Say what you kept seeing in the old work, what you did "
        "about it, and where that leads; leave out everything you would rather not explain.",
        (HANDBOOK,),
    ),
    FirstSkill(
        "project-of-your-own", "A project of your own", 2, PLAYING, ("finish-a-tiny-thing",), True, True,
        "A little too big, on purpose, and yours.",
        "The right size is one that scares you on the first day and bores you never. Say what it will feel like for "
        "somebody else, and cut it into pieces that each take an evening.",
        (SCRATCH, MUSIC),
    ),
    FirstSkill(
        "get-unstuck", "Get unstuck", 2, ("accelerate", "play"), ("keep-versions",), False, False,
        "Three ways out that are not waiting.",
        "Stuck is a place, not a verdict. Make it smaller, ask somebody within twenty minutes, or do the part after it "
        "first; and write down which of them worked, for the next time.",
        (GIT,),
    ),
    FirstSkill(
        "borrow-well", "Borrow well", 2, PLAYING, ("finish-a-tiny-thing",), False, False,
        "Learn by taking apart what you love, and say whose it was.",
        "Copy one thing exactly to see how it is made, then change a single part until it is yours. Know what you may "
        "use, and name whom you learned it from.",
        (LICENCES,),
    ),
    FirstSkill(
        "ship-with-review", "Ship, review by review", 3, SHIPPING, ("cut-to-a-first-release", "take-critique"), True, True,
        "Release every week, with somebody beside you who looks.",
        "Small releases make small mistakes. Put out something each week, have it looked at before and after, and let "
        "what you find decide what comes next.",
        (SHAPE_UP, GIT),
    ),
    FirstSkill(
        "set-the-standard", "Set the standard", 3, SHIPPING, ("ship-with-review", "measure-one-number"), False, True,
        "Write down what good looks like, and be held to it.",
        "What is only in your head cannot be met by others. Write one page that says when a piece of work is done, with "
        "an example of yes and of no, and change it when it was wrong.",
        (HANDBOOK,),
    ),
    FirstSkill(
        "teach-it", "Teach it to somebody", 3, ("accelerate", "play"), ("take-critique",), False, False,
        "Explain it until somebody can do it without you.",
        "You find the holes in what you know at the first honest question. Teach one thing to one person, watch them do "
        "it, and rewrite your explanation at each place where they looked at you.",
        (HANDBOOK,),
    ),
    FirstSkill(
        "first-client", "The first client", 3, CHANGING, ("small-proof", "price-your-work"), True, True,
        "Somebody pays you for the new work.",
        "The first one rarely comes from a form. Write to ten people whose problem you have solved once, show the "
        "proof, say the price, and agree on what will be done by when.",
        (("How to find clients, by Patrick McKenzie", "https://www.kalzumeus.com/greatest-hits/"),),
    ),
    FirstSkill(
        "interview-by-work", "Interview by showing work", 3, CHANGING, ("small-proof", "tell-your-story"), False, True,
        "Turn the conversation to what you made.",
        "Bring one thing that you made and walk them through a decision you got wrong. Who talks about work is asked "
        "about work; who talks about a career is asked about gaps.",
        (RESEARCH,),
    ),
    FirstSkill(
        "first-hundred-days", "The first hundred days", 3, CHANGING, ("interview-by-work",), False, False,
        "Arrive, learn the place, and move one thing.",
        "For thirty days ask, for thirty days help, and then change one thing that others had given up on. Tell early "
        "what you do not know; it only gets dearer.",
        (RESEARCH,),
    ),
    FirstSkill(
        "finish-on-purpose", "Finish it, on purpose", 3, PLAYING, ("project-of-your-own", "get-unstuck"), False, False,
        "Decide what done is, and stop there.",
        "The last tenth is made of things nobody will notice, and one that everybody will. Find that one, do it, and "
        "put a date under the rest.",
        (SHAPE_UP,),
    ),
    FirstSkill(
        "put-it-out", "Put it out", 3, PLAYING, ("project-of-your-own", "show-work-early"), True, True,
        "Where strangers find it, with a name and a picture.",
        "It exists when somebody you do not know has seen it. Give it a title, one picture and two sentences, put it "
        "where its kind of people look, and answer the first ten of them.",
        (ITCH, LICENCES),
    ),
    FirstSkill(
        "show-it-live", "Show it live", 3, PLAYING, ("put-it-out",), False, False,
        "Five minutes before people, with something that can go wrong.",
        "A room tells you in a minute what a page does not in a month. Practise the beginning and the end, keep a spare "
        "for the middle, and stop while they still want more.",
        (MUSIC, ITCH),
    ),
)  # fmt: skip
