"""What holds in every region, by the code of the finding that says it was not kept.

The zone is not among them: which codes need one is the region's to say.
"""

from typing import Final

CONTRACT: Final = {
    "protected_identity": "En faktura för en patient med skyddade personuppgifter behandlas inte "
    "här, och inget ur den sparas. Den skickas direkt till regionens beställarenhet.",
    "number_reused": "En klinik använder ett fakturanummer en gång. Samma faktura en gång till får "
    "samma svar; ett annat innehåll med samma nummer avvisas.",
    "patient_id_invalid": "Patienten anges med personnummer eller samordningsnummer, tolv siffror.",
    "lines_missing": "En faktura har minst en rad.",
    "line_number_repeated": "Varje rad på en faktura har ett eget nummer.",
    "rules_missing": "Finns inga regler för behandlingsdagen avgör en handläggare raden.",
    "date_in_future": "Behandlingsdagen ligger inte efter den dag då fakturan kommer in.",
    "action_unknown": "Åtgärden finns i prislistan eller är nämnd i regionens anvisningar.",
    "tooth_invalid": "En tand skrivs med två siffror, 11–48, eller 51–85 för mjölktänder.",
    "duplicate": "Samma åtgärd på samma patient, dag, tand, zon och ytor betalas en gång, oavsett "
    "klinik och stöd.",
    "application": "En bedömningsansökan har minst en rad, varje rad ett eget nummer och en känd "
    "åtgärd. Är något redan utfört söks det i efterhand, och ingen dag ligger framåt i tiden.",
    "tariff_price_missing": "Saknar prislistan ett pris för åtgärden avgör en handläggare det.",
    "approved_by_assessor": "En bedömare på regionen kan godkänna en rad som väntar på en "
    "handläggare, en handling eller en ansökan. En rad som godkänns utöver en gräns räknas inte "
    "mot den.",
    "refused_by_assessor": "En bedömare på regionen kan avslå en rad som väntar, med en "
    "motivering.",
}
