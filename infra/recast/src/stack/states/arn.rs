use serde::{Deserialize, Serialize};

const MACHINE: &str = "arn:aws:states:us-east-1:000000000000:stateMachine:";
const EXECUTION: &str = "arn:aws:states:us-east-1:000000000000:execution:";

/// An execution: its machine's name and its own.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub(super) struct Id {
    pub(super) machine: String,
    pub(super) name: String,
}

/// Returns the ARN of the machine of that `name`.
pub(super) fn machine(name: &str) -> String {
    format!("{MACHINE}{name}")
}

/// Returns the name in a machine's `arn`, if it is one of ours.
pub(super) fn machine_name(arn: &str) -> Option<&str> {
    arn.strip_prefix(MACHINE)
}

/// Returns whether AWS would take `name` for a machine or an execution (StartExecution, `name`).
pub(super) fn is_name(name: &str) -> bool {
    (1..=80).contains(&name.chars().count()) && !name.chars().any(is_forbidden)
}

fn is_forbidden(char: char) -> bool {
    char.is_whitespace()
        || char.is_control()
        || "<>{}[]?*\"#%\\^|~`$&,;:/\u{fffe}\u{ffff}".contains(char)
}

impl Id {
    pub(super) fn new(machine: &str, name: &str) -> Self {
        Self { machine: machine.to_owned(), name: name.to_owned() }
    }

    /// Returns the execution in an `arn`, if it is one of ours.
    pub(super) fn parse(arn: &str) -> Option<Self> {
        let (machine, name) = arn.strip_prefix(EXECUTION)?.split_once(':')?;
        Some(Self::new(machine, name))
    }

    /// Returns its ARN.
    pub(super) fn arn(&self) -> String {
        format!("{EXECUTION}{}:{}", self.machine, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_aws_takes() {
        let longest = "x".repeat(80);
        for name in ["a", "0197-7f3a_b.c+d=e@f!(g)'h", "naïve", longest.as_str()] {
            assert!(is_name(name), "{name}");
        }
        let too_long = "x".repeat(81);
        for name in ["", "a b", "a:b", "a/b", "a$b", "a\u{1}b", "a\"b", "[a]", too_long.as_str()] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn execution_arn_is_read_as_it_was_written() {
        let id = Id::new("task", "one");
        assert_eq!(id.arn(), "arn:aws:states:us-east-1:000000000000:execution:task:one");
        assert_eq!(Id::parse(&id.arn()), Some(id));
        assert_eq!(Id::parse(&machine("task")), None);
        assert_eq!(machine_name(&machine("task")), Some("task"));
        assert_eq!(machine_name("arn:aws:states:eu-west-1:1:stateMachine:task"), None);
    }
}
