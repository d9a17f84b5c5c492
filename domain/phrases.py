"""Which event do the words of a statement mean? The field's phrases, each with the event that records it.

A phrase is what statements say, a verb in the past tense mostly; `give` is what the event has to be told besides, and
`note` what decides between two that are near. What is only affirmed, welcomed, discussed or acknowledged is recorded,
and is no commitment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final, NamedTuple


class Phrase(NamedTuple):
    """Words of statements, and how they are recorded."""

    words: str
    event: str
    """name of the type, without its version"""
    give: tuple[tuple[str, str], ...] = ()
    """field → value"""
    note: str = ""


def _all(event: str, *words: str, note: str = "", **give: str) -> list[Phrase]:
    return [Phrase(one, event, tuple(give.items()), note) for one in words]


PHRASES: Final[tuple[Phrase, ...]] = tuple(
    one
    for some in (
        # commitments
        _all("commitment.made", "undertook to", "committed to", "pledged to", "agreed to", "resolved to", "promised to",
             "will provide", "will establish", "announced that it will", kind="achievement",
             note="an undertaking that can be fulfilled"),
        _all("commitment.made", "agreed to explore", "agreed to consider", "agreed to examine", "will look at ways to",
             "agreed to work towards", kind="exploratory", note="nobody promised a result"),
        _all("commitment.made", "will continue to", "agreed to maintain", "committed to continue", "will keep",
             kind="maintenance", note="it is kept up, never fulfilled"),
        _all("commitment.made", "agreed not to", "undertook not to", "will not", kind="maintenance",
             note="what one refrains from is kept up"),
        _all("commitment.made", "will work with", "in cooperation with", "together with partners", kind="achievement",
             partners="PARTY", note="those who undertook nothing are partners, not obligors"),
        _all("commitment.made", "will host", "agreed to meet again", "will convene", "agreed to hold", kind="event",
             note="once there is a date: dialogue schedule"),
        _all("commitment.made", "will fund", "announced funding of", "will contribute", "provided 8 billion since",
             kind="financial", amount="VALUE; CURRENCY"),
        _all("commitment.made", "pledged over 810 million", "more than 500 million", "at least 100 million",
             kind="financial", amount="VALUE; CURRENCY; at-least"),
        _all("commitment.made", "announced nearly 200 million", "about 50 million", "approximately 20 million",
             kind="financial", amount="VALUE; CURRENCY; about"),
        _all("commitment.made", "up to 60 billion", kind="financial", amount="VALUE; CURRENCY; up-to"),
        _all("commitment.made", "60 million a year over ten years", "over five years", kind="financial",
             amount="VALUE; CURRENCY; exactly; year; 2023/2033"),
        _all("commitment.made", "intends to invest", kind="financial", strength="intended", amount="VALUE; CURRENCY"),
        _all("commitment.made", "as part of", "which is part of", kind="achievement", part_of="commitment:NAME"),
        _all("commitment.made", "will sign on", "will be signed", kind="event", due="DATE"),
        _all("commitment.progress-reported", "on behalf of the Forum", through="PARTY",
             note="a member acts for the group that undertook it"),
        _all("commitment.made", "intends to", "plans to", "announced its intention to", kind="achievement",
             strength="intended", note="amended when it hardens"),
        _all("commitment.made", "is considering", "expressed interest in joining", "is studying whether to",
             kind="achievement", strength="considered", note="an interest that nobody acts on yet: affirm-interest"),
        _all("commitment.made", "subject to appropriation", "subject to approval by parliament", "conditional on",
             "provided that", kind="achievement", condition="WORDS"),
        _all("commitment.made", "under a new four-year phase", "for a period of five years", kind="achievement",
             term="2026/2029"),
        _all("commitment.made", "will report back at the next session", kind="achievement", due_at="dialogue:ID"),
        _all("commitment.proposed", "proposed to", "offered to", "suggested that", note="nobody is bound yet"),
        _all("commitment.recognised", "reaffirmed their commitment to", "recalled their undertaking to",
             "underlined their commitment to",
             note="the commitment itself is not recorded, and when it was made is unknown: ../DATE"),
        _all("commitment.reaffirmed", "reiterated their commitment to", "renewed their pledge to",
             note="the commitment is recorded already"),
        _all("commitment.progress-reported", "made progress on", "reported progress towards", "advanced work on",
             "have begun to implement"),
        _all("commitment.fulfilled", "completed", "delivered on", "fulfilled its pledge", "finished"),
        _all("commitment.partly-fulfilled", "delivered part of"),
        _all("commitment.amended", "decided to go ahead with", "increased its pledge", "revised the commitment",
             "raised the target",
             note="what is undertaken from now on; an intention that hardens: give the new strength"),
        _all("commitment.due-date-set", "set a deadline of", "will do so by"),
        _all("commitment.due-date-extended", "extended the deadline", "gave more time"),
        _all("commitment.obligor-joined", "joined the pledge", "also committed to"),
        _all("commitment.obligor-left", "left the initiative by agreement"),
        _all("commitment.stalled", "work has stalled", "suspended work on"),
        _all("commitment.resumed", "resumed work on"),
        _all("commitment.withdrawn", "withdrew from its commitment", "went back on its pledge", "backed out of"),
        _all("commitment.discontinued", "ended the programme", "discontinued"),
        _all("commitment.lapsed", "expired without result", "lapsed"),
        _all("commitment.superseded", "was replaced by a new commitment", "was overtaken by"),
        _all("commitment.split", "was divided into"),
        _all("commitment.merged", "was merged into"),
        _all("commitment.reopened", "took the commitment up again"),
        _all("commitment.disputed", "disputes that it committed", "rejected the claim that"),
        _all("commitment.dispute-closed", "settled their dispute over"),
        _all("commitment.condition-met", "congress approved the funds", "the condition was met",
             "parliament consented"),
        _all("commitment.condition-failed", "congress refused the funds", "the condition was not met"),
        _all("commitment.compliance-assessed", "was assessed as", "ranked third of", "is behind schedule",
             "did not report", "was found to",
             note="by whom, by which scheme; a score, or why there is none"),
        _all("relationship.progress-welcomed", "building on", "as a follow-up to", "in line with what they agreed",
             builds_on="STREAM", note="any fact may say what it builds on"),
        # what was said
        _all("relationship.position-affirmed", "affirmed", "endorsed",
             "underscored the importance of", "stressed", "emphasised",
             "reiterated their support for", "shared the view that", "recognised the importance of", "reaffirmed that",
             "reaffirmed the importance of",
             note="a position; nobody undertook anything"),
        _all("relationship.interest-affirmed", "expressed interest in", "affirmed their interest in",
             "saw opportunities for"),
        _all("relationship.concern-expressed", "expressed concern about", "noted with concern",
             "condemned", "deplored", "opposed",
             "voiced alarm over", "urged restraint", "regretted", "called on", "called upon"),
        _all("relationship.progress-welcomed", "welcomed", "noted with satisfaction", "commended progress on",
             "celebrated"),
        _all("relationship.act-acknowledged", "acknowledged", "noted the decision of", "took note of",
             "recognised the role of",
             note="whose act it was, and when, are fields of it"),
        _all("relationship.courtesy-extended", "thanked", "is grateful for", "expressed gratitude", kind="thanks"),
        _all("relationship.courtesy-extended", "offered condolences", "condoled with", "expressed sympathy",
             kind="condolence"),
        _all("relationship.courtesy-extended", "congratulated", kind="congratulation"),
        _all("relationship.courtesy-extended", "welcomed the visit of", kind="welcome"),
        _all("relationship.courtesy-extended", "apologised for", kind="apology"),
        _all("relationship.engagement-anticipated", "looked forward to", "look forward to"),
        _all("relationship.partnership-reaffirmed", "reaffirmed their partnership",
             "reaffirmed the strategic partnership"),
        # relations
        _all("relationship.opened", "began to keep a record of relations between"),
        _all("relationship.relations-established", "established diplomatic relations"),
        _all("relationship.relations-suspended", "suspended diplomatic relations"),
        _all("relationship.relations-severed", "broke off diplomatic relations", "severed relations"),
        _all("relationship.relations-restored", "resumed diplomatic relations", "restored relations"),
        _all("relationship.recognition-extended", "recognised the state of", "extended recognition to"),
        _all("relationship.recognition-withdrawn", "withdrew its recognition of", "no longer recognises"),
        _all("relationship.party-ceased", "ceased to exist, which ended relations"),
        _all("relationship.mission-at-level", "opened an embassy", "upgraded its consulate to an embassy",
             level="embassy"),
        _all("relationship.mission-at-level", "will open an embassy", "announced that it will open an embassy",
             level="embassy", effective="DATE", note="it holds from the effective day"),
        _all("commitment.made", "will open a second consulate", "will open a consulate", kind="achievement",
             note="a mission is the highest post alone; where there is none yet: relationship mission"),
        _all("relationship.mission-at-level", "closed its embassy", level="none"),
        _all("relationship.mission-suspended", "suspended operations of its embassy", "evacuated its embassy"),
        _all("relationship.mission-resumed", "reopened its embassy"),
        _all("relationship.protecting-power-designated", "looks after the interests of"),
        _all("relationship.ambassador-recalled", "recalled its ambassador"),
        _all("relationship.ambassador-returned", "sent its ambassador back"),
        _all("relationship.partnership-declared", "declared a strategic partnership", "established a partnership"),
        _all("relationship.partnership-upgraded", "elevated their partnership to", "upgraded the partnership"),
        _all("relationship.partnership-downgraded", "downgraded the partnership"),
        _all("relationship.partnership-lapsed", "ended the partnership"),
        # dialogues
        _all("dialogue.meeting-held", "met", "held talks", "held the second", "convened", "concluded a visit",
             "took part in a meeting"),
        _all("dialogue.meeting-held", "spoke by phone", "held a call", "spoke with", mode="telephone"),
        _all("dialogue.meeting-held", "met on the margins of", on_the_margins_of="dialogue:ID/meeting/ID"),
        _all("dialogue.meeting-begun", "opened today and continues on Friday", "will continue on",
             "talks are under way"),
        _all("dialogue.topics-discussed", "discussed", "exchanged views on", "reviewed", "considered", "touched on",
             note="nobody undertook anything; the commonest sentence of a readout"),
        _all("dialogue.decision-taken", "decided", "adopted a decision", "the meeting agreed that"),
        _all("dialogue.meeting-scheduled", "will meet in", "will hold its next meeting", "is to take place"),
        _all("dialogue.meeting-proposed", "proposed to meet", "invited to a meeting"),
        _all("dialogue.meeting-date-refined", "will meet on 12 March"),
        _all("dialogue.meeting-postponed", "postponed the meeting", "put off the talks"),
        _all("dialogue.meeting-brought-forward", "brought the meeting forward"),
        _all("dialogue.venue-changed", "moved the meeting to"),
        _all("dialogue.agenda-set", "agreed the agenda"),
        _all("dialogue.participation-reported", "will attend", "is to take part in"),
        _all("dialogue.participants-recorded", "the delegation was led by", "was accompanied by"),
        _all("dialogue.meeting-cancelled", "cancelled the meeting", "called off the talks"),
        _all("dialogue.meeting-not-held", "the meeting did not take place", "the meeting was not held"),
        _all("dialogue.meeting-reinstated", "the meeting will take place after all"),
        _all("dialogue.statement-issued", "issued a joint statement", "released a readout", "published a fact sheet"),
        _all("dialogue.proposed", "proposed a regular dialogue"),
        _all("dialogue.established", "launched a dialogue", "agreed to hold a dialogue every year",
             "established a working group"),
        _all("dialogue.renamed", "renamed the dialogue"),
        _all("dialogue.suspended", "suspended the dialogue"),
        _all("dialogue.resumed", "resumed the dialogue"),
        _all("dialogue.concluded", "ended the dialogue"),
        _all("dialogue.replaced", "replaced the dialogue with"),
        # instruments
        _all("instrument.proposed", "proposed an agreement on", "requested an agreement"),
        _all("instrument.negotiation-opened", "opened negotiations on", "began to negotiate"),
        _all("instrument.adopted", "concluded negotiations", "finalised the text", "initialled"),
        _all("instrument.opened-for-signature", "opened for signature"),
        _all("instrument.signed", "signed a memorandum", "signed an agreement", "signed",
             note="once for each party; its signers are persons, offices or departments"),
        _all("instrument.consent-deposited", "ratified", "acceded to", "accepted", "approved the treaty"),
        _all("instrument.took-effect", "entered into force for"),
        _all("instrument.entered-into-force", "entered into force"),
        _all("instrument.provisional-application-begun", "applies provisionally",
             "will apply the agreement provisionally"),
        _all("instrument.provisional-application-ended", "ended provisional application"),
        _all("instrument.reservation-made", "entered a reservation"),
        _all("instrument.reservation-withdrawn", "withdrew its reservation"),
        _all("instrument.objection-made", "objected to the reservation of"),
        _all("instrument.territory-covered", "extended the treaty to"),
        _all("instrument.withdrawal-notified", "gave notice of withdrawal", "announced its withdrawal from the treaty"),
        _all("instrument.withdrawal-revoked", "revoked its notice of withdrawal"),
        _all("instrument.consent-revoked", "took back its ratification", "withdrew its ratification",
             "revoked its ratification"),
        _all("instrument.suspended", "suspended the treaty"),
        _all("instrument.resumed", "the treaty operates again"),
        _all("instrument.terminated", "terminated the treaty"),
        _all("instrument.replaced", "was replaced by a new agreement"),
        _all("instrument.abandoned", "abandoned negotiations"),
        # parties
        _all("party.registered", "was founded", "was established as an organisation", "became independent"),
        _all("party.renamed", "changed its name to"),
        _all("party.membership-sought", "applied for membership", "seeks to join", "continued progress in joining"),
        _all("party.member-joined", "joined the organisation", "became a member of", "acceded to the organisation"),
        _all("party.member-left", "left the organisation"),
        _all("party.office-assumed", "took office as", "was appointed", "the appointment of", "assumed the chair",
             "was elected"),
        _all("party.office-vacated", "stepped down as", "left office"),
        _all("party.ceased", "ceased to exist", "was dissolved"),
        _all("party.coverage-declared", "the register is complete up to"),
        # any of them
        _all("announcement.called-off", "called off the plan to", "dropped its announced",
             note="of what was announced with an effective day"),
        _all("entry.corrected", "was recorded wrongly"),
        _all("entry.retracted", "was never true"),
    )
    for one in some
)  # fmt: skip
MOST: Final = 5
_WORD: Final = re.compile(r"[a-z]+")
_LITTLE: Final = """
a an the of to in on at for by with and or its their it they that this was were is are be has have had
"""
"""Words by which no phrase is told from another."""
_DENIALS: Final = re.compile(
    r"\b(?:no longer|no|not|never|cannot|refused|declined|failed|denied|without|yet to)\b|\b\w+n[’']t\b", re.IGNORECASE
)
_EMPTY: Final = frozenset(_LITTLE.split())


def meant_by(text: str) -> list[Phrase]:
    """The phrases that words of a statement are nearest to, the likeliest first; none where nothing is near."""
    said = _stems(text)
    if not said:
        return []
    scored = []
    for place, phrase in enumerate(PHRASES):
        wanted = _stems_of(phrase.words)
        common = _in_order(said, wanted)
        if common and (share := common / len(wanted)) >= 0.5:
            scored.append((-share, -common, -_in_order(_WORD.findall(text.casefold()), phrase.words.split()), place))
    found: dict[tuple[str, tuple[tuple[str, str], ...]], Phrase] = {}
    for *_, place in sorted(scored):
        one = PHRASES[place]
        found.setdefault((one.event, one.give), one)
    return list(found.values())[:MOST]


def denial_in(text: str, phrase: Phrase) -> str | None:
    """The word by which a text denies what the phrase that was found for it says was done; None where it does not."""
    denied = _DENIALS.search(text)
    return denied[0] if denied and not _DENIALS.search(phrase.words) else None


def _in_order(said: Sequence[str], wanted: Sequence[str]) -> int:
    """How many of the words wanted stand in what was said, in their order."""
    at = common = 0
    for word in wanted:
        if word in said[at:]:
            at = said.index(word, at) + 1
            common += 1
    return common


def _stems(text: str) -> list[str]:
    return [_stem(word) for word in _WORD.findall(text.casefold()) if word not in _EMPTY]


@cache
def _stems_of(words: str) -> tuple[str, ...]:
    return tuple(_stems(words)) or tuple(_WORD.findall(words.casefold()))


def _stem(word: str) -> str:
    """A word without the endings of tenses and numbers, well enough to compare two of them."""
    for ending in ("ing", "ied", "ies", "ed", "es", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def of_event(events: Iterable[str]) -> dict[str, list[str]]:
    """Event → its phrases."""
    found: dict[str, list[str]] = {}
    for one in PHRASES:
        found.setdefault(one.event, []).append(one.words)
    return {event: found.get(event, []) for event in events}
