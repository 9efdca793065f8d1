//! Makes an engine of its table.

use std::collections::BTreeSet;

use toml::Spanned;

use super::template::{self, Template};
use super::{Call, Recipe, TableError, raw};
#[cfg(feature = "run")]
use crate::engine::Run;
use crate::{Engine, Format, Kind, OptionSpec, Program, Route};

/// What every template may name.
const GIVEN: &[&str] =
    &["input", "inputs", "output", "outputs", "directory", "input_format", "output_format"];

/// Where a table is wrong, by its byte.
struct Wrong(usize, String);

pub(super) fn engine(text: &str, raw: Spanned<raw::Engine>) -> Result<&'static Engine, TableError> {
    build(raw).map(kept).map_err(|Wrong(at, message)| {
        let line = text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
        TableError::Unfit { line, message }
    })
}

fn build(raw: Spanned<raw::Engine>) -> Result<Engine, Wrong> {
    let at = raw.span().start;
    let raw = raw.into_inner();
    let wrong = |message: String| Wrong(at, format!("engine `{}`: {message}", raw.name));
    if !is_name(&raw.name) || !raw.aliases.iter().all(|name| is_name(name)) {
        return Err(wrong("`name` and `aliases` are lower-case letters, digits and `-`".into()));
    }
    if raw.programs.is_empty() || raw.programs.iter().any(|name| name.contains('/')) {
        return Err(wrong("`programs` are names of executables, at least one".into()));
    }
    if raw.files.keys().any(|name| name.contains('/') || name.starts_with('.')) {
        return Err(wrong("`files` go by names, not by paths".into()));
    }
    let calls = raw.routes.iter().map(|route| call(&raw, route)).collect::<Result<Vec<_>, _>>()?;
    let templates = |all: &std::collections::BTreeMap<String, String>| {
        let pair = |(name, text): (&String, &String)| Ok((name.clone(), Template::parse(text)?));
        all.iter().map(pair).collect::<Result<Vec<_>, String>>()
    };
    let environment = templates(&raw.environment).map_err(wrong)?;
    let files = templates(&raw.files).map_err(wrong)?;
    let named = environment.iter().chain(&files).flat_map(|(_, template)| template.names());
    check_names(
        &raw,
        &raw.options.keys().map(|option| option_name(option).to_owned()).collect(),
        named,
    )
    .map_err(wrong)?;
    Ok(assemble(raw, calls, environment, files))
}

fn assemble(
    raw: raw::Engine,
    calls: Vec<Call>,
    environment: Vec<(String, Template)>,
    files: Vec<(String, Template)>,
) -> Engine {
    let routes = list(calls.iter().map(|call| call.route));
    let name = text(raw.name);
    let recipe = Recipe {
        name,
        limits: raw.limits,
        needs: raw.needs,
        environment,
        files,
        accepts: raw.accepts,
        asks_password: raw.asks_password,
        progress: raw.progress,
        words: raw.words,
        keys: raw.options.iter().filter_map(keys).collect(),
        calls,
    };
    let recipe = kept(recipe);
    #[cfg(not(feature = "run"))]
    let _ = recipe;
    let mut programs = raw.programs.into_iter().map(text);
    Engine {
        name,
        aliases: list(raw.aliases.into_iter().map(text)),
        program: programs.next().map(|name| Program {
            name,
            install: text(raw.install),
            #[cfg(feature = "run")]
            others: list(programs),
            #[cfg(feature = "run")]
            version: list(raw.version.arguments.into_iter().map(text)),
            #[cfg(feature = "run")]
            after: text(raw.version.after),
        }),
        routes,
        #[cfg(feature = "run")]
        run: Run::Table(recipe),
    }
}

fn call(engine: &raw::Engine, raw: &Spanned<raw::Route>) -> Result<Call, Wrong> {
    let at = raw.span().start;
    let raw = raw.get_ref();
    let wrong = |message: String| Wrong(at, format!("engine `{}`: {message}", engine.name));
    let arguments = template::items(&raw.arguments).map_err(wrong)?;
    let first = template::items(&raw.first).map_err(wrong)?;
    let output = raw.output.as_deref().map(Template::parse).transpose().map_err(wrong)?;
    let taken: BTreeSet<_> = raw.options.iter().chain(&raw.required).collect();
    let names = taken.iter().map(|option| option_name(option).to_owned()).collect();
    let named = arguments.iter().chain(&first).flat_map(template::Item::names);
    let named = named.chain(output.iter().flat_map(Template::names));
    check_names(engine, &names, named).map_err(wrong)?;
    let options = taken.iter().map(|name| option(engine, raw, name)).collect::<Result<Vec<_>, _>>();
    let route = Route {
        operation: text(raw.operation.clone()),
        inputs: list(raw.inputs.iter().copied()),
        outputs: list::<Format>(raw.outputs.iter().copied()),
        same: raw.same,
        options: list(options.map_err(wrong)?),
    };
    Ok(Call { route, first, arguments, result: raw.result, output })
}

/// A gap that nothing fills is a slip of whoever wrote the table.
fn check_names<'a>(
    engine: &raw::Engine,
    taken: &BTreeSet<String>,
    mut named: impl Iterator<Item = (&'a str, Option<&'a str>)>,
) -> Result<(), String> {
    let unknown = named.find_map(|(name, words)| {
        let known = GIVEN.contains(&name) || taken.contains(name);
        let listed = words.is_none_or(|words| engine.words.contains_key(words));
        match (known, listed) {
            (false, _) => Some(format!("`{name}` is neither given nor one of `options`")),
            (true, false) => Some(format!("there are no `words.{}`", words.unwrap_or_default())),
            (true, true) => None,
        }
    });
    unknown.map_or(Ok(()), Err)
}

fn keys((option, kind): (&String, &raw::Kind)) -> Option<(String, Vec<String>)> {
    match kind {
        raw::Kind::Dictionary { names } => Some((option_name(option).to_owned(), names.clone())),
        raw::Kind::Boolean { .. }
        | raw::Kind::Integer { .. }
        | raw::Kind::Float { .. }
        | raw::Kind::Enum { .. }
        | raw::Kind::String { .. }
        | raw::Kind::Password
        | raw::Kind::Array { .. } => None,
    }
}

/// An option may have several specifications, which differ in a second word.
fn option_name(option: &str) -> &str {
    option.split(' ').next().unwrap_or_default()
}

fn option(engine: &raw::Engine, route: &raw::Route, name: &str) -> Result<OptionSpec, String> {
    let kind = engine.options.get(name);
    let kind = kind.ok_or_else(|| format!("there is no `options.{name}`"))?;
    let required = route.required.iter().any(|it| it == name);
    Ok(OptionSpec { name: text(option_name(name).to_owned()), kind: self::kind(kind), required })
}

fn kind(raw: &raw::Kind) -> Kind {
    match raw {
        raw::Kind::Boolean { default } => Kind::Boolean { default: *default },
        raw::Kind::Integer { min, max, default } => {
            Kind::Integer { min: *min, max: *max, default: *default }
        }
        raw::Kind::Float { min, max, default } => {
            Kind::Float { min: *min, max: *max, default: *default }
        }
        raw::Kind::Enum { values } => Kind::Enum(list(values.iter().cloned().map(text))),
        raw::Kind::String { form } => form.string(),
        raw::Kind::Password => Kind::Secret,
        raw::Kind::Array { form } => form.list(),
        raw::Kind::Dictionary { .. } => Kind::Dictionary,
    }
}

fn is_name(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(is_inner)
}

fn kept<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn text(text: String) -> &'static str {
    text.leak()
}

fn list<T>(items: impl IntoIterator<Item = T>) -> &'static [T] {
    items.into_iter().collect::<Vec<_>>().leak()
}
