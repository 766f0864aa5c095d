"""Fields of the border: livelihoods, communities, crossings, ties."""

from typing import Literal

from pydantic import Field

from sim.scenario.fields import Section, coordinate, name_of, number, text
from sim.scenario.parts.kinds import Name


class Livelihoods(Section):
    """How a closed border reaches households, and how fear does."""

    restricted_flow: float = number(
        0.4,
        "share of trade that a restriction lets through",
        "share",
        0,
        1,
        "earlier closures (scenarios/closures.yaml): permits cut to a fifth of vehicles, or 4 days a week",
    )
    food_after: float = number(
        28.0,
        "days after which a closed crossing opens for food",
        "days",
        0,
        1000,
        "earlier closures (scenarios/closures.yaml): food after 2 to 6 weeks",
    )
    food_flow: float = number(
        0.5, "share of food trade let through then", "share", 0, 1, "earlier closures (scenarios/closures.yaml): 3 days a week of 8 hours"
    )
    food_weight: float = number(0.7, "weight of food against fuel in shortage", "share", 0, 1)
    price_food: float = number(
        5.0, "rise of food prices at full shortage", "share", 0, 20, "earlier closures (scenarios/closures.yaml): flour +120 in 100 in two weeks"
    )
    price_fuel: float = number(
        0.5, "rise of fuel prices at full shortage", "share", 0, 20,
        "earlier closures (scenarios/closures.yaml): LPG +38 in 100 in four days, petrol +9 to +51",
    )  # fmt: skip
    refill_days: float = number(14.0, "days in which stocks fill up by 63 in 100 when all trade passes", "days", 1, 365)
    adjustment: float = number(0.1, "share of the way that hardship moves towards its cause in a day", "per day", 0.001, 1)
    income_weight: float = number(0.5, "hardship at full loss of income", "share", 0, 1)
    shortage_weight: float = number(0.7, "hardship when food and fuel are gone", "share", 0, 1)
    price_weight: float = number(0.1, "hardship at doubled prices", "share", 0, 1)
    kin_weight: float = number(0.15, "hardship where one in a thousand was killed (assumed: some 150 kin and neighbours each)", "share", 0, 1)
    kin_half_life: float = number(60.0, "days until that loss weighs half", "days", 1, 2000)
    fear_half_life: float = number(7.0, "days until fear has halved", "days", 0.5, 365)
    fear_distance: float = number(60.0, "distance from a strike at which fear is down to 37 in 100", "km", 1, 2000)
    attack_fear: float = number(0.3, "fear raised by an armed group's attack, against a state's strike", "ratio", 0, 1)
    fear_spread: float = number(0.05, "share of neighbours' fear taken over in a day along kin and trade ties", "per day", 0, 1)
    smuggling_danger: float = number(0.1, "fear where all trade runs past a closed crossing", "share", 0, 1)
    leave_rate: float = number(0.002, "share of people who leave in a day at full fear or hardship", "per day", 0, 1)
    leave_threshold: float = number(0.5, "fear or hardship under which nobody leaves", "share", 0, 1)
    return_rate: float = number(0.05, "share of the displaced who return in a day when it is calm", "per day", 0, 1)


class Community(Section):
    """A border community: a district or county, its people and what they live on."""

    label: str = text(None, "name as printed")
    state: Name = name_of("state to which it belongs")
    latitude: float = coordinate("latitude of its main town", "degrees north", 90)
    longitude: float = coordinate("longitude of its main town", "degrees east", 180)
    people: float = number(None, "people", "people", 1, 1e9)
    dependence: float = number(0.5, "share of income that comes from trade across the border", "share", 0, 1)
    food_imports: float = number(0.5, "share of food that comes across the border", "share", 0, 1)
    fuel_imports: float = number(0.5, "share of fuel that comes across the border", "share", 0, 1)
    food_stock: float = number(21.0, "stock of food when full", "days", 0.1, 365)
    fuel_stock: float = number(
        2.0,
        "stock of fuel when full",
        "days",
        0.1,
        365,
        "earlier closures (scenarios/closures.yaml): 60 to 70 in 100 petrol stations shut in about two days",
    )
    relief: float = number(0.0, "relief brought in", "days of food per day", 0, 2)
    exposure: float = number(1.0, "how likely a strike or attack on its state's soil falls here, against the others", "weight", 0, 1000)
    recruits_for: Name | None = Field(None, description="armed group that recruits here", json_schema_extra={"unit": "name", "source": "structure"})
    sympathy: float = number(1.0, "how many of its people would join at all, against the others", "weight", 0, 1000)
    label_side: Literal["right", "left", "above", "below"] = Field(
        "right", description="where a map puts its name", json_schema_extra={"unit": "side", "source": "metadata"}
    )
    source: str = text("", "where its numbers come from")
    confidence: Literal["", "H", "M", "L"] = Field(
        "", description="how sure: high, medium, low", json_schema_extra={"unit": "grade", "source": "metadata"}
    )
    note: str = text("", "what a reader should know")


class Crossing(Section):
    """A border crossing: what the two states' policies let through, and what passes all the same."""

    label: str = text(None, "name as printed")
    latitude: float = coordinate("latitude", "degrees north", 90)
    longitude: float = coordinate("longitude", "degrees east", 180)
    limit: float = number(1.0, "share of its trade let through at most, whatever the policies", "share", 0, 1)
    leakage: float = number(0.3, "share of a closed crossing's trade that passes all the same, in the end", "share", 0, 1)
    leakage_days: float = number(14.0, "days until smuggling has reached 63 in 100 of that", "days", 0.1, 365)
    source: str = text("", "where its numbers come from")
    confidence: Literal["", "H", "M", "L"] = Field(
        "", description="how sure: high, medium, low", json_schema_extra={"unit": "grade", "source": "metadata"}
    )
    note: str = text("", "what a reader should know")


class Tie(Section):
    """A tie: a crossing that serves a community, or kin or trade between two communities."""

    first: Name = name_of("crossing (if it serves) or community")
    second: Name = name_of("community")
    kind: Literal["serves", "kin", "trade"] = Field(description="what ties them", json_schema_extra={"unit": "kind", "source": "structure"})
    weight: float = number(1.0, "strength; what serves a community is shared out by it", "weight", 0, 1000)
    source: str = text("", "where it comes from")
    confidence: Literal["", "H", "M", "L"] = Field(
        "", description="how sure: high, medium, low", json_schema_extra={"unit": "grade", "source": "metadata"}
    )
