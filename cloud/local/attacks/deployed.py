"""Reads from a cloud who may do what in it: every role and policy of the stack as IAM has them, the policies of queues,
bucket, key, topics and functions, and the full name (ARN) of each thing. Prints them as one JSON object, which
`judge.mjs` reads.

Nothing is read out of the template: what the deployment made of it counts. The development cloud differs from AWS in two
places, both marked below.
"""

import argparse
import json

import boto3

# As in deploy.py.
REGION = "us-east-1"
STACK = "dev-wicket"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--endpoint", required=True)
    endpoint = arguments.parse_args().endpoint
    print(json.dumps(Deployed(endpoint).read()))


class Deployed:
    def __init__(self, endpoint):
        self.endpoint = endpoint
        # What the table of attacks calls a thing, and its full name.
        self.names = {}
        # Full name of a thing, and the policy that it has itself.
        self.own_policies = {}
        self.names_of_secrets = {}

    def client(self, service):
        return boto3.client(service, endpoint_url=self.endpoint, region_name=REGION, aws_access_key_id="test",
                            aws_secret_access_key="test")

    def read(self):
        stack = {}
        for page in self.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK):
            for resource in page["StackResourceSummaries"]:
                of_type = stack.setdefault(resource["ResourceType"].removeprefix("AWS::"), {})
                of_type[resource["LogicalResourceId"]] = resource["PhysicalResourceId"]
        account = self.client("sts").get_caller_identity()["Account"]
        self.name_data(stack)
        self.name_messages(stack)
        self.name_functions(stack)
        routes = self.name_doors(stack, account)
        roles, policies = self.identities(stack)
        return {"account": account, "names": self.names, "routes": routes, "roles": roles, "policies": policies,
                "ownPolicies": self.own_policies}

    def name_data(self, stack):
        tables = self.client("dynamodb")
        for logical, name in stack["DynamoDB::Table"].items():
            table, short = tables.describe_table(TableName=name)["Table"], logical.removesuffix("Table")
            self.names[f"table:{short}"] = table["TableArn"]
            for index in table.get("GlobalSecondaryIndexes", []):
                self.names[f"index:{short}/{index['IndexName']}"] = f"{table['TableArn']}/index/{index['IndexName']}"
        for name in stack["S3::Bucket"].values():
            self.names["bucket"] = f"arn:aws:s3:::{name}"
            self.own_policies[self.names["bucket"]] = json.loads(self.client("s3").get_bucket_policy(Bucket=name)["Policy"])
        secrets = {"StripeWebhookSecretEntry": "stripe", "IssuingKey": "issuing"}
        for logical, name in stack["SecretsManager::Secret"].items():
            secret = self.client("secretsmanager").describe_secret(SecretId=name)
            self.names[f"secret:{secrets[logical]}"] = secret["ARN"]
            self.names_of_secrets[secret["Name"]] = secret["ARN"]
        for name in stack["SSM::Parameter"].values():
            self.names["setting:fulfilment"] = self.client("ssm").get_parameter(Name=name)["Parameter"]["ARN"]
        for key in stack["KMS::Key"].values():
            arn = self.client("kms").describe_key(KeyId=key)["KeyMetadata"]["Arn"]
            self.names["key:topics"] = arn
            policy = self.client("kms").get_key_policy(KeyId=key, PolicyName="default")["Policy"]
            self.own_policies[arn] = json.loads(policy)

    def name_messages(self, stack):
        queues, topics = self.client("sqs"), self.client("sns")
        for logical, url in stack["SQS::Queue"].items():
            queue = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            self.names[f"queue:{logical}"] = queue["QueueArn"]
            if "Policy" in queue:
                self.own_policies[queue["QueueArn"]] = json.loads(queue["Policy"])
        for logical, arn in stack["SNS::Topic"].items():
            self.names[f"topic:{logical}"] = arn
            policy = json.loads(topics.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"])
            # Difference 1: the emulator's own policy of a topic lets everybody in, AWS's the topic's owner alone. Only
            # policies that the stack sets are judged.
            if policy.get("Id") != "__default_policy_ID":
                self.own_policies[arn] = policy

    def name_functions(self, stack):
        functions, logs = self.client("lambda"), self.client("logs")
        for logical, name in stack["Lambda::Function"].items():
            arn = functions.get_function(FunctionName=name)["Configuration"]["FunctionArn"]
            self.names[f"function:{logical}"] = arn
            try:
                self.own_policies[arn] = json.loads(functions.get_policy(FunctionName=name)["Policy"])
            except functions.exceptions.ResourceNotFoundException:
                pass  # Its queue calls it; nobody else may.
        for logical, name in stack["Logs::LogGroup"].items():
            group = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"][0]["logGroupArn"]
            self.names[f"log:{logical.removesuffix('Logs')}"] = f"{group}:log-stream:one"

    def name_doors(self, stack, account):
        [api] = stack["ApiGatewayV2::Api"].values()
        self.names["api"] = f"arn:aws:execute-api:{REGION}:{account}:{api}/$default"
        return [route["RouteKey"] for route in self.client("apigatewayv2").get_routes(ApiId=api)["Items"]]

    def identities(self, stack):
        """Roles with all their policies, and policies by themselves, both by their names in the template."""
        iam, found, marker = self.client("iam"), {"RoleDetailList": [], "Policies": []}, {}
        while marker is not None:
            page = iam.get_account_authorization_details(**marker)
            for part, items in found.items():
                items += page[part]
            marker = {"Marker": page["Marker"]} if page["IsTruncated"] else None
        documents = {policy["Arn"]: version["Document"] for policy in found["Policies"]
                     for version in policy["PolicyVersionList"] if version["IsDefaultVersion"]}
        managed = {logical: {"name": logical, "policy": self.repaired(documents[arn])}
                   for logical, arn in stack["IAM::ManagedPolicy"].items()}
        by_arn = {arn: managed[logical] for logical, arn in stack["IAM::ManagedPolicy"].items()}
        details, roles = {role["RoleName"]: role for role in found["RoleDetailList"]}, {}
        for logical, name in stack["IAM::Role"].items():
            role = details[name]
            own = [{"name": policy["PolicyName"], "policy": self.repaired(policy["PolicyDocument"])}
                   for policy in role["RolePolicyList"]]
            roles[logical] = {"name": name, "policies": own + [by_arn[policy["PolicyArn"]]
                                                               for policy in role["AttachedManagedPolicies"]]}
            self.names[f"role:{logical}"] = role["Arn"]
            self.own_policies[role["Arn"]] = role["AssumeRolePolicyDocument"]
        return roles, managed

    def repaired(self, document):
        """Difference 2: `!Ref` of a secret is its full name in AWS and its short name in the emulator."""
        for statement in document["Statement"]:
            resource = statement.get("Resource")
            if isinstance(resource, str):
                statement["Resource"] = self.names_of_secrets.get(resource, resource)
        return document


if __name__ == "__main__":
    main()
