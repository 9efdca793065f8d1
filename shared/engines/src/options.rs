use serde_json::{Map, Value};

/// An option that an engine takes: its name, type, default and possible values.
#[derive(Debug)]
pub struct OptionSpec {
    /// The member's name in a payload.
    pub name: &'static str,
    /// What values it may have.
    pub kind: Kind,
    /// Whether the engine cannot do without it.
    pub required: bool,
}

/// What opens a protected file.
pub(crate) const PASSWORD: OptionSpec = OptionSpec::optional("password", Kind::Secret);

/// The type of an option, with its default.
#[derive(Debug)]
pub enum Kind {
    /// True or false.
    Boolean {
        /// The value when none is given.
        default: bool,
    },
    /// A whole number.
    Integer {
        /// The least allowed.
        min: u32,
        /// The most allowed.
        max: u32,
        /// The value when none is given, if there is one.
        default: Option<u32>,
    },
    /// A number, perhaps with a fraction.
    Float {
        /// The least allowed.
        min: f64,
        /// The most allowed.
        max: f64,
        /// The value when none is given, if there is one.
        default: Option<f64>,
    },
    /// One of a few words; the first is the default.
    Enum(&'static [&'static str]),
    /// A text of a certain form.
    String {
        /// Whether a text has the form.
        valid: fn(&str) -> bool,
        /// What the form is, to follow "must be".
        form: &'static str,
    },
    /// A password, which is shown to nobody.
    Secret,
    /// A list of texts of a certain form.
    List {
        /// Whether a text has the form.
        valid: fn(&str) -> bool,
        /// What the form is, to follow "must be a list of".
        form: &'static str,
    },
    /// Texts, numbers and booleans by names of the user's choice.
    Dictionary,
}

impl OptionSpec {
    /// Returns an option that may be left out.
    pub(crate) const fn optional(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, required: false }
    }

    /// Returns an option that must be given.
    pub(crate) const fn required(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, required: true }
    }

    /// Returns the type's name in the list of operations.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        match self.kind {
            Kind::Boolean { .. } => "boolean",
            Kind::Integer { .. } => "integer",
            Kind::Float { .. } => "float",
            Kind::Enum(_) => "enum",
            Kind::String { .. } | Kind::Secret => "string",
            Kind::List { .. } => "array",
            Kind::Dictionary => "dictionary",
        }
    }

    /// Returns the value when none is given, or null.
    #[must_use]
    pub fn default_value(&self) -> Value {
        match &self.kind {
            Kind::Boolean { default } => (*default).into(),
            Kind::Integer { default, .. } => (*default).into(),
            Kind::Float { default, .. } => (*default).into(),
            Kind::Enum(words) => words.first().copied().into(),
            Kind::String { .. } | Kind::Secret | Kind::List { .. } | Kind::Dictionary => {
                Value::Null
            }
        }
    }

    /// Returns the words of an enum; nothing for other types.
    #[must_use]
    pub const fn possible_values(&self) -> &'static [&'static str] {
        match self.kind {
            Kind::Enum(words) => words,
            Kind::Boolean { .. }
            | Kind::Integer { .. }
            | Kind::Float { .. }
            | Kind::String { .. }
            | Kind::Secret
            | Kind::List { .. }
            | Kind::Dictionary => &[],
        }
    }

    /// Returns whether the option may have this value. Null is as good as absent.
    #[must_use]
    pub fn accepts(&self, value: &Value) -> bool {
        let text = value.as_str();
        value.is_null()
            || match &self.kind {
                Kind::Boolean { .. } => value.is_boolean(),
                Kind::Integer { min, max, .. } => {
                    let range = u64::from(*min)..=u64::from(*max);
                    whole(value).is_some_and(|number| range.contains(&number))
                }
                Kind::Float { min, max, .. } => {
                    value.as_f64().is_some_and(|number| (*min..=*max).contains(&number))
                }
                Kind::Enum(words) => text.is_some_and(|text| words.contains(&text)),
                Kind::String { valid, .. } => text.is_some_and(valid),
                Kind::Secret => text.is_some_and(|text| text.len() <= LONGEST_SECRET),
                Kind::List { valid, .. } => is_list(value, *valid),
                Kind::Dictionary => is_dictionary(value),
            }
    }

    /// Returns the sentence that says what values are accepted.
    #[must_use]
    pub fn rule(&self) -> String {
        let name = self.name.replace('_', " ");
        match &self.kind {
            Kind::Boolean { .. } => format!("The {name} must be true or false."),
            Kind::Integer { min, max, .. } => {
                format!("The {name} must be an integer between {min} and {max}.")
            }
            Kind::Float { min, max, .. } => {
                format!("The {name} must be a number between {min} and {max}.")
            }
            Kind::Enum(words) => format!("The {name} must be one of {}.", words.join(", ")),
            Kind::String { form, .. } => format!("The {name} must be {form}."),
            Kind::Secret => {
                format!("The {name} must be a string of at most {LONGEST_SECRET} bytes.")
            }
            Kind::List { form, .. } => format!("The {name} must be a list of {form}."),
            Kind::Dictionary => {
                format!("The {name} must be an object of strings, numbers and booleans.")
            }
        }
    }
}

/// The longest password.
const LONGEST_SECRET: usize = 1024;

/// The most members of a list or a dictionary.
const MOST_MEMBERS: usize = 100;

fn is_list(value: &Value, valid: fn(&str) -> bool) -> bool {
    let is_valid = |value: &Value| value.as_str().is_some_and(valid);
    value.as_array().is_some_and(|all| all.len() <= MOST_MEMBERS && all.iter().all(is_valid))
}

fn is_dictionary(value: &Value) -> bool {
    let is_scalar = |value: &Value| value.is_string() || value.is_number() || value.is_boolean();
    value.as_object().is_some_and(|all| all.len() <= MOST_MEMBERS && all.values().all(is_scalar))
}

/// Reading an option after it was accepted: the value given, else the default.
#[cfg(feature = "run")]
impl OptionSpec {
    pub(crate) fn integer(&self, options: &Map<String, Value>) -> Option<u32> {
        u32::try_from(whole(&self.value(options))?).ok()
    }

    pub(crate) fn flag(&self, options: &Map<String, Value>) -> bool {
        self.value(options).as_bool().unwrap_or_default()
    }

    pub(crate) fn text(&self, options: &Map<String, Value>) -> Option<String> {
        self.value(options).as_str().map(str::to_owned)
    }

    pub(crate) fn number(&self, options: &Map<String, Value>) -> Option<f64> {
        self.value(options).as_f64()
    }

    pub(crate) fn members(&self, options: &Map<String, Value>) -> Map<String, Value> {
        self.value(options).as_object().cloned().unwrap_or_default()
    }

    pub(crate) fn value(&self, options: &Map<String, Value>) -> Value {
        let given = options.get(self.name).filter(|value| !value.is_null());
        given.cloned().unwrap_or_else(|| self.default_value())
    }
}

/// Returns a whole number from 0 to 2^53, where floats end to be exact; `7.0` is 7, as JSON Schema has it.
#[must_use]
pub fn whole(value: &Value) -> Option<u64> {
    let number = value.as_f64().filter(|number| number.fract() == 0.0)?;
    (0.0..=9_007_199_254_740_992.0).contains(&number).then_some(number as u64)
}

/// Returns each option that is not accepted by any of the specifications of its name, with the rule of the first; sorted.
pub(crate) fn check<'a>(
    specs: impl Iterator<Item = &'a OptionSpec> + Clone,
    options: &Map<String, Value>,
) -> Vec<(String, String)> {
    let is_absent = |spec: &&OptionSpec| options.get(spec.name).is_none_or(Value::is_null);
    let missing = specs.clone().filter(|spec| spec.required).filter(is_absent);
    let required = |name: &str| format!("The {} field is required.", name.replace('_', " "));
    let mut errors: Vec<_> =
        missing.map(|spec| (spec.name.to_owned(), required(spec.name))).collect();
    for (name, value) in options {
        let mut named = specs.clone().filter(|spec| spec.name == name).peekable();
        let rule = named.peek().map(|spec| spec.rule());
        if let Some(rule) = rule.filter(|_| !named.any(|spec| spec.accepts(value))) {
            errors.push((name.clone(), rule));
        }
    }
    errors.sort();
    errors.dedup();
    errors
}

#[cfg(test)]
mod tests;
