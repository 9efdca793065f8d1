//! CSV and JSON to something else, record by record.

use std::fs::{self, File};
use std::path::Path;

use calamine::Data;
use csv::StringRecord;
use serde_json::{Map, Value};

use super::sink::Sink;
use super::{import, value};
use crate::conversion::Job;
use crate::{ConversionError, Format, Made};

/// The largest JSON file: what is read of it takes several times as much memory.
const LARGEST: u64 = 100 << 20;

pub(super) fn convert(job: &Job) -> Result<Made, ConversionError> {
    let path = job.output();
    let mut sink = Sink::create(job.conversion.output_format, &path, &job.source().name)?;
    if job.source().format == Format::CSV {
        csv(job, &mut sink)?;
    } else {
        json(&job.source().path, &mut sink)?;
    }
    sink.finish()?;
    Ok(path.into())
}

fn csv(job: &Job, sink: &mut Sink) -> Result<(), ConversionError> {
    let file = File::open(&job.source().path)?;
    let length = file.metadata()?.len().max(1);
    let mut reader = import::reader(file)?;
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(import::read_error)? {
        sink.row(record.iter().map(cell).collect())?;
        job.progress.set((reader.position().byte() * 90 / length) as u8);
    }
    Ok(())
}

/// What is not surely a number stays text.
fn cell(text: &str) -> Data {
    if text.is_empty() {
        return Data::Empty;
    }
    value::number(text).map_or_else(|| Data::String(text.to_owned()), Data::Float)
}

/// A list of objects becomes a row for each under a row of all names; a list of lists a row for each.
fn json(path: &Path, sink: &mut Sink) -> Result<(), ConversionError> {
    if fs::metadata(path)?.len() > LARGEST {
        let text = format!("a JSON file may have at most {} MiB", LARGEST >> 20);
        return Err(ConversionError::TooLarge(text));
    }
    let text = fs::read(path)?;
    let records = serde_json::from_slice(&text).map_err(|error| {
        ConversionError::invalid(format!("the JSON is damaged at line {}", error.line()))
    })?;
    let records = match records {
        Value::Array(records) => records,
        other => vec![other],
    };
    let names = names(&records);
    if !names.is_empty() {
        sink.row(names.iter().map(|name| Data::String(name.clone())).collect())?;
    }
    records.into_iter().try_for_each(|record| sink.row(row(record, &names)))
}

fn names(records: &[Value]) -> Vec<String> {
    let mut all = Map::new();
    for name in records.iter().filter_map(Value::as_object).flat_map(|record| record.keys()) {
        all.entry(name).or_insert(Value::Null);
    }
    all.into_iter().map(|(name, _)| name).collect()
}

fn row(record: Value, names: &[String]) -> Vec<Data> {
    match record {
        Value::Object(mut record) => {
            let take = |name| record.get_mut(name).map(Value::take).unwrap_or_default();
            names.iter().map(take).map(data).collect()
        }
        Value::Array(cells) => cells.into_iter().map(data).collect(),
        other => vec![data(other)],
    }
}

/// What holds other values is written as JSON.
fn data(value: Value) -> Data {
    match value {
        Value::Null => Data::Empty,
        Value::Bool(value) => Data::Bool(value),
        Value::String(text) => Data::String(text),
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.to_string().len() <= 15 || number.is_f64() => Data::Float(float),
            Some(_) | None => Data::String(number.to_string()),
        },
        Value::Array(_) | Value::Object(_) => Data::String(value.to_string()),
    }
}
