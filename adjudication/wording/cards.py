"""What a region's cards say: which categories there are, how long a card lasts, who issues it."""

from collections.abc import Sequence

from adjudication.wording.words import SUPPORT_NAMES, listed
from registry.categories import Category
from terms.vocabulary import Support


def card(supports: Sequence[Support]) -> str:
    """What a patient has to have."""
    names = listed([SUPPORT_NAMES[support] for support in supports], "eller")
    return (
        f"Patienten ska ha ett tandvårdskort för {names} som gäller på behandlingsdagen. En "
        "sista dag som står på kortet gäller; annars gäller kortet så länge som sägs här. Den dag "
        "då ett kort makuleras gäller det inte längre."
    )


def category(one: Category, is_issuer_said: bool) -> str:
    """How long a card of the category lasts, and who issues it unless that is said of all."""
    meaning = f", {one.meaning}" if one.meaning else ""
    lasts = "tills vidare" if one.lasts_years is None else f"i {one.lasts_years} år"
    by_diagnosis = [f"vid diagnosen {of.name} i {of.lasts_years} år" for of in one.diagnosis]
    text = f"{one.name}{meaning}: kortet gäller {', '.join([lasts, *by_diagnosis])}."
    return text if is_issuer_said or not one.issuers else f"{text} {issued_by(one.issuers)}"


def common_issuers(categories: Sequence[Category]) -> list[str]:
    """Those who issue the cards of all categories alike; nobody where that differs."""
    issuers = {tuple(one.issuers) for one in categories}
    return list(issuers.pop()) if len(issuers) == 1 else []


def issued_by(issuers: Sequence[str]) -> str:
    """Who issues a card."""
    return f"Kort utfärdas av {'; '.join(issuers)}."
