"""The development cloud's process: ministack, with a memory that outlives `kill -9`.

Ministack writes its state when it is stopped properly, and only then. A cloud that forgets what it has
acknowledged proves nothing about stations that never lose a sale, so this starts it with additions:

- each message that enters or leaves a queue is written to a journal before the answer goes out;
- what a topic cannot deliver becomes a dead letter of its subscription;
- a queue's concurrency may come from a parameter of the stack;
- what is set up rarely (functions, subscriptions, users, secrets) is written within a second of a change,
  and everything at once on `POST /_wicket/save`, which the deployment calls when it is done.

`GET /_wicket/told` says whether the functions have been called for everything that happened in the tables.

Tables are not here: they live in another program, in an SQLite file, and `streams.py` brings what happens in them.
Objects are files already. It may not change what ministack answers. Ministack's version is pinned, since this reaches into it.
"""

import asyncio
import json
import os
import re
import threading

import ministack.app as server
from ministack.core import persistence
from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy
from ministack.services import lambda_svc, sns, sqs

import streams

STATE = persistence.STATE_DIR
JOURNAL = os.path.join(STATE, "messages.journal")
# Nothing is waiting and the journal is at least this long: it starts anew.
JOURNAL_BYTES = 4 * 1024 * 1024
SAVE_EVERY_SECONDS = 1.0
# Too large to be written every second: after a crash they are as the last deployment left them.
SAVED_WHEN_ASKED = {"cloudwatch", "cloudwatch_logs", "cloudtrail"}
# Requests signed for these change nothing that is written every second.
QUIET = {"sqs", "sns", "dynamodb", "logs", "monitoring", "sts"}

# Ministack's own lock covers the pollers only, so that a message sent while a poller rebuilds its queue's
# list would be gone. This one covers everybody who touches a queue.
lock = threading.RLock()


class Journal:
    """Lines of JSON: a message that came, or the ids of those that went."""

    def __init__(self, path):
        self.descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.size = os.fstat(self.descriptor).st_size
        self.waiting = 0

    def came(self, queue, message):
        self.waiting += 1
        self._write({"queue": queue, "came": message})

    def went(self, queue, ids):
        self.waiting -= len(ids)
        if self.waiting <= 0 and self.size >= JOURNAL_BYTES:
            os.ftruncate(self.descriptor, 0)
            self.size = 0
        else:
            self._write({"queue": queue, "went": ids})

    def _write(self, entry):
        line = (json.dumps(entry, default=persistence._json_default) + "\n").encode()
        self.size += os.write(self.descriptor, line)


class Messages(list):
    """A queue's messages; each that is added is in the journal first."""

    def __init__(self, journal, queue, items=()):
        super().__init__(items)
        self.journal, self.queue = journal, queue

    def append(self, message):
        with lock:
            self.journal.came(self.queue, message)
            super().append(message)

    def remove(self, message):
        with lock:
            super().remove(message)
            self.journal.went(self.queue, [message["id"]])

    def clear(self):
        with lock:
            self.journal.went(self.queue, [message["id"] for message in self])
            super().clear()


class Queue(dict):
    """A queue's record. Ministack takes messages out by putting a shorter list in place."""

    def __init__(self, journal, record):
        super().__init__(record)
        self.journal = journal
        arn = record["attributes"]["QueueArn"]
        super().__setitem__("messages", Messages(journal, arn, record["messages"]))

    def __setitem__(self, key, value):
        if key != "messages":
            super().__setitem__(key, value)
            return
        with lock:
            now = self["messages"]
            if len(value) < len(now):
                kept = {message["id"] for message in value}
                now.journal.went(now.queue, [m["id"] for m in now if m["id"] not in kept])
            super().__setitem__("messages", Messages(self.journal, now.queue, value))


class Queues(dict):
    """All queues; whoever makes one (the API, a stack) puts a plain record here."""

    def __init__(self, journal, records):
        super().__init__()
        self.journal = journal
        for scope, record in records.items():
            self[scope] = record

    def __setitem__(self, scope, record):
        with lock:
            super().__setitem__(scope, record if isinstance(record, Queue) else Queue(self.journal, record))

    def pop(self, scope, *otherwise):
        with lock:
            if scope in self:
                self[scope]["messages"].clear()
            return super().pop(scope, *otherwise)


def read_journal(path):
    """What is left of each queue: {arn: {id: message}}. A line cut by a crash was never acknowledged."""
    left = {}
    if not os.path.exists(path):
        return left
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            try:
                entry = json.loads(line, object_hook=persistence._json_object_hook)
            except json.JSONDecodeError:
                continue
            queue = left.setdefault(entry["queue"], {})
            if "came" in entry:
                queue[entry["came"]["id"]] = entry["came"]
            for gone in entry.get("went", ()):
                queue.pop(gone, None)
    return left


def restart_journal(path, left):
    """The journal with nothing in it but what is left."""
    fresh = path + ".tmp"
    with open(fresh, "w", encoding="utf-8") as file:
        for queue, messages in left.items():
            for message in messages.values():
                file.write(json.dumps({"queue": queue, "came": message}, default=persistence._json_default) + "\n")
    os.replace(fresh, path)
    return Journal(path)


def keep_messages():
    """Puts the journal under every queue, those that are read back and those that are made later."""
    left = read_journal(JOURNAL)
    journal = restart_journal(JOURNAL, left)
    journal.waiting = sum(len(messages) for messages in left.values())
    load = sqs.load_persisted_state

    def load_persisted_state(data):
        load(data)
        for record in sqs._queues._data.values():
            # Past the journal, which has them already.
            waiting = left.pop(record["attributes"]["QueueArn"], {}).values()
            dict.__setitem__(record, "messages", [again(message) for message in waiting])
        sqs._queues._data = Queues(journal, sqs._queues._data)

    def get_state():
        queues = sqs.AccountRegionScopedDict()
        with lock:
            for scope, record in sqs._queues._data.items():
                queues._data[scope] = {**record, "messages": []}
            return {"queues": queues, "queue_name_to_url": sqs._queue_name_to_url}

    sqs._queues._data = Queues(journal, sqs._queues._data)
    sqs.load_persisted_state, sqs.get_state = load_persisted_state, get_state
    one_at_a_time(sqs, "_act_send_message", "_act_delete_message", "_act_delete_message_batch")
    one_at_a_time(sqs, "_act_purge_queue", "_act_change_visibility", "_act_change_visibility_batch")
    one_at_a_time(sqs, "_act_set_queue_attributes", "_expire_retained", "_dlq_sweep", "_collect_msgs")
    one_at_a_time(sqs, "_receive_messages_for_esm", "_delete_messages_for_esm")
    one_at_a_time(sns, "_deliver_to_sqs")


def keep_undelivered():
    """Puts what a topic cannot hand to a queue among the dead letters that the subscription names, as SNS does at once
    where the queue is gone or its policy lets the topic send nothing. Ministack looks at no policy, and drops the rest."""
    deliver = sns._deliver_to_sqs

    def deliver_or_keep(endpoint, *message, topic_arn="", **named):
        if not may_send(topic_arn, endpoint):
            subscriptions = sns._topic_by_arn_any_scope(topic_arn)["subscriptions"]
            [policy] = [s["attributes"].get("RedrivePolicy") for s in subscriptions if s["endpoint"] == endpoint][:1]
            endpoint = json.loads(policy)["deadLetterTargetArn"] if policy else endpoint
            if not may_send(topic_arn, endpoint):
                return
        deliver(endpoint, *message, topic_arn=topic_arn, **named)

    sns._deliver_to_sqs = deliver_or_keep


def may_send(topic_arn, queue_arn):
    """Whether a queue is there and its policy lets a topic send to it."""
    queue = sqs._queue_by_arn(queue_arn)
    policy = queue and queue["attributes"].get("Policy")
    if not policy:
        return False
    region, account = topic_arn.split(":")[3:5]
    asked = EvalContext(principal_arn="*", principal_type="Service", principal_account="", action="sqs:SendMessage",
                        resource_arn=queue_arn, region=region,
                        service_context={"aws:sourcearn": topic_arn, "aws:sourceaccount": account})
    return evaluate_resource_policy(policy, asked, service="sns.amazonaws.com").decision == "Allow"


def read_numbers():
    """A parameter of a stack is a text, which AWS reads as a number where one belongs; ministack stops polling over it."""
    limit = lambda_svc._sqs_esm_concurrency

    def limit_of(mapping, *rest):
        scaling = mapping.get("ScalingConfig") or {}
        if "MaximumConcurrency" in scaling:
            scaling["MaximumConcurrency"] = int(scaling["MaximumConcurrency"])
        return limit(mapping, *rest)

    lambda_svc._sqs_esm_concurrency = limit_of


def again(message):
    """A message as it is after a crash: whoever had received it has died too, so it is there for all."""
    return {**message, "receipt_handle": None, "visible_at": message["sent_at"]}


def one_at_a_time(module, *names):
    """Lets only one of these run, whichever thread it is in."""
    for name in names:
        function = getattr(module, name)

        def guarded(*arguments, _function=function, **named):
            with lock:
                return _function(*arguments, **named)

        setattr(module, name, guarded)
        for action, handler in sqs._HANDLERS.items():
            if handler is function:
                sqs._HANDLERS[action] = guarded


class Saver:
    """Writes what is set up rarely, within a second of a request that may have changed it."""

    def __init__(self, serve, told):
        self.serve, self.changed, self.task = serve, False, None
        # Whether the tables' streams have been read to their end.
        self.told = told

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.serve(scope, receive, send)
            return
        if scope["path"] == "/_wicket/save" and scope["method"] == "POST":
            self.save(())
            await self.answer(send, 204)
            return
        if scope["path"] == "/_wicket/told" and scope["method"] == "GET":
            await self.answer(send, 204 if await asyncio.to_thread(self.told) else 503)
            return
        if self.task is None:
            self.task = asyncio.create_task(self.keep_saving())
        try:
            await self.serve(scope, receive, send)
        finally:
            self.changed |= changes(scope)

    async def answer(self, send, status):
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def keep_saving(self):
        while True:
            await asyncio.sleep(SAVE_EVERY_SECONDS)
            if self.changed:
                self.changed = False
                self.save(SAVED_WHEN_ASKED)

    def save(self, but):
        states = server._build_persistence_save_dict()
        persistence.save_all({name: state for name, state in states.items() if name not in but})


def changes(scope):
    """Whether a request may have changed what is written every second."""
    if scope["method"] in ("GET", "HEAD", "OPTIONS"):
        return False
    signed = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
    service = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/aws4_request", signed)
    return service is None or service.group(1) not in QUIET


if __name__ == "__main__":
    os.makedirs(STATE, exist_ok=True)
    persistence.logger.setLevel("WARNING")
    keep_messages()
    keep_undelivered()
    read_numbers()
    told = streams.follow_tables(os.environ["AWS_ENDPOINT_URL_DYNAMODB"], STATE)
    server.app = Saver(server.app, told)
    server.main()
