"""Do decisions, ledger and files say the same, to the öre?"""

from typing import Final

from litestar import Response, get
from litestar.params import FromQuery

from portal.rendering import page
from portal.request import PortalRequest
from storage.keeper import Keeper
from storage.proving import Proof, prove
from terms.period import day_written

PATH: Final = "/portal/proof"


@get(PATH, task="read_runs")
async def proof(request: PortalRequest, through_on: FromQuery[str | None] = None) -> Response[str]:
    """Everything that is settled up to a day, computed anew: which takes a while, so it is done
    when somebody asks."""
    service, found, is_wrong = request.service, None, False
    region = service.default_region
    if through_on is not None:
        try:
            day = day_written(through_on)
        except ValueError:
            is_wrong = True
        else:

            def work(keeper: Keeper) -> Proof:
                with keeper.database.reading_all() as connection:
                    return prove(connection, region, day)

            found = await service.by_keeper(work)
    return page(
        request,
        "tracing/proof.html",
        http_status=422 if is_wrong else 200,
        through_on=through_on or str(service.today()),
        is_wrong=is_wrong,
        found=found,
    )
