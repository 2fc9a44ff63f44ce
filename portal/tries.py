"""How often somebody asks in a minute. There are so many counters and never more, however many ask:
nobody fills our memory from outside."""

from array import array
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from secrets import token_bytes

COUNTERS = 1 << 16
MOST_BY_ADDRESS = 600
MOST_BY_SESSION = 300
"""In a minute: of an address, which may be that of a whole hospital, on pages where nobody is
signed in; and forms of a session. Each process counts by itself."""
_MINUTE = 60_000_000
_SUBNET = 64


class Tries:
    """Which counter is whose depends on chance, so nobody can aim at another's."""

    def __init__(self) -> None:
        self._chance = token_bytes(16)
        self._minutes = array("Q", bytes(8 * COUNTERS))
        self._counts = array("L", bytes(array("L").itemsize * COUNTERS))

    def are_too_many(self, who: str, at: int, most: int) -> bool:
        """Count one more, and say whether it is beyond what is allowed in the minute. `at` is
        microseconds since 1970."""
        digest = blake2b(who.encode(), key=self._chance, digest_size=4).digest()
        place, minute = int.from_bytes(digest) % COUNTERS, at // _MINUTE
        if self._minutes[place] != minute:
            self._minutes[place], self._counts[place] = minute, 0
        self._counts[place] += 1
        return self._counts[place] > most


def sender(host: str) -> str | None:
    """Who an address counts as: of IPv6 the subnet, which is one household's or one machine's. None
    for the own machine, where a proxy stands that has not been told of (`serve --proxy`): to it all
    are one, and one could shut out all."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if address.is_loopback:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return f"{int(address) >> (128 - _SUBNET):x}"
    return host
