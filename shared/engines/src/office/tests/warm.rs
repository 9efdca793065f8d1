use std::sync::Arc;
use std::time::{Duration, Instant};

use super::*;

/// Returns whether a process of the group lives.
fn lives(group: rustix::process::Pid) -> bool {
    rustix::process::test_kill_process_group(group).is_ok()
}

/// A spreadsheet that takes hours.
fn endless(bench: &Bench) -> PathBuf {
    let cell = |number: u32| {
        format!(
            "<table:table-row><table:table-cell table:formula='of:=SUMPRODUCT((ROW([.A1:.A60000])&gt;{number})*\
             (COLUMN([.A1:.A60000])&lt;7))'/></table:table-row>"
        )
    };
    let cells: String = (0..20_000).map(cell).collect();
    let content = format!(
        "<office:document-content office:version='1.2' xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' \
         xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' xmlns:of='urn:oasis:names:tc:opendocument:xmlns:of:1.2'>\
         <office:body><office:spreadsheet><table:table table:name='a'>{cells}</table:table></office:spreadsheet>\
         </office:body></office:document-content>"
    );
    open_document(bench, "endless.ods", "spreadsheet", &content)
}

#[tokio::test]
async fn a_document_that_takes_hours_is_ended_with_all_its_processes() {
    const DEADLINE: Duration = Duration::from_secs(3);
    let Some(bench) = bench().await else { return };
    let report = sample("report.docx");
    let pair = (Format::DOCX, Format::PDF);
    let begun = Instant::now();
    by_kit(&bench, &report, pair, json!({})).await;
    let cold = begun.elapsed();
    let [group] = <[_; 1]>::try_from(warm(&bench).groups()).unwrap();
    let (begun, path) = (Instant::now(), endless(&bench));
    let conversion = bench.convert(path, Format::ODS, Format::PDF, json!({}));
    assert!(tokio::time::timeout(DEADLINE, conversion).await.is_err(), "it came to an end");
    while lives(group) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let taken = begun.elapsed();
    assert!(taken < DEADLINE + Duration::from_secs(1), "{taken:?}");
    let begun = Instant::now();
    by_kit(&bench, &report, pair, json!({})).await;
    assert!(begun.elapsed() < 2 * cold, "{:?}, and {cold:?} at first", begun.elapsed());
}

#[tokio::test]
async fn one_process_does_one_document_after_the_other() {
    let Some(bench) = bench().await else { return };
    for name in ["report.docx", "table.xlsx", "report.docx"] {
        let format = Format::from_file_name(name).unwrap();
        by_kit(&bench, &sample(name), (format, Format::PDF), json!({})).await;
    }
    assert_eq!(warm(&bench).groups().len(), 1);
}

#[tokio::test]
async fn what_has_died_while_it_waited_is_begun_anew() {
    let Some(bench) = bench().await else { return };
    let convert = async || {
        by_kit(&bench, &sample("report.docx"), (Format::DOCX, Format::PDF), json!({})).await
    };
    convert().await;
    let [group] = <[_; 1]>::try_from(warm(&bench).groups()).unwrap();
    rustix::process::kill_process_group(group, rustix::process::Signal::KILL).unwrap();
    bench.file(sample("report.docx"), (Format::DOCX, Format::PDF), json!({})).await;
    assert_eq!(warm(&bench).converted(), 1);
    assert_ne!(warm(&bench).groups(), [group]);
}

/// How many documents each of the conversions that go on side by side converts.
const DOCUMENTS: u32 = 20;

#[tokio::test]
#[ignore = "a measurement: `cargo test -p engines --features run -- --ignored --nocapture side_by_side`"]
async fn conversions_go_on_side_by_side() {
    let Some(bench) = bench().await.map(Arc::new) else { return };
    let cores = std::thread::available_parallelism().unwrap().get();
    // Begins the processes.
    measure(&bench, cores, 1).await;
    let [alone, cost] = measure(&bench, 1, DOCUMENTS).await;
    let [together, costs] = measure(&bench, cores, DOCUMENTS).await;
    println!(
        "{cores} side by side do {:.2} times as much as one alone ({alone:.2} s, {together:.2} s); a document costs \
         {cost:.0} ms of processor time alone, and {costs:.0} ms side by side",
        cores as f64 * alone / together,
    );
}

/// Converts so many documents after one another, so many times side by side. Returns the seconds that took, and the
/// milliseconds of processor time that each cost LibreOffice.
async fn measure(bench: &Arc<Bench>, side_by_side: usize, documents: u32) -> [f64; 2] {
    let (begun, used) = (Instant::now(), used(bench));
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..side_by_side {
        let bench = Arc::clone(bench);
        all.spawn(async move {
            for _ in 0..documents {
                let report = sample("report.docx");
                bench.file(report, (Format::DOCX, Format::PDF), json!({})).await;
            }
        });
    }
    all.join_all().await;
    let seconds = begun.elapsed().as_secs_f64();
    let documents = f64::from(documents) * side_by_side as f64;
    [seconds, (self::used(bench) - used) * 1000.0 / documents]
}

/// Returns the processor time of the processes that wait, in seconds.
fn used(bench: &Bench) -> f64 {
    let ticks = |group: rustix::process::Pid| -> u64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", group.as_raw_nonzero())).unwrap();
        // User's and system's: see proc_pid_stat(5).
        let fields = stat.rsplit_once(')').unwrap().1.split_whitespace().skip(11).take(2);
        fields.map(|field| field.parse::<u64>().unwrap()).sum()
    };
    let all: u64 = warm(bench).groups().into_iter().map(ticks).sum();
    all as f64 / rustix::param::clock_ticks_per_second() as f64
}
