use serde_json::Value;

use super::resolve::{ResolveError, Resolver, intrinsic};

impl Resolver<'_> {
    /// Resolves the side that a choice comes to.
    pub(super) fn choose(&self, choice: &[Value]) -> Result<Value, ResolveError> {
        self.resolve(self.chosen(choice)?.clone())
    }

    fn chosen<'v>(&self, choice: &'v [Value]) -> Result<&'v Value, ResolveError> {
        let [Value::String(condition), then, otherwise] = choice else {
            return Err(ResolveError(format!("Fn::If of {choice:?}")));
        };
        Ok(if self.is_met(condition)? { then } else { otherwise })
    }

    /// Returns whether a condition of the template is met.
    pub(super) fn is_met(&self, condition: &str) -> Result<bool, ResolveError> {
        self.holds(&self.template["Conditions"][condition])
    }

    fn holds(&self, condition: &Value) -> Result<bool, ResolveError> {
        match condition.as_object().and_then(intrinsic) {
            Some(("Fn::Equals", Value::Array(both))) if both.len() == 2 => {
                Ok(self.text(&both[0])? == self.text(&both[1])?)
            }
            Some(("Fn::Not", Value::Array(one))) if one.len() == 1 => Ok(!self.holds(&one[0])?),
            _ => Err(ResolveError(format!("condition {condition}"))),
        }
    }

    /// Returns whether a member is to be left out: it is `AWS::NoValue`, or a choice that comes to that.
    pub(super) fn is_nothing(&self, value: &Value) -> bool {
        match value.as_object().and_then(intrinsic) {
            Some(("Ref", name)) => name == "AWS::NoValue",
            Some(("Fn::If", Value::Array(choice))) => {
                self.chosen(choice).is_ok_and(|chosen| self.is_nothing(chosen))
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn choices_go_by_conditions_and_nothing_is_left_out() {
        let template = json!({
            "Parameters": { "A": { "Default": "" } },
            "Conditions": { "HasA": { "Fn::Not": [{ "Fn::Equals": [{ "Ref": "A" }, ""] }] } },
        });
        let choice = json!({ "Fn::If": ["HasA", { "Ref": "A" }, { "Ref": "AWS::NoValue" }] });
        let check = |given: &[(&str, &str)], expected: Value| {
            let given = given.iter().map(|(name, value)| ((*name).into(), (*value).into()));
            let parameters = given.collect();
            let resolver = Resolver::new(&template, &parameters);
            let resolved = resolver.resolve(json!({ "a": choice.clone(), "b": 1 }));
            assert_eq!(resolved.unwrap(), expected);
        };
        check(&[], json!({ "b": 1 }));
        check(&[("A", "5")], json!({ "a": "5", "b": 1 }));
    }
}
