use std::fmt;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use ambient::Clock;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use crate::metric;

/// Writes each event as a line of JSON.
pub(crate) struct Lines<W> {
    pub(crate) clock: Clock,
    pub(crate) writer: Mutex<W>,
}

/// The fields of a span or an event, as JSON.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl<S, W> Layer<S> for Lines<W>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    W: Write + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut own = Fields::default();
        event.record(&mut own);
        if let Some(metric) = own.0.get(metric::FIELD).and_then(Value::as_str) {
            return self.write(metric);
        }
        let mut line = Map::new();
        line.insert("timestamp".to_owned(), self.clock.now().to_string().into());
        line.insert("level".to_owned(), event.metadata().level().as_str().into());
        for span in context.event_scope(event).into_iter().flat_map(|scope| scope.from_root()) {
            if let Some(fields) = span.extensions().get::<Fields>() {
                line.extend(fields.0.clone());
            }
        }
        line.extend(own.0);
        self.write(&Value::Object(line).to_string());
    }
}

impl<W: Write> Lines<W> {
    /// A line that cannot be written is lost: the work that it tells of goes on.
    fn write(&self, line: &str) {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        drop(writeln!(writer, "{line}"));
    }
}

impl Fields {
    fn put(&mut self, field: &Field, value: Value) {
        self.0.insert(field.name().to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;

    /// What was written, for a test to read.
    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn said(say: impl FnOnce()) -> Vec<Value> {
        use tracing_subscriber::layer::SubscriberExt;
        let written = Written::default();
        let lines = Lines { clock: Clock::system(), writer: Mutex::new(written.clone()) };
        let subscriber = tracing_subscriber::registry::Registry::default().with(lines);
        tracing::subscriber::with_default(subscriber, say);
        let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        let line = |line: &str| {
            let mut line: Value = serde_json::from_str(line).unwrap();
            let time = line.as_object_mut().unwrap().shift_remove("timestamp");
            assert!(time.is_none_or(|time| time.as_str().unwrap().ends_with('Z')));
            line
        };
        text.lines().map(line).collect()
    }

    #[test]
    fn a_line_has_the_fields_of_its_event_and_of_the_spans_around_it() {
        let lines = said(|| {
            let request =
                tracing::info_span!("request", requestId = "r", owner = tracing::field::Empty);
            let _request = request.enter();
            request.record("owner", "anna");
            let _task = tracing::info_span!("task", task = %7, attempt = 2_u32).entered();
            tracing::warn!(again = true, left = -1, "left to the sweep");
        });
        let expect = json!({
            "level": "WARN", "requestId": "r", "owner": "anna", "task": "7", "attempt": 2,
            "message": "left to the sweep", "again": true, "left": -1,
        });
        assert_eq!(lines, [expect]);
    }

    #[test]
    fn a_line_stays_one_whatever_is_in_it() {
        let lines = said(|| tracing::error!(cause = "a\n{\"level\":\"b\"}", "c"));
        assert_eq!(lines[0]["cause"], "a\n{\"level\":\"b\"}");
        assert_eq!(lines.len(), 1);
    }
}
