//! What the embedded account is called.

/// The region that everything is in.
pub(crate) const REGION: &str = "us-east-1";

/// The account's number.
pub(crate) const ACCOUNT: &str = "000000000000";

/// The stack's name.
pub(crate) const STACK: &str = "recast";

/// The key that the SDK signs with; the embedded services are reached from this machine alone.
pub(crate) const ACCESS_KEY: &str = "recast";

/// Returns the ARN of a function.
pub(crate) fn function_arn(name: &str) -> String {
    format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}")
}

/// Returns a function's name, given it or its ARN.
pub(crate) fn function_name(name_or_arn: &str) -> &str {
    name_or_arn.rsplit(':').next().unwrap_or(name_or_arn)
}
