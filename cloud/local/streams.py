"""The tables' streams, where the emulator looks for them.

Ministack calls functions for what happened in its own tables. Here the items lie in another program, so that its streams
are read in place of ministack's. Batches, repeats and pauses after a fault stay ministack's work.

What a function has taken is written down, so that after a crash it is called with what came after, or once more with the
last batch: as in AWS, each change at least once and in order.
"""

import json
import os
import threading
import time
import urllib.error
import urllib.request

from ministack.services import dynamodb, lambda_svc

# Records that are read ahead of the functions, at most.
AHEAD = 2_000
# A table that is not there yet is looked for so often, and what is new in one that is.
LOOK_EVERY_SECONDS = 1.0
FETCH_EVERY_SECONDS = 0.1


class Streams:
    """What each table's stream still has for its function. A position counts records."""

    def __init__(self, endpoint, path):
        self.endpoint, self.path = endpoint, path
        self.lock = threading.Lock()
        self.waiting = {}
        # Sequence number of the last record that was taken, by table.
        self.taken = {}
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                self.taken = json.load(file)

    def has(self, table):
        """Whether a table is one of those."""
        with self.lock:
            return self._stream(table).is_there()

    def start(self, table):
        """Where the oldest record that waits stands."""
        with self.lock:
            return self._stream(table).start

    def end(self, table):
        """Where the next record will stand."""
        with self.lock:
            stream = self._stream(table)
            return stream.start + len(stream.records)

    def since(self, table, position, count):
        """The next records from a position on, `count` at most. Whoever asks has dealt with those before it."""
        with self.lock:
            stream = self._stream(table)
            done = min(max(position - stream.start, 0), len(stream.records))
            if done:
                self.taken[table] = stream.records[done - 1]["dynamodb"]["SequenceNumber"]
                self._save()
                stream.records = stream.records[done:]
                stream.start += done
            return stream.records[:count]

    def fetch_for_ever(self):
        """Fetches what is new, and wakes whoever calls the functions."""
        while True:
            time.sleep(FETCH_EVERY_SECONDS)
            if self.fetch():
                lambda_svc._esm_wake.set()

    def fetch(self):
        """Says whether anything waits for a function now."""
        waits = False
        with self.lock:
            known = list(self.waiting.values())
        for stream in known:
            with self.lock:
                if stream.is_there() and len(stream.records) < AHEAD:
                    stream.fetch()
                waits |= bool(stream.records)
        return waits

    def _stream(self, table):
        if table not in self.waiting:
            self.waiting[table] = Stream(self.endpoint, table, self.taken.get(table))
        return self.waiting[table]

    def _save(self):
        fresh = self.path + ".tmp"
        with open(fresh, "w", encoding="utf-8") as file:
            json.dump(self.taken, file)
        os.replace(fresh, self.path)


class Stream:
    """One table's stream; it has one shard."""

    def __init__(self, endpoint, table, taken):
        self.endpoint, self.table, self.taken = endpoint, table, taken
        # Ahead of every position that an earlier run can have left in ministack's state.
        self.start = time.time_ns() // 1_000
        self.records, self.iterator = [], None
        self.there, self.look_again = False, 0.0

    def is_there(self):
        if not self.there and time.monotonic() >= self.look_again:
            self.look_again = time.monotonic() + LOOK_EVERY_SECONDS
            try:
                self.there = bool(self._ask("ListStreams", {"TableName": self.table})["Streams"])
            except urllib.error.HTTPError:
                raise
            except OSError:
                pass  # The tables' program is not there yet.
        return self.there

    def fetch(self):
        try:
            if self.iterator is None:
                self.iterator = self._first()
            if self.iterator is None:
                return
            page = self._ask("GetRecords", {"ShardIterator": self.iterator, "Limit": 1_000})
        except OSError:
            # The tables are not there, or were made anew: where to go on is asked again.
            self.iterator = None
            return
        arn = (dynamodb._tables.get(self.table) or {}).get("LatestStreamArn", "")
        self.records += [{**record, "eventSourceARN": arn} for record in page["Records"]]
        self.iterator = page.get("NextShardIterator")

    def _first(self):
        """Where to begin; nowhere while nothing has happened."""
        streams = self._ask("ListStreams", {"TableName": self.table})["Streams"]
        if not streams:
            return None
        stream = {"StreamArn": streams[-1]["StreamArn"]}
        shards = self._ask("DescribeStream", stream)["StreamDescription"]["Shards"]
        if not shards:
            return None
        after = self.records[-1]["dynamodb"]["SequenceNumber"] if self.records else self.taken
        begin = ({"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": after} if after
                 else {"ShardIteratorType": "TRIM_HORIZON"})
        asked = {**stream, "ShardId": shards[-1]["ShardId"], **begin}
        return self._ask("GetShardIterator", asked)["ShardIterator"]

    def _ask(self, what, body):
        request = urllib.request.Request(self.endpoint, json.dumps(body).encode(), {
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": f"DynamoDBStreams_20120810.{what}",
            "X-Amz-Date": "20000101T000000Z",
            # The emulator of the tables checks no signature.
            "Authorization": "AWS4-HMAC-SHA256 Credential=test/20000101/us-east-1/dynamodb/aws4_request, "
                             "SignedHeaders=host, Signature=none",
        })
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)


def follow_tables(endpoint, state):
    """Has ministack find the streams of the tables at `endpoint`; those of its own tables stay as they are. Gives a
    function that says whether every function has been told of everything."""
    streams = Streams(endpoint, os.path.join(state, "streams.json"))
    threading.Thread(target=streams.fetch_for_ever, daemon=True).start()

    def instead(name, ours):
        theirs = getattr(dynamodb, name)

        def either(table, *arguments, **named):
            return (ours if streams.has(table) else theirs)(table, *arguments, **named)

        setattr(dynamodb, name, either)

    instead("stream_start_position", lambda table, **_: streams.start(table))
    instead("stream_end_position", lambda table, **_: streams.end(table))
    instead("stream_records_since", lambda table, position, count, **_: streams.since(table, position, count))
    return lambda: not streams.fetch()
