"""How is each command used? Two or three lines, as somebody types them, with what each is for.

They are about the example ledger (`engage demo --keep example.ledger`) and files beside it; a test runs all of them.
Those of the commands that record a fact are made from its declaration (`fact_examples`).
"""

from __future__ import annotations

from typing import Final

Example = tuple[str, str]
"""What it is for, and the line."""

EXAMPLES: Final[dict[str, tuple[Example, ...]]] = {
    "": (
        ("Build the example, one real meeting, and see what it answers:", "engage demo --keep example.ledger"),
        ("Ask where things stand with New Zealand:", "engage --ledger example.ledger status --party NZ"),
        ("Record that a meeting was held:", "engage dialogue hold nz-fj-talks --meeting 1 --on 2026-02-03"),
    ),
    # --- record
    "relationship": (
        ("Two states established relations:", "engage relationship establish nz-fj --on 1970-10-10"),
        (
            "One opened an embassy with the other:",
            "engage relationship mission nz-fj --sender NZ --host FJ --level embassy --on 1970-11",
        ),
    ),
    "dialogue": (
        (
            "A meeting was announced for March:",
            "engage dialogue schedule nz-fj-talks --meeting 1 --window 2026-03 --on 2026-01-20",
        ),
        ("It was held:", "engage dialogue hold nz-fj-talks --meeting 1 --on 2026-03-04"),
    ),
    "commitment": (
        (
            "A party undertook something, to be done by the end of September:",
            'engage commitment make fj-nz-relief --obligors FJ --kind event --text "Meet" --due 2026-09 --on 2026-01',
        ),
        (
            "It reported how far it is:",
            "engage commitment progress fj-nz-relief --obligor FJ --completion 20 --on 2026-02-01",
        ),
    ),
    "instrument": (
        (
            "A text was adopted, and one party signed it:",
            'engage instrument adopt nz-fj-air --title "Air services agreement" --kind agreement --on 2026-01-15',
        ),
        ("", "engage instrument sign nz-fj-air --party FJ --on 2026-01-16"),
    ),
    "party": (
        (
            "An organisation, and a state that joined it:",
            'engage party register org:PIF --name "Pacific Islands Forum" --kind organisation --on 1971-08-05',
        ),
        ("", "engage party join org:PIF --member FJ --on 1971-08-05"),
    ),
    # --- record many, or put right
    "append": (
        ("See what would be recorded, then record it:", "engage append march.yaml --dry-run"),
        ("", "engage append march.yaml"),
    ),
    "import": (
        ("Take in a register; run it again if it was stopped:", "engage import register.jsonl"),
        ("All of it, or nothing:", "engage import register.jsonl --atomic"),
    ),
    "correct": (
        (
            "A date was read wrongly:",
            "engage correct '#12' occurred=2026-02-03 --reason \"misread the annex\"",
        ),
        (
            "A list is given as JSON; an empty value takes a field out:",
            "engage correct '#3' 'themes=[\"space\"]' ordinal= --reason \"as in the annex\" --dry-run",
        ),
    ),
    "retract": (("The entry should never have been made:", "engage retract '#28' --reason \"recorded twice\""),),
    "call-off": (
        (
            "A withdrawal that was announced will not take effect after all:",
            "engage call-off '#32' --reason \"a new government\" --on 2026-03-15",
        ),
    ),
    "which": (
        ("A sentence of a statement, and the command that records it:", 'engage which "agreed to explore"'),
        ("", 'engage which "expressed concern about"'),
    ),
    "source": (
        ("Keep a document, and see where it is quoted:", 'engage source add statement.txt --title "Joint statement"'),
        ("", "engage source list"),
    ),
    "source add": (
        ("Prints sha256:…, by which citations name it:", 'engage source add statement.txt --title "Joint statement"'),
        ("From elsewhere:", "engage source add - --media text/html --publisher NZ < release.html"),
    ),
    "source list": (("", "engage source list"), ("", "engage source list -o sources.csv")),
    "source show": (
        ("By the beginning of its digest:", "engage source show eea4d2"),
        ("The document itself:", "engage source show eea4d2 --raw -o statement-again.txt"),
    ),
    # --- ask
    "status": (
        ("One dialogue, in the middle of March:", "engage status nz-us-space --as-of 2026-03-15"),
        ("Where things stand with New Zealand on minerals:", "engage status --party NZ --theme critical-minerals"),
        (
            "How many commitments by party, as known on 3 February:",
            "engage status --kind commitment --count --by party --known-at 2026-02-03",
        ),
    ),
    "show": (
        ("What is known of a stream, or of a part of it:", "engage show nz-us-space/meeting/2"),
        ("One entry, whole:", "engage show '#22'"),
    ),
    "log": (
        ("The entries of one stream, in the order of happening:", "engage log nz-us-space --by world"),
        ("What was recorded of a party, the last five:", "engage log --party US --last 5"),
    ),
    "timeline": (
        ("One dialogue:", "engage timeline nz-us-space"),
        (
            "Of all that concerns a theme, over one year:",
            "engage timeline --theme space --from 2026-01-01 --to 2026-12-31",
        ),
    ),
    "catch-up": (
        ("Since you last looked:", "engage catch-up"),
        ("Since a day, as Markdown:", "engage catch-up --since 2026-02-03 --format md -o news.md"),
    ),
    "diff": (
        ("What changed in the world in February:", "engage diff 2026-02-01..2026-03-01 --party NZ"),
        ("What the ledger learned from entry 27 on:", "engage diff --known '#27..'"),
    ),
    "blame": (
        ("Who says so, of every value:", "engage blame nz-us-space"),
        ("Of one field of one meeting:", "engage blame nz-us-space/meeting/2 window"),
    ),
    "brief": (
        ("Before the two meet:", "engage brief NZ US"),
        ("On a dialogue, to print:", "engage brief nz-us-space --since 2026-02-01 -o brief.md"),
    ),
    "due": (
        ("What falls due in the next 30 days:", "engage due --within 30 --as-of 2026-02-10"),
        ("Of one party, as a table:", "engage due --party US --as-of 2026-02-10 -o due.csv"),
    ),
    "search": (
        ("Entries that hold both words:", "engage search critical minerals"),
        ("In what concerns one party:", "engage search Washington --party NZ --type dialogue"),
    ),
    "replay": (
        ("One stream, step by step:", "engage replay --stream nz-us-space"),
        ("All of it, as it was known at the end of 3 February:", "engage replay --to 2026-02-03 --end"),
    ),
    # --- take care
    "init": (("", "engage --ledger ours.ledger init"),),
    "demo": (
        ("Build it, and see what it answers:", "engage demo"),
        ("Keep its ledger, to play with:", "engage demo --keep played.ledger"),
    ),
    "check": (
        ("Whatever is odd:", "engage check"),
        ("What rests on one side's word alone:", "engage check sources --party NZ"),
        ("Where the two sides' sources differ:", "engage check accounts --between NZ US"),
    ),
    "key": (
        ("Make a key that signs in this name:", "engage key create mfa.example/ledger --key new.key"),
        ("What others check your signatures by:", "engage key show"),
    ),
    "key create": (
        ("To sign checkpoints of your own ledger:", "engage key create mfa.example/ledger --key new.key"),
        ("To cosign what others sign:", "engage key create witness.example/w1 --witness --key new-witness.key"),
    ),
    "key show": (("", "engage key show"),),
    "checkpoint": (
        (
            "Sign what the ledger holds now, and give it to somebody:",
            "engage checkpoint create --name monday -o monday",
        ),
        ("", "engage checkpoint list"),
    ),
    "checkpoint create": (
        ("Sign what the ledger holds now:", "engage checkpoint create -o monday"),
        ("With a name that --known-at takes:", "engage checkpoint create --name before-the-summit"),
    ),
    "checkpoint list": (("", "engage checkpoint list"),),
    "checkpoint show": (
        ("The last:", "engage checkpoint show"),
        ("By name, or by size:", "engage checkpoint show spring"),
    ),
    "checkpoint export": (
        ("With its cosignatures:", "engage checkpoint export spring -o spring.note"),
        ("As an authority's token is of it:", "engage checkpoint export spring --as-signed -o spring.signed"),
    ),
    "checkpoint cosign": (
        (
            "As a witness, what came to you:",
            "engage checkpoint cosign spring.checkpoint --log log.vkey --key witness.key -o cosigned",
        ),
    ),
    "checkpoint add": (
        ("What came back from the witness:", "engage checkpoint add spring.cosigned --witness witness.vkey"),
    ),
    "checkpoint timestamp": (
        (
            "Write the question, to be asked on another machine:",
            "engage checkpoint timestamp spring --query-only -o spring.tsq",
        ),
    ),
    "prove": (
        ("That an entry is in the ledger:", "engage prove '#8' -o entry-8.tlog-proof"),
        ("That the ledger goes on from an older checkpoint:", "engage prove --consistency spring -o request"),
    ),
    "verify": (
        ("Hold it against what was kept elsewhere:", "engage verify --against spring.checkpoint"),
        ("All that is derived as well:", "engage verify --full --against monday.jsonl"),
        ("The proof of an answer, without the ledger:", "engage verify --answer space.proof --key log.vkey"),
    ),
    "audit": (
        ("A page to read in a browser:", "engage audit -o report.html"),
        ("Held against what was kept elsewhere:", "engage audit -o report.md --against spring.checkpoint"),
    ),
    "backup": (("", "engage backup tuesday.ledger"),),
    "restore": (
        (
            "From a copy, if it agrees with what was kept:",
            "engage restore monday.ledger --to restored.ledger --against spring.checkpoint",
        ),
        ("From an export:", "engage restore monday.jsonl --to from-export.ledger"),
    ),
    "rebuild": (("", "engage rebuild"),),
    "upgrade": (("Keep a copy, then:", "engage upgrade"),),
    "export": (
        ("All entries:", "engage export -o entries.jsonl"),
        ("One entry, as it was recorded:", "engage export --from 8 --to 8"),
    ),
    "schema": (
        ("The types, the schema of one, the themes:", "engage schema"),
        ("", "engage schema commitment.made/2"),
        ("", "engage schema --themes"),
    ),
    "doctor": (
        ("Of the ledger in this folder:", "engage doctor"),
        ("Of another ledger:", "engage --ledger monday.ledger doctor"),
    ),
    "help": (("", "engage help dialogue"), ("", "engage help commitment fulfil")),
    "completion": (
        ("For every bash that starts from now on:", "engage completion bash >> ~/.bashrc"),
        ("For zsh, below the line that calls compinit:", "engage completion zsh >> ~/.zshrc"),
        ("For fish:", "engage completion fish > ~/.config/fish/completions/engage.fish"),
    ),
}
"""The words of a command after `engage` → its examples; what has nothing to say is for what the one before is for."""


def examples_of(command: str) -> list[Example]:
    """The examples of a command by the words after `engage`; of one that records a fact, from the index."""
    kind, _, verb = command.partition(" ")
    if command in EXAMPLES:
        return list(EXAMPLES[command])
    from .index import commands

    declared = commands().get(kind, {}).get(verb)
    return [("", " ".join(["engage", command, *map(_quoted, declared["example"])]))] if declared else []


def _quoted(word: str) -> str:
    """A word as a person quotes it for a shell: in double quotes, where it needs any."""
    return word if all(letter.isalnum() or letter in "-_./:=+@%" for letter in word) else f'"{word}"'
