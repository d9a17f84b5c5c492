"""Keys, checkpoints and proofs: what makes a ledger evidence for somebody who does not hold it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from .common import binary_output, formats, output, path, reading, who, writing
from .printing import say, visible, write_rows
from .recorder import recorder

F = TypeVar("F", bound=Callable[..., Any])


def key_file(command: F) -> F:
    """--key: where the key is."""
    return click.option(
        "--key", "key_at", metavar="FILE", envvar="ENGAGE_KEY",
        help="The file of the key (or ENGAGE_KEY). Default: engage/key in your folder of settings.",
    )(command)  # fmt: skip


@click.group(short_help="The key that signs checkpoints.")
def key() -> None:
    """A key signs under a name. It is kept outside the ledger: whoever gets one must not get the other with it."""


@key.command("create")
@click.argument("name")
@click.option("--witness", is_flag=True, help="A key to cosign other people's checkpoints, and for nothing else.")
@click.option(
    "--also",
    type=click.Choice(["ml-dsa-44"]),
    help="A second signature by an algorithm that quantum computers are not expected to break.",
)
@key_file
def create_key(name: str, witness: bool, also: str | None, key_at: str | None) -> None:
    """Make an Ed25519 key that signs as NAME, such as mfa.example/ledger; prints the key that others check with."""
    from ..ledger.key_files import create_key as made
    from ..ledger.key_files import key_place
    from ..proof.notes import COSIGNATURE, ED25519, ML_DSA_44

    place = key_place(key_at)
    kinds = (COSIGNATURE if witness else ED25519, *((ML_DSA_44,) if also else ()))
    for one in made(place, name, kinds):
        click.echo(one.verifier)
    say(visible(f"made {place}, which nobody else may read; keep a copy of it where nobody else can"))
    say("give the line above to whoever is to check what you sign: it is public")


@key.command("show")
@key_file
def show_key(key_at: str | None) -> None:
    """What others check your signatures by: the verifier key, in the form of C2SP signed-note. It is public."""
    from ..ledger.key_files import key_place, keys_of

    for one in keys_of(key_place(key_at)):
        click.echo(one.verifier)


@click.group(short_help="Sign how many entries there are, and their root.")
def checkpoint() -> None:
    """A checkpoint says how many entries the ledger had and the root over them, signed (C2SP tlog-checkpoint).

    Whoever keeps one elsewhere can tell later whether the ledger still begins with just these entries.
    """


@checkpoint.command("create")
@click.option("--name", help="A name for this moment of the record: --known-at takes it.")
@click.option("--origin", help="The name under which the ledger is known. Default: that of the key.")
@click.option(
    "--after-restore", metavar="REASON",
    help="An older copy was restored: record that, as an entry, and sign what goes on from it.",
)  # fmt: skip
@key_file
@click.option("-o", "--output", "output_to", metavar="FILE", help="Write the checkpoint to a file instead of stdout.")
@who
def create(
    name: str | None, origin: str | None, after_restore: str | None, key_at: str | None, output_to: str | None,
    recorded_by: str | None,
) -> None:  # fmt: skip
    """Sign what the ledger holds now, keep the checkpoint in it, and print it."""
    from ..ledger.proving import make_checkpoint

    if after_restore is not None and not after_restore.strip():
        raise click.UsageError("--after-restore gives no reason")
    by = recorder(recorded_by)
    with output(output_to) as out:
        if after_restore is None:  # by the shortest way: it waits for neither the events nor the library
            made = make_checkpoint(path(), name=name, key=key_at, origin=origin, by=by)
        else:
            with writing() as ledger:
                made = ledger.checkpoint(name=name, key=key_at, origin=origin, by=by, after_restore=after_restore)
        out.write(made.note)
    say("next: send it to somebody who keeps it; they check the ledger with engage verify --against FILE")


@checkpoint.command("list")
@formats
def list_checkpoints(form: str, **options: Any) -> None:
    """The checkpoints that the ledger keeps."""
    from ..projections.checkpoints import COLUMNS, listed

    with reading() as reader, output(options["output"]) as out:
        if not write_rows(listed(reader), COLUMNS, form, out, key="checkpoints"):
            say("no checkpoint was made; make one: engage checkpoint create")


@checkpoint.command("show")
@click.argument("named", metavar="[CHECKPOINT]", required=False)
def show(named: str | None) -> None:
    """A checkpoint as others check it, with its cosignatures: by name or size ('#12'). Default: the last."""
    from ..ledger.checkpoints import checkpoint_named

    with reading() as reader:
        click.echo(checkpoint_named(reader, named).note, nl=False)


@checkpoint.command("export")
@click.argument("named", metavar="[CHECKPOINT]", required=False)
@click.option("-o", "--output", "output_to", metavar="FILE", required=True, help="The file to write.")
@click.option("--as-signed", is_flag=True, help="Without what witnesses added: what an authority's token is for.")
def export(named: str | None, output_to: str, as_signed: bool) -> None:
    """Write a checkpoint, by name or size ('#12'; default: the last), byte for byte to a file, to be sent."""
    from ..ledger.checkpoints import checkpoint_named

    with reading() as reader, output(output_to) as out:
        kept = checkpoint_named(reader, named)
        out.write(kept.as_signed if as_signed else kept.note)


@checkpoint.command("cosign")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--log", "logs", metavar="VKEY", multiple=True, required=True, help="The key by which the ledger signs.")
@key_file
@click.option("-o", "--output", "output_to", metavar="FILE", help="Write to a file instead of stdout.")
def cosign(file: str, logs: tuple[str, ...], key_at: str | None, output_to: str | None) -> None:
    """As a witness: cosign somebody else's checkpoint, if it extends the one that you saw before.

    FILE is what engage prove --consistency wrote; the first time, a checkpoint will do. What you saw last stands beside
    your key. Prints the checkpoint with your line added, to be sent back.
    """
    from ..ledger.cosigning import cosign as cosigned
    from ..ledger.held_against import contents_of, trust_in
    from ..ledger.key_files import key_place

    with output(output_to) as out:
        found = cosigned(contents_of(file), key_place(key_at), trust_in(logs, None))
        out.write(found.note)
    before = f"it extends the {found.before.size} entries that you saw before" if found.before else _FIRST
    say(f"cosigned: {before}")


_FIRST = "you had seen none of this ledger before, so you vouch only for what comes after"


@checkpoint.command("add")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--witness", "witnesses", metavar="VKEY", multiple=True, help="The key by which the witness cosigns.")
@click.option("--policy", metavar="FILE", help="The witnesses' keys, as a C2SP tlog-policy.")
@who
def add(file: str, witnesses: tuple[str, ...], policy: str | None, recorded_by: str | None) -> None:
    """Keep the cosignatures of FILE, a checkpoint of this ledger that came back from a witness.

    They are verified first, so name the witness's key: what nobody can check would spoil the checkpoint for everybody.
    """
    from ..ledger.held_against import contents_of, trust_in
    from ..ledger.proving import add_cosignatures

    if not witnesses and not policy:
        raise click.UsageError("name the witness's key: --witness VKEY, or --policy FILE")
    kept = add_cosignatures(path(), contents_of(file), trust_in(witnesses, policy), by=recorder(recorded_by))
    names = ", ".join(dict.fromkeys(str(one.name) for one in kept.others if one.kind == "cosignature"))
    say(visible(f"the checkpoint of {kept.checkpoint.size} entries is cosigned by {names or 'nobody'}"))


@checkpoint.command("timestamp")
@click.argument("named", metavar="[CHECKPOINT]", required=False)
@click.option("--url", help="Ask the authority at this address, and keep its token.")
@click.option("--query-only", is_flag=True, help="Write the question to -o FILE, to be asked on another machine.")
@click.option("--token", metavar="FILE", type=click.Path(exists=True, dir_okay=False), help="Keep this token.")
@click.option("--show", "showing", is_flag=True, help="Write the token that is kept to -o FILE.")
@click.option("-o", "--output", "output_to", metavar="FILE", help="The file to write.")
@who
def timestamp(
    named: str | None, url: str | None, query_only: bool, token: str | None, showing: bool, output_to: str | None,
    recorded_by: str | None,
) -> None:  # fmt: skip
    """Have an authority state when it saw a checkpoint (RFC 3161). Default: the last checkpoint.

    The token is checked to be of the checkpoint. Whom to trust is for whoever verifies it: export the checkpoint
    --as-signed and the token, and run openssl ts -verify -data CHECKPOINT -in TOKEN -CAfile CERTIFICATES.
    """
    from ..ledger import timestamps
    from ..ledger.checkpoints import checkpoint_named
    from ..ledger.held_against import contents_of

    if sum((url is not None, query_only, token is not None, showing)) != 1:
        raise click.UsageError("give one of --url, --query-only, --token and --show")
    if (query_only or showing) and not output_to:
        raise click.UsageError("-o names the file to write")
    with reading() as reader:
        kept = checkpoint_named(reader, named)
    if query_only or showing:
        with binary_output(output_to) as out:
            out.write(timestamps.query(kept) if query_only else timestamps.token_of(kept))
        return
    received = contents_of(token) if token else timestamps.asked_of(str(url), kept)
    at = timestamps.keep_token(path(), received, named, by=recorder(recorded_by))
    say(visible(f"the checkpoint of {kept.checkpoint.size} entries was there by {at}, as the authority says"))


@click.command(short_help="Prove that an entry is in the ledger, or that a checkpoint extends an older one.")
@click.argument("entry", required=False)
@click.option(
    "--consistency", nargs=1, metavar="CHECKPOINT",
    help="Show instead that the checkpoint goes on from this older one: its name or size ('#12').",
)  # fmt: skip
@click.option(
    "--checkpoint",
    "named",
    metavar="CHECKPOINT",
    help="The checkpoint it is shown by: its name or size ('#12'). Default: the last.",
)
@click.option("-o", "--output", "output_to", metavar="FILE", help="Write to a file instead of stdout.")
def prove(entry: str | None, consistency: str | None, named: str | None, output_to: str | None) -> None:
    """Prove that ENTRY ('#12', 12 or an id) is covered by a checkpoint: a .tlog-proof (C2SP), for others' tools.

    With --consistency OLD [NEW]: prove that the newer checkpoint begins with the entries of the older one, in the form
    in which a witness is asked (C2SP tlog-witness).
    """
    from ..ledger.proofs import consistency_proof, entry_proof

    if entry is None and consistency is None:
        raise click.UsageError("name an entry: engage prove '#12'; or the older checkpoint: --consistency '#12'")
    with reading() as reader, output(output_to) as out:
        if consistency is None:
            out.write(entry_proof(reader, str(entry), named))
        else:
            out.write(consistency_proof(reader, consistency, entry or named))
