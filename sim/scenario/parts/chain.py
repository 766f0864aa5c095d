"""Fields of a chain: a claim that one thing leads to another by several links, as data, with what is said for and against each."""

from typing import Any, Literal

from pydantic import Field

from sim.scenario.fields import Section, text
from sim.scenario.parts.branch import Change, Dose

STRUCTURE: Any = {"unit": "text", "source": "structure"}


class Assumption(Section):
    """A number held at a value in the course as it was and in the changed one alike."""

    set: str = text(None, "the dotted path of the value, wildcards allowed")
    value: float = Field(description="the value", json_schema_extra={"unit": "that of the path", "source": "structure"})


class Variant(Section):
    """One way in which the chain may begin: a branch of the library, or changes of its own, under assumptions."""

    title: str = text(None, "what is different, in a few words")
    branch: str | None = Field(None, description="a branch of the library by name", json_schema_extra=STRUCTURE)
    changes: tuple[Change, ...] = Field((), description="changes: instead of a branch, or on top of it")
    assume: tuple[Assumption, ...] = Field((), description="values held with and without the change")


class Link(Section):
    """One step of the chain: a measure that is said to move another; measures are outcomes, one number a world."""

    title: str = text("", "the link in a few words; by default the two measures")
    cause: str = Field(alias="from", description="the measure that is said to move the other", json_schema_extra=STRUCTURE)
    to: str = Field(description="the measure that is said to be moved", json_schema_extra=STRUCTURE)
    claimed: Literal["+", "-"] = Field("+", description="whether more of one is said to mean more of the other, or less", json_schema_extra=STRUCTURE)
    switch_off: tuple[Assumption, ...] = Field((), description="values that silence the other channels, so that the link stands alone")
    disputed: bool = Field(
        False, description="whether the sign is disputed among those who studied it", json_schema_extra={"unit": "yes or no", "source": "metadata"}
    )
    support: str = Field("", alias="for", description="who found it so", json_schema_extra={"unit": "text", "source": "metadata"})
    against: str = text("", "who did not, or what speaks against it")


class Counter(Section):
    """A channel that works against the claim: what becomes of the whole chain without it."""

    title: str = text(None, "what the channel does, as a clause: `closure also cuts …`")
    switch_off: tuple[Assumption, ...] = Field(min_length=1, description="values that silence it")


class ChainFile(Section):
    """A claim in links: by what it begins, what moves what, and with which words its parameters are told."""

    title: str = text(None, "the claim's name")
    question: str = text(None, "the question, in one sentence")
    claim: str = text(None, "the claim in a few words that can follow a quotation mark")
    source: str = text(None, "whose claim it is")
    scenario: str = text("", "the crisis for which it is written")
    caveats: tuple[str, ...] = Field((), description="what must be said beside every result", json_schema_extra=STRUCTURE)
    doses: dict[str, Dose] = Field({}, description="numbers that the variants leave open, by name")
    variants: dict[str, Variant] = Field(min_length=1, description="how the chain may begin; the first one is told first")
    links: tuple[Link, ...] = Field(min_length=1, description="the links, in order")
    whole: Link = Field(description="from the first measure to the last, all channels open unless it says otherwise")
    counter: Counter | None = Field(None, description="a channel that works against the claim")
    beside: tuple[str, ...] = Field((), description="further measures that are told of the whole chain", json_schema_extra=STRUCTURE)
    words: dict[str, str] = Field(
        {}, description="parameters in words, by the path pattern of their prior", json_schema_extra={"unit": "text", "source": "metadata"}
    )
