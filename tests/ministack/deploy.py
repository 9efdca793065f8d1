"""Deploys `infra/template.yaml` to a running MiniStack and prints where its APIs are, as JSON:

    python3 deploy.py ENDPOINT STACK FUNCTIONS [PARAMETER=VALUE ...]

FUNCTIONS is the directory of the release binaries, each named as its function. The template is
transformed as SAM does it; what MiniStack would lose on the way is said again in its own words."""

import io
import json
import os
import pathlib
import sys
import zipfile

import boto3
import yaml
from samtranslator.translator.transform import transform

import explicit

INFRA = pathlib.Path(__file__).parents[2] / "infra"
ARTIFACTS = "artifacts"


os.environ.update(AWS_DEFAULT_REGION="us-east-1", AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")


def main(endpoint, stack, functions, *parameters):
    def client(service):
        return boto3.client(service, endpoint_url=endpoint)

    s3 = client("s3")
    s3.create_bucket(Bucket=ARTIFACTS)
    template = yaml.safe_load((INFRA / "template.yaml").read_text())
    # MiniStack obeys it, and speaks no TLS here.
    del template["Resources"]["BucketPolicy"]
    # So that the sweep finds within minutes what a killed runner has left.
    template["Resources"]["RunTask"]["Properties"]["Timeout"] = 60
    package(template, pathlib.Path(functions), s3)
    transformed = transform(template, {}, ManagedPolicies())
    explicit.routes(transformed)
    create(client("cloudformation"), s3, stack, transformed, parameters)
    resources = client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
    ids = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in resources}
    complete(transformed["Resources"], ids, client("dynamodb"), s3)
    print(json.dumps(told(endpoint, ids, client("lambda"))))


class ManagedPolicies:
    """SAM asks AWS for them; the template uses none."""

    def load(self):
        return {}


def package(template, functions, s3):
    """Uploads code and definitions and has the template name them, as `sam package` does."""
    for name, resource in template["Resources"].items():
        properties = resource["Properties"]
        if "CodeUri" in properties:
            binary = functions / properties["FunctionName"]["Fn::Sub"].removeprefix("${AWS::StackName}-")
            s3.put_object(Bucket=ARTIFACTS, Key=f"{name}.zip", Body=bootstrap(binary))
            properties["CodeUri"] = f"s3://{ARTIFACTS}/{name}.zip"
        elif resource["Type"] == "AWS::Serverless::StateMachine":
            definition = (INFRA / properties["DefinitionUri"]).read_bytes()
            s3.put_object(Bucket=ARTIFACTS, Key=f"{name}.json", Body=definition)
            properties["DefinitionUri"] = {"Bucket": ARTIFACTS, "Key": f"{name}.json"}


def bootstrap(binary):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as file:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o755 << 16
        file.writestr(entry, binary.read_bytes())
    return archive.getvalue()


def create(cloudformation, s3, stack, template, parameters):
    s3.put_object(Bucket=ARTIFACTS, Key="template.json", Body=json.dumps(template))
    url = s3.generate_presigned_url("get_object", Params={"Bucket": ARTIFACTS, "Key": "template.json"})
    pairs = [parameter.split("=", 1) for parameter in parameters]
    cloudformation.create_stack(
        StackName=stack,
        TemplateURL=url,
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in pairs],
    )
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 120}
    )


def complete(resources, ids, dynamodb, s3):
    """Tells MiniStack what its CloudFormation drops."""
    dynamodb.update_time_to_live(
        TableName=ids["Table"],
        TimeToLiveSpecification=resources["Table"]["Properties"]["TimeToLiveSpecification"],
    )
    rules = resources["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    s3.put_bucket_lifecycle_configuration(
        Bucket=ids["Bucket"], LifecycleConfiguration={"Rules": [explicit.rule(rule) for rule in rules]}
    )


def told(endpoint, ids, functions):
    """Where requests go that have no way to name a host that is not there, and what a function was given."""
    url = functions.get_function_url_config(FunctionName=ids["Sync"])["FunctionUrl"]
    label = url.removeprefix("https://").split(".")[0]
    settings = functions.get_function_configuration(FunctionName=ids["ShowTask"])["Environment"]
    return {
        "api": f"{endpoint}/_aws/execute-api/{ids['Api']}/$default",
        "sync": f"{endpoint}/_aws/lambda-url/{label}",
        "settings": settings["Variables"],
    }


main(*sys.argv[1:])
