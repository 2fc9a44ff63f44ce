"""What is said in English of the price list."""

from tariffs.pricelist import PriceList
from terms.citation import Source


def origin(prices: PriceList, source: Source) -> str:
    """Whose prices they are; said wherever a price is shown that stands in for the region's."""
    taken = f"The prices are taken from “{source.title}”"
    return (
        f"{taken}, in place of the region's own tariff." if prices.file.stands_in else f"{taken}."
    )
