"""Puts the template and the functions into the development cloud, and what development needs beside them.

Called by `cargo xtask cloud up` with the clone's own Python. Everything here speaks to the emulator as it
would to AWS; only the tables' second home (below) is particular to development. On standard output comes
one line of JSON with what the stack is made of, on standard error everything that is for people.
"""

import argparse
import hashlib
import json
import os
import pathlib
import sys
import time
import urllib.request
import zipfile

import boto3
from botocore.config import Config

REGION = "us-east-1"
ENVIRONMENT = "dev"
STACK = f"{ENVIRONMENT}-wicket"
ARTIFACTS = f"{ENVIRONMENT}-wicket-artifacts"
TABLES = ["SeatInventory", "Orders", "Tickets", "Events", "FanClubMembers", "Customers", "Payments", "Stations",
          "Conflicts", "Changes"]
# Who can sign in at once. The password is no secret: this cloud listens on this machine only.
STAFF = ["organizer", "supervisor", "seller", "steward"]
PASSWORD = "Wicket-dev-2026"
# The one house of this cloud.
VENUE = "house"
# Known to the sample payloads, with as many points as make one member of each tier.
MEMBERS = {"FCID1001": 0, "FCID1002": 1000, "FCID1003": 5000, "FCID1004": 20000}
TIERS = {0: "bronze", 1000: "silver", 5000: "gold", 20000: "platinum"}
# Failed messages are tried again within seconds here: nobody waits a minute for a dead letter at a desk.
PARAMETERS = {
    "Environment": ENVIRONMENT,
    "Owner": "development",
    "NotificationEmail": "fans@example.com",
    "OperationsEmail": "operations@example.com",
    "StripeWebhookSecret": "whsec_development",
    "FulfilmentKey": "fulfilment-development",
    # A table whose key changes is made anew here.
    "DeletionProtection": "false",
    "RetryAfterSeconds": "15",
    "FulfilmentTimeoutSeconds": "20",
    "FulfilmentRetryAfterSeconds": "25",
    "MaxReceives": "5",
    # The emulator checks no signature, and whoever tries the API out by hand has none to give.
    "OrdersAuthorization": "NONE",
}
PATIENCE_SECONDS = 60


def say(words):
    print(words, file=sys.stderr, flush=True)


class Cloud:
    """Clients of the emulator, made when they are asked for."""

    def __init__(self, endpoint, tables_endpoint):
        self.endpoint, self.tables_endpoint = endpoint, tables_endpoint

    def __call__(self, service, endpoint=None):
        quick = Config(connect_timeout=5, read_timeout=60, retries={"max_attempts": 2})
        return boto3.client(service, endpoint_url=endpoint or self.endpoint, region_name=REGION, config=quick,
                            aws_access_key_id="test", aws_secret_access_key="test")

    def tables(self):
        return self("dynamodb", self.tables_endpoint)


def fingerprint(stage):
    """Of all that is deployed: the template, every function, and the values given here."""
    digest = hashlib.sha256(json.dumps(PARAMETERS, sort_keys=True).encode())
    for path in [stage / "cloud/template.yaml", *sorted(stage.glob("target/lambda/*/bootstrap"))]:
        digest.update(f"\n{path.relative_to(stage)} {path.stat().st_size}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def described_stack(cloud):
    client = cloud("cloudformation")
    try:
        return client.describe_stacks(StackName=STACK)["Stacks"][0]
    except client.exceptions.ClientError:
        return None


def status(cloud):
    stack = described_stack(cloud)
    return stack["StackStatus"] if stack else "ABSENT"


def outputs(cloud):
    """What the stack says about itself, or nothing when it is not there or not whole."""
    stack = described_stack(cloud)
    if stack is None or stack["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        return None
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def deploy(cloud, stage, architecture):
    """Takes the same three steps as `sam deploy` (package, upload, create or update the stack), without its
    half minute of compressing: the functions are large, and they change with every try."""
    say("Development cloud: deploying cloud/template.yaml.")
    template = package(cloud("s3"), stage)
    client, values = cloud("cloudformation"), {**PARAMETERS, "Architecture": architecture}
    stack = {
        "StackName": STACK,
        "TemplateURL": template,
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()],
    }
    try:
        if status(cloud) == "ABSENT":
            client.create_stack(**stack)
        else:
            client.update_stack(**stack)
    except client.exceptions.ClientError as refused:
        if "No updates are to be performed" not in str(refused):
            sys.exit(f"The development cloud refused the template: {refused}")
    until = time.monotonic() + PATIENCE_SECONDS
    while status(cloud).endswith("_IN_PROGRESS") and time.monotonic() < until:
        time.sleep(0.2)
    facts = outputs(cloud)
    if facts is None:
        for event in client.describe_stack_events(StackName=STACK)["StackEvents"]:
            if event["ResourceStatus"].endswith("_FAILED"):
                say(f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}")
        sys.exit("The development cloud did not take the template; why is above. `cargo xtask cloud down --forget` "
                 "and another `up` begin anew.")
    return facts


def package(client, stage):
    """Uploads each function that is not there yet, and the template that names them; gives its address."""
    client.create_bucket(Bucket=ARTIFACTS)
    there = {item["Key"] for item in client.list_objects_v2(Bucket=ARTIFACTS).get("Contents", [])}
    template = (stage / "cloud/template.yaml").read_text()
    for program in sorted(stage.glob("target/lambda/*/bootstrap")):
        digest = hashlib.sha256(program.read_bytes()).hexdigest()
        if digest not in there:
            client.put_object(Bucket=ARTIFACTS, Key=digest, Body=zipped(program, digest, stage.parent / "zips"))
        local = f"CodeUri: ../target/lambda/{program.parent.name}/"
        template = template.replace(local, f"CodeUri: s3://{ARTIFACTS}/{digest}")
    client.put_object(Bucket=ARTIFACTS, Key="template.yaml", Body=template.encode())
    return f"{client.meta.endpoint_url}/{ARTIFACTS}/template.yaml"


def zipped(program, digest, cache):
    """A program as Lambda takes it. Several clouds of one clone share what was compressed once."""
    path = cache / f"{program.parent.name}-{digest}.zip"
    if not path.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        for old in cache.glob(f"{program.parent.name}-{'?' * 64}.zip"):
            old.unlink(missing_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        entry = zipfile.ZipInfo("bootstrap", (2000, 1, 1, 0, 0, 0))
        entry.external_attr, entry.compress_type = 0o755 << 16, zipfile.ZIP_DEFLATED
        with zipfile.ZipFile(fresh, "w") as archive:
            archive.writestr(entry, program.read_bytes(), compresslevel=1)
        fresh.replace(path)
    return path.read_bytes()


def make_tables(cloud):
    """Makes the tables once more where their items are kept, as the deployed stack describes them.

    The emulator's own tables stay empty: its queries take seconds where an index has tens of thousands of
    items, and its items would be gone after a crash.
    """
    if not cloud.tables_endpoint:
        return
    described, kept = cloud("dynamodb"), cloud.tables()
    there = set(kept.list_tables()["TableNames"])
    for name in (f"{ENVIRONMENT}-{table}" for table in TABLES):
        table = described.describe_table(TableName=name)["Table"]
        indexes = [{key: index[key] for key in ("IndexName", "KeySchema", "Projection")}
                   for index in table.get("GlobalSecondaryIndexes", [])]
        shape = {"KeySchema": table["KeySchema"], "AttributeDefinitions": table["AttributeDefinitions"]}
        if indexes:
            shape["GlobalSecondaryIndexes"] = indexes
        if table.get("StreamSpecification"):
            shape["StreamSpecification"] = {"StreamEnabled": True,
                                            "StreamViewType": table["StreamSpecification"]["StreamViewType"]}
        if name in there and not same_shape(kept.describe_table(TableName=name)["Table"], shape):
            # As CloudFormation does when a key changes: the table is replaced.
            say(f"Development cloud: {name} has another shape now; it starts empty.")
            kept.delete_table(TableName=name)
            there.discard(name)
        if name not in there:
            kept.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **shape)


def same_shape(table, wanted):
    def plain(shape):
        key = lambda schema: [(k["AttributeName"], k["KeyType"]) for k in schema]
        return (key(shape["KeySchema"]),
                sorted((a["AttributeName"], a["AttributeType"]) for a in shape["AttributeDefinitions"]),
                sorted((i["IndexName"], key(i["KeySchema"]), i["Projection"]["ProjectionType"])
                       for i in shape.get("GlobalSecondaryIndexes", [])),
                (shape.get("StreamSpecification") or {}).get("StreamViewType"))
    return plain(table) == plain(wanted)


def seed(cloud, facts):
    """People who can sign in, and members who get a discount. What is there already stays as it is."""
    pool, client = facts["UserPoolId"], cloud("cognito-idp")
    for role in STAFF:
        name = f"{role}@example.com"
        attributes = {"email": name, "email_verified": "true", "name": role.capitalize(), "custom:role": role,
                      "custom:venue": VENUE}
        try:
            client.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS", UserAttributes=[
                {"Name": key, "Value": value} for key, value in attributes.items()])
        except client.exceptions.UsernameExistsException:
            continue
        client.admin_set_user_password(UserPoolId=pool, Username=name, Password=PASSWORD, Permanent=True)
        client.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=role)
    tables = cloud.tables()
    for number, points in MEMBERS.items():
        item = {"fanClubId": {"S": number}, "points": {"N": str(points)}, "tier": {"S": TIERS[points]},
                "updatedAt": {"N": str(int(time.time() * 1000))}}
        try:
            tables.put_item(TableName=f"{ENVIRONMENT}-FanClubMembers", Item=item,
                            ConditionExpression="attribute_not_exists(fanClubId)")
        except tables.exceptions.ConditionalCheckFailedException:
            continue


def guide(cloud, facts):
    """Gives the function that guides new stations the addresses of this machine, in place of AWS's. A deployment that
    changes the function takes them away again, so this follows each."""
    client, name, here = cloud("lambda"), f"{ENVIRONMENT}-PairingGuide", described(cloud, facts)
    variables = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    addresses = {"API_URL": here["apiUrl"], "EMULATOR_ENDPOINT": here["endpoint"],
                 "EMULATOR_DYNAMODB_ENDPOINT": here["dynamodbEndpoint"]}
    client.update_function_configuration(FunctionName=name, Environment={"Variables": variables | addresses})


def wait_until_listening(cloud):
    """Until every queue's function is called when a message comes."""
    client, until = cloud("lambda"), time.monotonic() + PATIENCE_SECONDS
    while True:
        mappings = client.list_event_source_mappings()["EventSourceMappings"]
        if mappings and all(mapping["State"] == "Enabled" for mapping in mappings):
            return
        if time.monotonic() > until:
            sys.exit("The development cloud's functions do not listen to their queues. Its log says why.")
        time.sleep(0.2)


def save(cloud):
    """Has the emulator write all of it down now."""
    request = urllib.request.Request(f"{cloud.endpoint}/_wicket/save", method="POST")
    urllib.request.urlopen(request, timeout=30).close()


def described(cloud, facts):
    """The facts a station needs, with addresses on this machine in place of AWS's."""
    api = facts["ApiUrl"].removeprefix("https://").split(".")[0]
    return {
        "environment": ENVIRONMENT,
        "region": REGION,
        "endpoint": cloud.endpoint,
        "dynamodbEndpoint": cloud.tables_endpoint or cloud.endpoint,
        "tables": {table: facts[f"{table}TableName"] for table in TABLES},
        "stationQueueUrl": facts["StationQueueUrl"],
        "admissionQueueUrl": facts["AdmissionQueueUrl"],
        "bucket": facts["BucketName"],
        "userPoolId": facts["UserPoolId"],
        "userPoolClientId": facts["UserPoolClientId"],
        "identityPoolId": facts["IdentityPoolId"],
        "venue": VENUE,
        "apiUrl": f"{cloud.endpoint}/_aws/execute-api/{api}/$default",
        "staff": [f"{role}@example.com" for role in STAFF],
        "password": PASSWORD,
    }


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--endpoint", required=True)
    arguments.add_argument("--tables-endpoint", default="")
    arguments.add_argument("--stage", required=True, type=pathlib.Path)
    arguments.add_argument("--state", required=True, type=pathlib.Path)
    arguments.add_argument("--architecture", required=True)
    given = arguments.parse_args()
    cloud = Cloud(given.endpoint, given.tables_endpoint)
    mark, now = given.state / "deployed", fingerprint(given.stage)
    facts = outputs(cloud)
    if facts is None or not mark.is_file() or mark.read_text() != now:
        mark.unlink(missing_ok=True)
        facts = deploy(cloud, given.stage, given.architecture)
        make_tables(cloud)
        seed(cloud, facts)
        guide(cloud, facts)
        wait_until_listening(cloud)
        save(cloud)
        mark.write_text(now)
    else:
        wait_until_listening(cloud)
    print(json.dumps(described(cloud, facts)))


if __name__ == "__main__":
    main()
