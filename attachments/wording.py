"""Flaws in Swedish: what is wrong with a file, and what to do about it."""

from attachments.verdict import Flaw, FlawCode

_TEXTS: dict[FlawCode, str] = {
    "too_large": "filen är större än {limit} byte; dela upp den eller minska upplösningen",
    "format_unknown": "filen är varken PDF, JPEG eller PNG; spara den som en av dem",
    "format_variant": "filen är packad på ett ovanligt sätt; spara den på nytt som vanlig PDF, "
    "JPEG eller PNG",
    "incomplete": "filen är avbruten innan den är slut; skicka den hel",
    "damaged": "filen är skadad; öppna den och spara eller skriv ut den på nytt som PDF, JPEG "
    "eller PNG",
    "trailing_data": "det står något mer i filen efter dess slut; spara den på nytt",
    "other_format_within": "filen är på samma gång en fil av ett annat slag; spara den på nytt",
    "too_many_parts": "filen har fler än {limit} delar; spara den enklare",
    "too_many_pixels": "bilden har fler än {limit} bildpunkter; minska upplösningen",
    "too_many_pages": "dokumentet har fler än {limit} sidor; dela upp det",
    "no_pages": "dokumentet har inga sidor",
    "unpacks_too_large": "filen är uppackad större än {limit} byte; dela upp den eller minska "
    "upplösningen",
    "animated": "bilden är rörlig; skicka en stillbild",
    "encrypted": "filen har lösenord eller är låst; spara den utan",
    "script": "dokumentet har ett program (JavaScript) i sig; skriv ut det till en ny PDF",
    "starts_program": "dokumentet startar ett annat program; skriv ut det till en ny PDF",
    "embedded_file": "dokumentet har en annan fil i sig; skicka den för sig, och dokumentet "
    "utskrivet till en ny PDF",
    "active_content": "dokumentet spelar upp, hämtar eller skickar något; skriv ut det till en ny "
    "PDF",
    "too_costly": "filen är för tung att läsa; spara den enklare eller dela upp den",
}


def told(flaw: Flaw) -> str:
    """A flaw in a sentence."""
    return _TEXTS[flaw.code].format(limit=flaw.limit)
