"""Does the recorder keep the promises that the library asks of every recorder? Its own test case says so.

Cost: some seconds, on real files; with it go ten threads that write at once.
"""

import tempfile
import threading
from pathlib import Path

import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.tests.persistence import ApplicationRecorderTestCase, NonInterleavingNotificationIDsBaseCase

from engagement_ledger.store.sqlite.opening import uri
from engagement_ledger.store.sqlite.recorder import LedgerDatastore, LedgerRecorder


class _OnFile:
    """A fresh file for each test, and streams as text."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)  # type: ignore[attr-defined]
        self.file = Path(folder.name) / "recorded"
        self.streams = 0

    def close(self, datastore: LedgerDatastore) -> None:
        """The library's readers are told to stop, and may still be reading: closing under them would crash Python."""
        for thread in threading.enumerate():
            if thread is not threading.current_thread() and not thread.daemon:
                thread.join()
        datastore.close()

    def new_originator_id(self) -> str:
        self.streams += 1
        return f"commitment:c{self.streams}"

    def create_recorder(self) -> LedgerRecorder:
        datastore = LedgerDatastore(uri(self.file, "rwc"))
        self.addCleanup(self.close, datastore)  # type: ignore[attr-defined]
        recorder = LedgerRecorder(datastore)
        recorder.create_table()
        return recorder


class TestLedgerRecorder(_OnFile, ApplicationRecorderTestCase[LedgerRecorder]):
    """The library's case for recorders of applications, concurrency included."""


class TestPositionsInOrder(_OnFile, NonInterleavingNotificationIDsBaseCase):
    """The library's case for stacks of entries that two threads write at once: they do not interleave."""


# The abstract cases are imported to be inherited from, not to be run.
del ApplicationRecorderTestCase, NonInterleavingNotificationIDsBaseCase


@pytest.fixture
def recorder(tmp_path: Path):  # type: ignore[no-untyped-def]
    datastore = LedgerDatastore(uri(tmp_path / "recorded", "rwc"))
    made = LedgerRecorder(datastore)
    made.create_table()
    yield made
    datastore.close()


def test_a_second_entry_at_the_same_place_of_a_stream_is_a_conflict(recorder: LedgerRecorder) -> None:
    event = StoredEvent("commitment:c1", 1, "commitment.made/1", b"{}")
    recorder.insert_events([event])
    with pytest.raises(IntegrityError):
        recorder.insert_events([event])
    assert [one.id for one in recorder.select_notifications(1, 10)] == [1]


def test_a_lock_is_taken_before_anything_is_read(recorder: LedgerRecorder) -> None:
    """What a writer decides by stays true until it commits: a second writer cannot begin meanwhile."""
    began = []

    def decide(writing) -> None:  # type: ignore[no-untyped-def]
        other = LedgerDatastore(recorder.datastore.pool.db_name, lock_timeout=1)
        try:
            with pytest.raises(Exception, match="locked"), other.transaction(commit=True):
                began.append("a second writer")
        finally:
            other.close()

    recorder.insert_events([], decide=decide)
    assert began == []
