"""The sentences that scripted policies think in.

A thought says what the last observation gave (`FINDINGS`), then what to do next (`PLANS`). In
`FINDINGS` every slot is filled with what was observed or asked before; in `PLANS` with that and
with the arguments of the call.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

FINDINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "begin": (
            "The question starts from the picture, so I have to know what it shows.",
            "Before anything can be looked up, I need the name that the picture stands for.",
            "Everything hangs on the picture: its subject is not named in the question.",
            "The question does not say what the picture shows; that comes first.",
            "First the picture has to tell me where the chain begins.",
            "I take it step by step, and step one is the picture.",
            "Without the name in the picture there is nothing to search for.",
        ),
        "repaired": (
            "That gave me {picture}, which should be easier to make out.",
            "{picture} is the repaired version.",
            "Now I have {picture}, {width} by {height} pixels.",
            "The tool made {picture} out of it.",
            "The repair worked and left me with {picture}.",
        ),
        "failed": (
            "That did not work: “{quote}”.",
            "The tool could not do it (“{quote}”).",
            "No luck with that call: “{quote}”.",
            "It came back with “{quote}”, so I need another way.",
        ),
        "read": (
            "The picture reads “{words}”.",
            "It says “{words}”, so that is the name I was looking for.",
            "Among the lines that were read, “{words}” is the name.",
            "“{words}” is what is written there.",
            "The text gives me a name: “{words}”.",
            "Good, the writing is legible and reads “{words}”.",
            "The recognised text shows “{words}”, which must be the subject.",
        ),
        "value_read": (
            "“{words}” stands there, a value that I need.",
            "The structure gives me “{words}”.",
            "I can read “{words}” in it, and that is one to keep.",
            "The recognised text has “{words}”, which I note.",
        ),
        "unreadable": (
            "The text begins with “{quote}”, which names nothing that I can use.",
            "“{quote}” is all that it gives, and no usable name.",
            "Reading it gave me “{quote}”, but no name.",
            "The lettering is too poor: “{quote}” does not help.",
        ),
        "cut": (
            "{picture} is the part that I cut out, {width} by {height} pixels.",
            "Now I have that part as {picture}.",
            "{picture} holds the part, but it is small.",
        ),
        "enlarged": (
            "{picture} is the same part with more pixels.",
            "Enlarged, the part is {picture}.",
            "Now the letters in {picture} are bigger.",
        ),
        "matched": (
            "Match {number} is “{title}”, so the picture belongs to it.",
            "The image search turns up “{title}”.",
            "Among the matches, “{title}” is the one that fits.",
            "The same picture is found with “{title}”.",
        ),
        "unmatched": (
            "The image search brings nothing that fits.",
            "None of the matches is what I am after.",
            "Searching for the picture did not settle it.",
        ),
        "stated": (
            "Passage {number}, on {title}, says: “{quote}”. So I have {value} ({label}).",
            "“{quote}” – that is from the passage on {title}, and it gives me {value}.",
            "The passage on {title} states “{quote}”, which gives {value} ({label}).",
            "Result {number} settles it: “{quote}”. For {title} that is {value} ({label}).",
            "I read about {title}: “{quote}”. That makes it {value} ({label}).",
            "According to passage {number}, “{quote}”. I note {value} ({label}).",
            "Found it in the passage on {title}: “{quote}”. Hence {value}.",
        ),
        "page_stated": (
            "The page of {title} says “{quote}”. So I have {value} ({label}).",
            "On the page I find “{quote}”, so it is {value} ({label}).",
            "“{quote}”, says the page on {title}. That gives me {value}.",
            "The page on {title} has it: “{quote}”. I note {value} ({label}).",
            "Reading the page of {title} pays off: “{quote}”. Hence {value}.",
            "Here it stands: “{quote}”. For {title} that is {value} ({label}).",
        ),
        "turned_up": (
            "Passage {number} is {title}, and it says “{quote}”. That is the one I want.",
            "{title} fits: “{quote}”.",
            "“{quote}” – so {title} is the one that the question describes.",
            "The search turns up {title}, of which the passage says “{quote}”.",
            "Result {number}, {title}, matches the description: “{quote}”.",
            "I was looking for something tied to {name}, and {title} is: “{quote}”.",
        ),
        "page_confirmed": (
            "The page of {title} confirms it with “{quote}”. That is the one I want.",
            "“{quote}”, says the page, so {title} is indeed tied to {name}.",
            "The page settles that {title} is meant: “{quote}”.",
            "On its page {title} is tied to {name}: “{quote}”.",
        ),
        "not_in_passage": (
            "The search found {title}, but the passage leaves out what I need ({label}).",
            "Passage {number} is about {title}; what I need ({label}) is not in the summary.",
            "{title} is among the results, only without the fact that I need ({label}).",
            "I have the page on {title} now, though its summary is silent on one thing ({label}).",
            "Result {number} is the right page, {title}, yet one thing is missing ({label}).",
        ),
        "unconfirmed": (
            "{title} is among the results and may be the one, but the passage does not say so.",
            "Passage {number}, {title}, looks promising without being conclusive.",
            "{title} could fit; the summary is too short to tell.",
        ),
        "elsewhere": (
            "The first result is {title}, and none of the results is what I need.",
            "These results, {title} first, do not have the right page.",
            "That search led to {title} and others, which is not it.",
            "The results begin with {title}; the page that I want is not there.",
        ),
        "nothing": (
            "That search found nothing.",
            "No results for that.",
            "The search came back empty.",
        ),
        "linked": (
            "The page of {name} links to {title}, which may be the one.",
            "Among the links of that page is {title}; it could fit.",
            "The page mentions {title}, so that is worth a look.",
        ),
        "opened": (
            "{picture} is the picture on that page.",
            "Now I have that page's picture as {picture}.",
            "The page's picture is {picture}, {width} by {height} pixels.",
        ),
        "look_alike": (
            "Several things look like this one; {title} comes first, and its page may settle it.",
            "{title} is the first match, though others look alike.",
            "The search brings {title} and others that resemble it.",
        ),
        "page_read": (
            "I have the page on {title} now: “{quote}”.",
            "The page on {title} begins with “{quote}”.",
            "“{quote}”, says the page on {title}.",
        ),
        "computed": (
            "The program gives {value}.",
            "It comes out as {value}.",
            "The result is {value}.",
        ),
        "not_linked": (
            "The page of {name} does not settle it.",
            "Nothing on that page leads on.",
        ),
    }
)
"""What the last observation gave, by situation."""

PLANS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "repair": (
            "It is hard to make out as it is, so {tool} should help.",
            "I repair {image} with {tool} before I read anything.",
            "As the picture is damaged, {tool} goes first.",
            "{tool} may bring out what is in {image}.",
            "I try {tool} on {image}.",
        ),
        "read": (
            "I read the text of {image}.",
            "Let me see what is written in {image}.",
            "I run the text recognition on {image}.",
            "What does {image} say? I read it.",
            "The words in {image} should tell, so I read them.",
            "I have {image} read.",
        ),
        "crop": (
            "I look closer at one part of {image}.",
            "There may be small letters; I cut out a part of {image}.",
            "I crop {image} and try again with less around it.",
        ),
        "enlarge": (
            "I enlarge {image} so that small letters can be read.",
            "More pixels may help, so I enlarge {image}.",
            "Next I scale {image} up.",
        ),
        "search_picture": (
            "I search for the picture itself.",
            "Maybe the same picture is known elsewhere: I search for {url}.",
            "An image search for {url} may tell what it shows.",
            "I look {url} up by its looks.",
        ),
        "search": (
            "Next I search for “{q}”.",
            "I look up “{q}”.",
            "That leads to the next question: “{q}”.",
            "Now to find out the rest, I search for “{q}”.",
            "A search for “{q}” should bring the next link of the chain.",
            "Let me search for “{q}”.",
            "“{q}” is what I ask for next.",
        ),
        "search_again": (
            "I try other words: “{q}”.",
            "Perhaps “{q}” does better.",
            "Let me put it differently and search for “{q}”.",
            "I ask again, this time for “{q}”.",
        ),
        "visit": (
            "I open the page and look for the missing fact ({label}).",
            "The page itself should tell, so I read it.",
            "I visit {url} to learn more.",
            "Let me read the whole page for it ({label}).",
            "To be sure I open {url}.",
        ),
        "open_image": (
            "What I need stands in a picture of the page, so I open it.",
            "The page has a picture with figures; I look at it.",
            "I open the picture at {url}.",
        ),
        "compute": (
            "I leave the arithmetic to a program.",
            "A short program works that out exactly.",
            "That is nothing for mental arithmetic, so I compute it.",
        ),
        "settle": (
            "I open the page to see how it describes the thing.",
            "The page at {url} should tell whether the looks agree.",
            "I compare with what {url} says of its looks.",
        ),
        "answer": (
            "That answers the question: {text}.",
            "So the answer is {text}.",
            "With that the chain is complete, and I answer {text}.",
            "Every step is backed by what I read; the answer is {text}.",
            "Nothing is left to find out: {text}.",
            "This is what the question asks for, so I answer {text}.",
        ),
        "answer_year": (
            "The question wants only the year of {value}, which is {text}.",
            "Only the year counts: {text}.",
            "Of {value} I need just the year, {text}.",
        ),
        "answer_decade": (
            "The question wants the decade, and {value} lies in the {text}.",
            "{value} falls into the {text}, and that is the form asked for.",
            "As a decade this is the {text}.",
        ),
        "answer_rounded": (
            "Rounded to two significant digits, {value} is {text}.",
            "The question wants two significant digits, so {value} becomes {text}.",
            "{value} has to be rounded: {text}.",
        ),
        "give_up": (
            "Nothing that I saw answers the question, and I say so.",
            "I tried what I could and have not found it.",
            "I do not guess; this is as far as I got.",
        ),
    }
)
"""What to do next, by situation."""
