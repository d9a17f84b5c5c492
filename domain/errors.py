"""What is refused, why, and what may be tried instead? Every refusal of the field, each owning its words.

Impossible is refused; irregular is taken in and flagged (see `flags` of a standing). A class here is one row
of the table of refusals in the reference.
"""

from __future__ import annotations

from typing import ClassVar, Final

from .refusal import Refusal

__all__ = ["Refusal"]


MOST_SAID: Final = 20
"""Problems of one fact that are said; how many more there are is said too."""


class InvalidFact(Refusal):
    """A fact, or its envelope, is not of the declared shape."""

    CODE = 2

    def __init__(self, problems: list[str], hint: str = "") -> None:
        hint = hint or "see the fields of every type: ⟦type⟧"
        more = [f"and {len(problems) - MOST_SAID} more"] if len(problems) > MOST_SAID else []
        because = "a field that is needed is missing, or a value does not fit its field"
        super().__init__("; ".join(problems[:MOST_SAID] + more), because, hint)
        self.problems = problems


class FactTooLong(InvalidFact):
    """An entry is one line, and a line has a largest size."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(
            [f"the fact takes {size} bytes as a line of JSON, and at most {limit} are taken"],
            "a longer text belongs in an archived source: ⟦archive⟧, and cite it",
        )
        self.because = "every entry is one line that any program can read at once"


class UnknownType(Refusal):
    """A type of fact that this version does not know."""

    CODE = 2


class UnknownWord(Refusal):
    """A word is asked for that is in no list: of statuses, types or fields."""

    CODE = 2


class EditorFailed(Refusal):
    """The editor could not be started, or ended with an error: nothing was recorded."""

    CODE = 2

    def __init__(self, what: str) -> None:
        super().__init__(
            f"nothing was recorded: {what}",
            "the editor is the one that VISUAL or EDITOR names",
            "set EDITOR, or give the fields as options",
        )


class OutOfOrder(Refusal):
    """Of two days or moments the earlier comes first."""

    CODE = 2

    def __init__(self, span: str, what: str) -> None:
        super().__init__(
            f"{span}: the earlier {what} comes first",
            "what changed is told from one to the other",
            f"swap the two {what}s",
        )


class PartNamed(Refusal):
    """A part is named where only a whole stream can be asked for."""

    CODE = 2

    def __init__(self, stream: str, part: str) -> None:
        super().__init__(
            f"{stream}/{part} names a part, and this asks about a whole stream",
            "the answer would be that of the whole stream",
            f"write {stream}; what moved the part: ⟦blame {stream}/{part}⟧",
        )


class HappeningInTheFuture(Refusal):
    """What is recorded as having happened cannot lie after the day on which it was known."""

    def __init__(self, what: str, occurred: str, known: str) -> None:
        super().__init__(
            f"{what} on {occurred} cannot have happened yet",
            f"it became known on {known}, and may lie one day after that at most, for time zones",
            "record the plan instead (schedule, due date), or write the date as the source gives it",
        )


class ImpossibleHistory(Refusal):
    """No order of the recorded steps is lawful any more."""

    what: ClassVar[str] = "it does not fit what is recorded before it"
    tip: ClassVar[str] = "if it is recorded already, correct that entry; if not, check the dates"
    why: ClassVar[str] = ""
    """what forbids it, where that is not what is recorded before it"""

    def __init__(self, part: str, status: str | None, step: str, when: str, others: list[str]) -> None:
        """`others`: each other entry without which the history would be possible."""
        named = " without " + " or without ".join(others) + " it would be possible" if others else ""
        stands = f"{part} is {status} by then" if status else f"nothing is recorded of {part} before that"
        because = self.why or f"in every order that the dates allow, {stands}"
        super().__init__(
            f"{part}: {step} ({when}) is not possible: {self.what}",
            because + (";" + named if named else ""),
            self.tip,
        )
        self.part, self.status, self.step, self.others = part, status, step, others


class MadeAlready(ImpossibleHistory):
    """A commitment is made once, by the obligors that it names; others join it."""

    what = "the commitment had already been proposed or made"
    tip = (
        "to change it: ⟦record commitment.amended⟧ or ⟦record commitment.due-date-set⟧; to repeat it: "
        "⟦record commitment.reaffirmed⟧; for another commitment choose another name"
    )


class InSessionAlready(ImpossibleHistory):
    """A meeting begins once."""

    what = "it has begun already"
    tip = "when it ended: ⟦record dialogue.meeting-held⟧"


class HeldAlready(ImpossibleHistory):
    """A meeting is held once."""

    what = "the meeting had already been held"
    tip = "name another meeting with ⟦field meeting⟧, or correct the entry that says so"


class MeetingCancelled(ImpossibleHistory):
    """A cancelled meeting is not held, moved or cancelled again until it is reinstated."""

    what = "the meeting was cancelled"
    tip = "record first that it was reinstated: ⟦record dialogue.meeting-reinstated⟧"


class MeetingWasNotHeld(ImpossibleHistory):
    """A meeting that did not take place is not held, moved or cancelled until it is reinstated."""

    what = "the meeting is recorded as not held"
    tip = "record first that it was reinstated, or correct the entry that says that it was not held"


class ScheduledAlready(ImpossibleHistory):
    """A scheduled meeting is not scheduled again: its date is refined, or it is moved."""

    what = "the meeting is scheduled already"
    tip = "for a closer date: ⟦record dialogue.meeting-date-refined⟧; for another: postpone or bring-forward"


class ProposedAlready(ImpossibleHistory):
    """A meeting is proposed once, and before it is scheduled."""

    what = "the meeting had already been proposed or scheduled"
    tip = "schedule it: ⟦record dialogue.meeting-scheduled⟧; or name another meeting with ⟦field meeting⟧"


class NotScheduledYet(ImpossibleHistory):
    """Only what has a date can be brought forward."""

    what = "the meeting was proposed, but not scheduled"
    tip = "record first that it was scheduled: ⟦record dialogue.meeting-scheduled⟧"


class NoWindowToRefine(ImpossibleHistory):
    """A meeting postponed without a new date has no date that could be refined."""

    what = "the meeting was postponed without a new date"
    tip = "schedule it anew: ⟦record dialogue.meeting-scheduled⟧"


class NothingToReinstate(ImpossibleHistory):
    """Only a meeting that was cancelled or not held can be reinstated."""

    what = "the meeting was neither cancelled nor recorded as not held"
    tip = "record that first, or move the meeting: ⟦record dialogue.meeting-postponed⟧, or bring-forward"


class EndsBeforeItBegins(ImpossibleHistory):
    """What lasts ends after it has begun, and what is notified takes effect after its notice."""

    what = "it would be over, or in effect, before it began or was notified"
    why = "of the two dates of one fact, the earlier one comes second"
    tip = "compare ⟦field occurred⟧ with the later date (⟦field until⟧, ⟦field effective⟧)"


class NothingPlanned(ImpossibleHistory):
    """A meeting cannot be moved, cancelled or missed before it was proposed or scheduled."""

    what = "no such meeting was proposed or scheduled"
    tip = "schedule it first, with ../DATE where the day of the announcement is unknown"


class DialogueNotEstablished(ImpossibleHistory):
    """Only an established dialogue can be suspended, concluded or replaced."""

    what = "the dialogue was not established"
    tip = "record first that it was established, with ../DATE where the day is unknown"


class DialogueEstablishedAlready(ImpossibleHistory):
    """A dialogue is proposed and established once."""

    what = "the dialogue had already been established"
    tip = "check the dates, or record that it was renamed, suspended or resumed"


class DialogueOver(ImpossibleHistory):
    """A concluded or replaced dialogue does not move again."""

    what = "the dialogue was concluded or replaced"
    tip = "record it for the dialogue that took its place, or correct the entry that ended it"


class NothingToResume(ImpossibleHistory):
    """Only what was suspended is resumed."""

    what = "it was not suspended"
    tip = "record first that it was suspended, with ../DATE where the day is unknown"


class NotYetMade(ImpossibleHistory):
    """Nothing follows in a commitment before it was made."""

    what = "the commitment had not yet been made"
    tip = "record that it was made first; where its origin is unknown: ⟦record commitment.recognised⟧, with ../DATE"


class CommitmentClosed(ImpossibleHistory):
    """A closed commitment moves again only when it is reopened."""

    what = "the commitment is closed for that obligor"
    tip = "record first that it was reopened: ⟦record commitment.reopened⟧"


class NotAnObligor(ImpossibleHistory):
    """Only an obligor can fulfil, withdraw from or leave what it undertook."""

    what = "that party is not an obligor of the commitment"
    tip = "name one of its obligors, or record that the party joined: ⟦record commitment.obligor-joined⟧"


class NoCondition(ImpossibleHistory):
    """A condition that was never stated can be neither met nor failed."""

    what = "no condition is stated that is still open"
    tip = "record on what it depends, when it was made or amended: ⟦record commitment.amended⟧"


class ConditionIsMet(ImpossibleHistory):
    """What was met is settled."""

    what = "its condition was met already"
    tip = "if that was recorded wrongly, retract it; if it depends on something else now: ⟦record commitment.amended⟧"


class MaintenanceIsNeverFulfilled(ImpossibleHistory):
    """An undertaking to continue has no end that could be reached."""

    what = "a maintenance commitment is kept up, never fulfilled"
    tip = "record progress or an assessment; when it ended: ⟦record commitment.discontinued⟧"


class LapseBeforeDue(ImpossibleHistory):
    """A commitment lapses only when its due date has passed."""

    what = "its due date has not passed by then"
    tip = "wait for the due date, or record a withdrawal or that it was discontinued"


class LapseNeedsDecision(ImpossibleHistory):
    """Without a due date a commitment lapses only by somebody's decision."""

    what = "it has no due date and nobody is named who decided"
    tip = "say who decided with ⟦field decided_by⟧, or set the due date first"


class NothingToRestore(ImpossibleHistory):
    """Relations are restored only when they were suspended or severed."""

    what = "relations were neither suspended nor severed"
    tip = "record first that they were suspended or severed, with ../DATE where the day is unknown"


class RelationsNotEstablished(ImpossibleHistory):
    """Only established relations can be suspended or severed."""

    what = "relations were not established"
    tip = "record first that they were established, with ../DATE where the day is unknown"


class RelationsEstablishedAlready(ImpossibleHistory):
    """Relations are established once; once suspended or severed they are restored."""

    what = "relations had already been established"
    tip = "check the dates; suspended or severed relations are restored: ⟦record relationship.relations-restored⟧"


class RelationsSeveredAlready(ImpossibleHistory):
    """Severed relations are neither suspended nor severed again until they are restored."""

    what = "relations had already been severed"
    tip = "check the dates, or record first that they were restored: ⟦record relationship.relations-restored⟧"


class SuspendedAlready(ImpossibleHistory):
    """What is suspended is not suspended again until it is taken up anew."""

    what = "it was suspended already"
    tip = "check the dates, or record first that it was resumed or restored"


class NeverRecognised(ImpossibleHistory):
    """Only recognition that was extended can be withdrawn."""

    what = "no recognition was extended, or it was withdrawn already"
    tip = "record that first, with ../DATE where the day is unknown: ⟦record relationship.recognition-extended⟧"


class AmbassadorRecalledAlready(ImpossibleHistory):
    """A recalled head of mission is not recalled again before returning."""

    what = "the head of mission was recalled already"
    tip = "check the dates, or record first the return: ⟦record relationship.ambassador-returned⟧"


class AmbassadorNotRecalled(ImpossibleHistory):
    """Only a head of mission who was recalled goes back."""

    what = "the head of mission was not recalled"
    tip = "record the recall first, with ../DATE where the day is unknown: ⟦record relationship.ambassador-recalled⟧"


class NoPartnershipThere(ImpossibleHistory):
    """Only a partnership that was declared, and has not lapsed, is raised, lowered or ended."""

    what = "no partnership was declared in that scheme, or it has lapsed"
    tip = "declare it first, with ../DATE where the day is unknown: ⟦record relationship.partnership-declared⟧"


class PartnershipDeclaredAlready(ImpossibleHistory):
    """A partnership is declared once in its scheme, until it lapses."""

    what = "a partnership was declared in that scheme already"
    tip = "record what became of it: ⟦record relationship.partnership-upgraded⟧, or downgraded, lapsed, reaffirmed"


class NoMissionThere(ImpossibleHistory):
    """What is not there can be neither suspended nor recalled."""

    what = "there is no mission"
    tip = "record the mission's level first: ⟦record relationship.mission-at-level⟧"


class PartyHasCeased(ImpossibleHistory):
    """What has ceased to exist acts no more."""

    what = "the party has ceased to exist"
    tip = "record it for the successor"


class PartyNotRegistered(ImpossibleHistory):
    """A party is renamed, and ceases, only once it is registered."""

    what = "the party was not registered"
    tip = "register it first, with ../DATE where the day is unknown: ⟦record party.registered⟧"


class PartyRegisteredAlready(ImpossibleHistory):
    """A party is registered once."""

    what = "the party was registered already"
    tip = "for another name: ⟦record party.renamed⟧; or correct the entry that registers it"


class MemberAlready(ImpossibleHistory):
    """A member joins again only after it has left."""

    what = "it was a member already"
    tip = "check the dates, or record first that it left: ⟦record party.member-left⟧"


class NotAMember(ImpossibleHistory):
    """Only a member can leave."""

    what = "it was no member, or had left already"
    tip = "record first that it joined, with ../DATE where the day is unknown: ⟦record party.member-joined⟧"


class DateOutsideWindow(ImpossibleHistory):
    """A refined date lies inside the window that was announced."""

    what = "the refined date is not inside the announced window"
    tip = "if the meeting was moved: ⟦record dialogue.meeting-postponed⟧, or bring-forward"


class NotASignatory(ImpossibleHistory):
    """Consent that was not given has no effect and cannot be withdrawn."""

    what = "that party is not bound by the instrument"
    tip = "record the deposit of its consent first: ⟦record instrument.consent-deposited⟧"


class SignedAlready(ImpossibleHistory):
    """A party signs once, until it withdraws."""

    what = "that party has signed already"
    tip = "record its consent instead: ⟦record instrument.consent-deposited⟧; or correct the entry that has it sign"


class BoundAlready(ImpossibleHistory):
    """A party consents once, and the instrument takes effect for it once, until it withdraws."""

    what = "that party is bound already, or the instrument is already in effect for it"
    tip = "check the dates, or record first that the party withdrew: ⟦record instrument.withdrawal-notified⟧"


class EffectBeforeConsent(ImpossibleHistory):
    """An instrument has effect for a party before its consent by succession alone (VCST art. 23)."""

    what = "it would have effect for that party before its consent, which is so of a succession alone"
    tip = "check the dates; or record the succession: ⟦record instrument.consent-deposited⟧ ⟦field means⟧ succession"


class AppliedAlready(ImpossibleHistory):
    """What is applied provisionally is not applied so once more."""

    what = "that party applies it provisionally already"
    tip = "record first that this ended: ⟦record instrument.provisional-application-ended⟧"


class NotAppliedYet(ImpossibleHistory):
    """What was never applied provisionally does not cease to be."""

    what = "that party does not apply it provisionally"
    tip = "record first that it did: ⟦record instrument.provisional-application-begun⟧, with ../DATE"


class NoWithdrawalPending(ImpossibleHistory):
    """A notice of withdrawal is taken back only while it is pending."""

    what = "no notified withdrawal is pending"
    tip = "record the notice first, with ⟦field effective⟧; a party that has withdrawn may sign or deposit anew"


class StagePassed(ImpossibleHistory):
    """An instrument goes through its stages forwards; it may skip some."""

    what = "the instrument is at that stage, or past it, already"
    tip = "check the dates; another text is an instrument of its own"


class NothingProposed(ImpossibleHistory):
    """A text is given up or replaced only once there is one."""

    what = "no such text was proposed or negotiated"
    tip = "record first that it was proposed: ⟦record instrument.proposed⟧, with ../DATE"


class NotInForce(ImpossibleHistory):
    """Only what is in force is suspended or terminated."""

    what = "the instrument is not in force"
    tip = "record its entry into force first: ⟦record instrument.entered-into-force⟧"


class InForceAlready(ImpossibleHistory):
    """What has entered into force is terminated, not abandoned."""

    what = "the instrument has entered into force"
    tip = "record that it was terminated or replaced: ⟦record instrument.terminated⟧, or replace"


class InstrumentOver(ImpossibleHistory):
    """A terminated, replaced or abandoned instrument does not move again."""

    what = "the instrument is no more"
    tip = "check the dates, or correct the entry that ended it"


class TooManyOpenSteps(Refusal):
    """More than ten steps of one part may come in any order."""

    def __init__(self, part: str, count: int) -> None:
        super().__init__(
            f"{part}: {count} steps may come in any order",
            "if more than ten may come in any order, nothing is certain",
            "give closer dates, or state the order with ⟦field after⟧",
        )


class NameTaken(Refusal):
    """A checkpoint has that name already."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"a checkpoint is named {name} already",
            "a name stands for one moment of the record",
            "give another name; see them: ⟦checkpoints⟧",
        )


class SearchTooLong(Refusal):
    """The facts of one group leave so much open, in all their streams together, that it is not searched."""

    def __init__(self, stream: str) -> None:
        super().__init__(
            f"{stream}: with what is recorded at once before it, more orders are possible than can be searched",
            "many vague dates overlap, and each order of them is a history that might have been",
            "record fewer facts at once, give closer dates, or state the order with ⟦field after⟧",
        )


class JointStatementNeedsTwoIssuers(Refusal):
    """What one party says alone is not joint."""

    def __init__(self) -> None:
        super().__init__(
            "a joint statement needs at least two issuers",
            "one issuer is named",
            "name each issuer, or give the kind as unilateral",
        )


class FulfilmentNeedsEvidence(Refusal):
    """Fulfilment is claimed with evidence or not at all."""

    def __init__(self) -> None:
        super().__init__(
            "fulfilment needs evidence",
            "without evidence, fulfilment is only a claim, and the ledger would show it as a fact",
            "cite what shows it: ⟦field evidence⟧ 'TITLE or URL', or report progress instead",
        )


class SupersededByItself(Refusal):
    """A commitment cannot take its own place."""

    def __init__(self, stream: str) -> None:
        super().__init__(f"{stream} cannot supersede itself", "another commitment takes its place", "name the other")


class ReplacedByItself(Refusal):
    """A dialogue or an instrument cannot take its own place."""

    def __init__(self, stream: str) -> None:
        super().__init__(f"{stream} cannot replace itself", "another one takes its place", "name the other")


class EntryNotInStream(Refusal):
    """A correction, retraction or link names an entry of another stream."""

    def __init__(self, entry: str, stream: str) -> None:
        super().__init__(
            f"entry {entry} is not in {stream}",
            "entries are corrected, retracted and ordered within their own stream",
            f"see the entries: ⟦log {stream}⟧",
        )


class EntryIsRetracted(Refusal):
    """A retracted entry is no longer corrected."""

    def __init__(self, entry: str) -> None:
        super().__init__(f"entry {entry} is retracted", "it was never true", "record the fact anew")


class NothingAnnounced(Refusal):
    """Only what was announced ahead can be called off."""

    def __init__(self, words: str) -> None:
        super().__init__(
            f"{words} announces nothing that could be called off",
            "it holds from the day on which it occurred",
            "record what ended it; a notice of withdrawal is taken back by ⟦record instrument.withdrawal-revoked⟧; "
            "what was never true is retracted",
        )


class TookEffectAlready(Refusal):
    """What has taken effect cannot be called off any more."""

    def __init__(self, words: str, effective: str, occurred: str) -> None:
        super().__init__(
            f"{words} took effect ({effective}) before it was called off ({occurred})",
            "calling off keeps a change from taking effect; it does not undo one",
            "record the change back as a fact of its own; if a date is wrong, correct it",
        )


class CalledOffAlready(Refusal):
    """What was announced is called off once."""

    def __init__(self, words: str) -> None:
        super().__init__(
            f"{words} was called off already",
            "what is called off twice was announced twice",
            "record the new announcement first, and call that off",
        )


class NotCorrectable(Refusal):
    """Stream and type are not corrected, nor are corrections and retractions."""


class QuoteNotInSource(Refusal):
    """A quote stands in the archived source that it cites."""

    def __init__(self, quote: str, document: str) -> None:
        super().__init__(
            f"the quote is not in {document}",
            f"searched for {quote!r}, with its prefix and suffix; any blank, hyphen or quotation mark will do",
            "copy the words exactly from the source, or cite without a quote",
        )


class QuoteStandsTwice(Refusal):
    """A quote stands more than once in its source, so that it does not say where."""

    def __init__(self, quote: str, document: str) -> None:
        super().__init__(
            f"the quote occurs more than once in {document}",
            f"searched for {quote!r}, with its prefix and suffix, folded",
            "say which is meant: give the words just before it (prefix=…) or just after it (suffix=…)",
        )


class SourceNotArchived(Refusal):
    """A citation by digest names a document that the ledger holds."""

    def __init__(self, document: str) -> None:
        super().__init__(
            f"{document} is not archived in this ledger",
            "a digest can only be checked against the document itself",
            "archive it first: ⟦archive⟧; or cite its URL or title",
        )


class NoWholeDigest(Refusal):
    """A citation by digest gives all 64 digits of it: a shortened one names no document for certain."""

    def __init__(self, document: str) -> None:
        digits = document.strip().lower().removeprefix("sha256:").strip()
        is_whole = len(digits) == 64 and not set(digits) - set("0123456789abcdef")
        super().__init__(
            f"{document[:80]!r} is not the digest of a source",
            "a digest is written sha256: and 64 digits of 0-9 and a-f, without a blank",
            f"write sha256:{digits}" if is_whole else "see the digests of what is archived: ⟦sources⟧",
        )


class KnownTimeGoesBack(Refusal):
    """Known time never goes backwards along the ledger."""

    def __init__(self, claimed: str, latest: str) -> None:
        super().__init__(
            f"a known time of {claimed} would go back",
            f"the ledger already holds what was known at {latest}",
            "bring older history first, into a new ledger; merge registers by known time; or leave known_since out",
        )


class KnownAfterRecording(Refusal):
    """Nobody knew before the ledger took it in what was known after."""

    def __init__(self, claimed: str, recorded: str) -> None:
        super().__init__(
            f"known_since {claimed} lies after the recording",
            f"the ledger takes it in at {recorded}",
            "leave known_since out, or give the instant at which the register knew",
        )


class ExistsWithDifferent(Refusal):
    """The same entry id was recorded with other content."""

    def __init__(self, entry_id: str, position: int, fields: list[str]) -> None:
        super().__init__(
            f"entry {entry_id} exists with different {', '.join(fields)}",
            f"it was recorded as #{position}, and entries never change",
            f"correct it instead: ⟦correct #{position}⟧; or give a new id",
        )
        self.position, self.fields = position, fields


class GivenTwice(Refusal):
    """Two facts of one batch have the same id, and do not say the same."""

    def __init__(self, entry_id: str, place: str, fields: list[str], first: int = 0) -> None:
        super().__init__("an id is given twice", "an id names one entry", "give each its own id, or leave the ids out")
        self.entry_id, self.fields, self.first = entry_id, fields, first
        self.name_first(place)

    def name_first(self, place: str) -> None:
        """Say where the first of the two stands."""
        self.message = f"{place} has the same id, {self.entry_id}, with different {', '.join(self.fields)}"


class RecordedAnewUnderOldId(Refusal):
    """A retracted fact is recorded anew under an id of its own."""

    def __init__(self, position: int) -> None:
        super().__init__(
            f"the same fact was recorded as #{position} and then retracted",
            "its id is taken by the retracted entry",
            "give the new entry an id of its own: ⟦field id⟧",
        )


class RecordedAndSetAside(Refusal):
    """What is given by hand was recorded before, and does not count any more: to record it again changes nothing."""

    def __init__(self, what: str, position: int, by: int, remedy: str) -> None:
        super().__init__(
            f"{what} was recorded before as #{position}, and has been set aside by #{by}",
            "the same entry is never recorded twice, so nothing would change",
            remedy,
        )


class NotFound(Refusal):
    """Nothing, or more than one thing, has that name."""

    CODE = 3


class ChangedMeanwhile(Refusal):
    """Somebody else wrote first."""

    CODE = 5


class LedgerUnusable(Refusal):
    """The file is no ledger, or cannot be read or written."""

    CODE = 6


class NotReadSafely(LedgerUnusable):
    """The ledger is written to, and this process has no rights to take part in its locks: nothing was found out."""


class NoLedgerHere(LedgerUnusable):
    """There is no file of that name."""


class NewerLedger(LedgerUnusable):
    """The ledger was written by a newer version, which this one may read but not write."""


class OlderLedger(LedgerUnusable):
    """The ledger was laid out by an earlier version, and is to be upgraded before it is written to."""


class WorkerEnded(LedgerUnusable):
    """A process that did a part of the work ended before it was done."""

    def __init__(self, code: int) -> None:
        super().__init__(
            "a part of the work was not done",
            f"the process that did it ended with {code}: it was killed, or the machine ran out of memory",
            "run the same command again",
        )


class Altered(Refusal):
    """What is stored is not what was recorded."""

    CODE = 4


class StepsDamaged(Altered):
    """What is kept of the steps of a long stream is damaged; the entries it comes from may be sound."""

    def __init__(self, stream: str, region: str, why: str) -> None:
        super().__init__(
            f"the steps kept of {stream}/{region} cannot be used",
            f"they are derived from the entries, and were damaged: {why}"[:240],
            "see what else is: ⟦verify-full⟧",
        )


class CannotVerify(Refusal):
    """What would have to be there to verify it is not."""

    CODE = 7


class NothingToCompareWith(CannotVerify):
    """The ledger agrees with itself, and nothing kept elsewhere was given to compare it with."""

    LABEL = "note"
