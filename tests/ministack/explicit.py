"""What MiniStack does not read in the form that SAM gives it, in one that it does."""


def routes(template):
    """Takes the routes of each HTTP API out of its OpenAPI body and makes them resources."""
    resources = template["Resources"]
    for name, api in list(resources.items()):
        if api["Type"] != "AWS::ApiGatewayV2::Api":
            continue
        paths = api["Properties"].pop("Body")["paths"]
        api["Properties"].update({"Name": name, "ProtocolType": "HTTP"})
        calls = [
            (method, path, call) for path, methods in paths.items() for method, call in methods.items()
        ]
        for number, (method, path, call) in enumerate(calls):
            integration = call["x-amazon-apigateway-integration"]
            resources[f"{name}Integration{number}"] = {
                "Type": "AWS::ApiGatewayV2::Integration",
                "Properties": {
                    "ApiId": {"Ref": name},
                    "IntegrationType": "AWS_PROXY",
                    "IntegrationUri": integration["uri"],
                    "PayloadFormatVersion": integration["payloadFormatVersion"],
                },
            }
            key = "$default" if path == "$default" else f"{method.upper()} {path}"
            target = {"Fn::Sub": f"integrations/${{{name}Integration{number}}}"}
            resources[f"{name}Route{number}"] = {
                "Type": "AWS::ApiGatewayV2::Route",
                "Properties": {"ApiId": {"Ref": name}, "RouteKey": key, "Target": target},
            }


def rule(rule):
    """A rule of a bucket's lifecycle, from CloudFormation's words to those of S3's API."""
    said = {"ID": rule["Id"], "Status": rule["Status"], "Filter": {"Prefix": ""}}
    if "ExpirationInDays" in rule:
        said["Expiration"] = {"Days": rule["ExpirationInDays"]}
    if "AbortIncompleteMultipartUpload" in rule:
        said["AbortIncompleteMultipartUpload"] = rule["AbortIncompleteMultipartUpload"]
    return said
