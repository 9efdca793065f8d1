//! Filling the templates for one run.

use std::path::Path;

use serde_json::Value;

use super::command::ARGUMENTS;
use super::command::run::{OUTPUT, words};
use super::template::{Condition, Group, Item, Piece, Template};
use super::{Call, Recipe, raw};
use crate::conversion::Job;
use crate::{ConversionError, Kind, OptionSpec};

/// What fills the templates.
pub(super) struct Filling<'a> {
    pub(super) recipe: &'static Recipe,
    pub(super) call: &'a Call,
    pub(super) job: &'a Job,
    pub(super) directory: &'a str,
    pub(super) inputs: &'a [String],
    pub(super) output: &'a str,
    /// The key and the value of a dictionary's member.
    pub(super) member: Option<(&'a str, &'a str)>,
}

/// Where the results of a program that makes several are.
const OUTPUTS: &str = "outputs";

impl Filling<'_> {
    /// Returns the arguments of a run.
    pub(super) fn arguments(&self, items: &[Item]) -> Result<Vec<String>, ConversionError> {
        let options = &self.job.conversion.options;
        let written = |spec: &OptionSpec| written(&spec.value(options)).unwrap_or_default();
        let mut specs = self.call.route.options.iter();
        // In a file of arguments or of settings, each line is one.
        match specs.find(|spec| written(spec).contains(char::is_control)) {
            Some(spec) => Err(refused(spec.name, "must be one line")),
            None => self.all(items),
        }
    }

    fn all(&self, items: &[Item]) -> Result<Vec<String>, ConversionError> {
        let lists = items.iter().map(|item| match item {
            Item::One(template) if is_gap(template, "inputs") => Ok(self.inputs.to_vec()),
            Item::One(template) if is_gap(template, ARGUMENTS) => {
                Ok(words(&self.value(ARGUMENTS).unwrap_or_default()))
            }
            Item::One(template) => Ok(vec![self.argument(template)?]),
            Item::Some(group) => self.group(group),
        });
        lists.collect::<Result<Vec<_>, _>>().map(|lists| lists.concat())
    }

    fn group(&self, group: &Group) -> Result<Vec<String>, ConversionError> {
        if !group.when.iter().all(|condition| self.holds(condition)) {
            return Ok(Vec::new());
        }
        let arguments = match &group.each {
            Some(option) => self.each(option, &group.arguments)?,
            None => self.all(&group.arguments)?,
        };
        Ok(match &group.join {
            Some(join) if !arguments.is_empty() => {
                group.before.iter().cloned().chain([arguments.join(join)]).collect()
            }
            Some(_) | None => arguments,
        })
    }

    /// Fills the arguments for each member of a dictionary.
    fn each(&self, option: &str, items: &[Item]) -> Result<Vec<String>, ConversionError> {
        let options = &self.job.conversion.options;
        let members = self.spec(option).map(|spec| spec.members(options)).unwrap_or_default();
        let mut arguments = Vec::new();
        for (key, value) in &members {
            let known = self.recipe.keys.get(option).is_some_and(|keys| keys.contains(key));
            let value = written(value).filter(|_| known);
            let value = value.ok_or_else(|| self.unknown_key(option))?;
            arguments.extend(Filling { member: Some((key, &value)), ..*self }.all(items)?);
        }
        Ok(arguments)
    }

    fn unknown_key(&self, option: &str) -> ConversionError {
        let keys = self.recipe.keys.get(option).map(|keys| keys.join(", ")).unwrap_or_default();
        refused(option, &format!("may have {keys}"))
    }

    /// What users write must not be taken for a switch.
    fn argument(&self, template: &Template) -> Result<String, ConversionError> {
        let argument = self.text(template);
        let first = template.0.first().and_then(|piece| match piece {
            Piece::Gap(name, _) => self.spec(name),
            Piece::Text(_) => None,
        });
        match first.filter(|_| argument.starts_with('-')) {
            Some(OptionSpec {
                name,
                kind: Kind::String { .. } | Kind::List { .. } | Kind::Secret,
                ..
            }) => Err(refused(name, "must not begin with a dash")),
            Some(_) | None => Ok(argument),
        }
    }

    /// Fills the gaps; what there is nothing for stays empty.
    pub(super) fn text(&self, template: &Template) -> String {
        let pieces = template.0.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Gap(name, words) => {
                let value = self.value(name).unwrap_or_default();
                let list = words.as_ref().and_then(|words| self.recipe.words.get(words));
                list.and_then(|list| list.get(&value).cloned()).unwrap_or(value)
            }
        });
        pieces.collect()
    }

    fn holds(&self, condition: &Condition) -> bool {
        let value = self.value(&condition.name).filter(|value| value != "false");
        let fits = match &condition.values {
            None => value.is_some(),
            Some(values) => value.is_some_and(|value| values.contains(&value)),
        };
        fits != condition.negated
    }

    fn value(&self, name: &str) -> Option<String> {
        let conversion = &self.job.conversion;
        match name {
            "key" if self.member.is_some() => self.member.map(|(key, _)| key.to_owned()),
            "value" if self.member.is_some() => self.member.map(|(_, value)| value.to_owned()),
            "input" | "inputs" => self.inputs.first().cloned(),
            "output" => Some(self.output.to_owned()),
            "outputs" => Some(format!("{}/{OUTPUTS}", self.directory)),
            "directory" => Some(self.directory.to_owned()),
            "input_format" => Some(self.job.source().format.to_string()),
            "output_format" => Some(conversion.output_format.to_string()),
            option => written(&self.spec(option)?.value(&conversion.options)),
        }
    }

    /// Returns the option by which the user names the executable, if users do.
    pub(super) fn command(&self) -> Option<&'static OptionSpec> {
        self.spec("command").filter(|_| self.call.result == raw::Result::Command)
    }

    fn spec(&self, name: &str) -> Option<&'static OptionSpec> {
        self.call.route.options.iter().find(|spec| spec.name == name)
    }
}

fn refused(option: &str, rule: &str) -> ConversionError {
    let message = format!("The {} {rule}.", option.replace('_', " "));
    ConversionError::InvalidOption { field: option.to_owned(), message }
}

/// Returns whether an argument is a gap that several may fill.
fn is_gap(template: &Template, of: &str) -> bool {
    matches!(template.0.as_slice(), [Piece::Gap(name, None)] if name == of)
}

/// Lists are written as programs for several languages take them: `eng+deu`.
fn written(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Object(_) => None,
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => {
            Some(crate::whole(value).map_or_else(|| number.to_string(), |whole| whole.to_string()))
        }
        Value::String(text) => Some(text.clone()),
        Value::Array(all) => {
            let texts: Vec<_> = all.iter().filter_map(written).collect();
            Some(texts.join("+")).filter(|text| !text.is_empty())
        }
    }
}

impl Call {
    /// Returns where the run's result is, or the directory of its results.
    pub(super) fn output(&self, filling: &Filling<'_>, directory: &Path) -> String {
        let usual = || format!("output.{}", filling.job.conversion.output_format);
        let name = match self.result {
            raw::Result::Directory => OUTPUTS.to_owned(),
            raw::Result::Command => OUTPUT.to_owned(),
            raw::Result::File | raw::Result::StandardOutput | raw::Result::Metadata => {
                self.output.as_ref().map_or_else(usual, |name| filling.text(name))
            }
        };
        directory.join(name).to_string_lossy().into_owned()
    }
}
