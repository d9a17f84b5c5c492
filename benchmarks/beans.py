"""Beancount asked the same: load the journal, add up the postings until a day. Run by the Python that has it.

`python beans.py JOURNAL DAY`
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import date

from beancount import loader
from beancount.core import data

if __name__ == "__main__":
    entries, errors, _ = loader.load_file(sys.argv[1])
    assert not errors, errors[:3]
    day = date.fromisoformat(sys.argv[2])
    counts: Counter[str] = Counter()
    for entry in entries:
        if isinstance(entry, data.Transaction) and entry.date <= day:
            for posting in entry.postings:
                counts[posting.account] += int(posting.units.number)
    found = {name.partition(":")[2].lower(): number for name, number in counts.items() if name.startswith("Assets:")}
    print(json.dumps(found))
