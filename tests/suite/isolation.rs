//! Programs that a hostile file has taken over: what they reach, and how they end. They are shell scripts and perl,
//! which any Debian has, in LibreOffice's place.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, UdpSocket};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use engines::{Catalogue, Limits};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{World, bytes, missing, task, text};
use crate::tasks::{convert, end, export, import, path, picture, url};

/// A world whose LibreOffice does what a script says.
struct Taken {
    world: World,
    _folder: TempDir,
}

const LIMITS: Limits = Limits { memory: 300 << 20, processes: 20, disk: 20 << 20 };

impl Taken {
    async fn over(script: &str) -> Self {
        Self::by(PathBuf::from(env!("CARGO_BIN_EXE_recast-under-test")), script).await
    }

    /// With the executable by which programs are started.
    async fn by(launcher: PathBuf, script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("soffice");
        let version = "[ \"$1\" = --version ] && echo Fake 1.2.3 && exit";
        fs::write(&program, format!("#!/bin/sh\n{version}\n{script}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let catalogue = Catalogue::probe(folder.path().as_os_str()).await;
        let catalogue = catalogue.isolated(launcher, LIMITS);
        let world = World::with(|options| options.catalogue = catalogue).await;
        Self { world, _folder: folder }
    }

    async fn start(&self, timeout: u64) -> Value {
        let mut convert = convert("in", "pdf");
        convert["timeout"] = timeout.into();
        let import = import(&bytes("report.docx"), "report.docx");
        let tasks = json!({ "in": import, "convert": convert, "out": export("convert") });
        self.world.create(tasks).await
    }

    /// Runs the program and returns how the task ended; another conversion goes on meanwhile.
    async fn end(&self, timeout: u64) -> Value {
        let job = self.start(timeout).await;
        let other = json!({ "in": picture(), "convert": convert("in", "webp") });
        let other = self.world.create(other).await;
        assert_eq!(self.world.ended(&other).await["status"], "finished");
        let job = self.world.ended(&job).await;
        self.world.until(async || self.world.stack.is_idle().then_some(())).await;
        task(&job, "convert").clone()
    }

    /// Runs the program and returns the lines of the result after the first.
    async fn lines(&self) -> Vec<String> {
        let job = self.world.ended(&self.start(60).await).await;
        assert_eq!(job["status"], "finished", "{job}");
        let file = self.world.download(url(task(&job, "out"), 0)).await;
        String::from_utf8(file).unwrap().lines().skip(1).map(str::to_owned).collect()
    }
}

/// Says of each command whether it succeeded, in what looks like a PDF.
fn attempts(commands: &[(&str, String)]) -> String {
    let attempt = |(name, command): &(&str, String)| {
        format!(
            "if ( {command} ) >/dev/null 2>&1 </dev/null; then echo {name} yes; else echo {name} no; fi\n"
        )
    };
    let attempts: String = commands.iter().map(attempt).collect();
    format!("mkdir out\n(echo %PDF-1.7\n{attempts}) > out/input.pdf")
}

fn perl(code: &str) -> String {
    format!("perl -MSocket -MPOSIX -e '{code}'")
}

/// Waits until a process that wrote down its number is gone.
async fn until_dead(world: &World, pid: &str) {
    let stat = PathBuf::from(format!("/proc/{}/stat", pid.trim()));
    world
        .until(async || {
            let stat = fs::read_to_string(&stat).unwrap_or_default();
            (stat.is_empty() || stat.contains(") Z")).then_some(())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_reaches_nothing_but_its_own_directory() {
    if missing("perl") {
        return;
    }
    let elsewhere = tempfile::tempdir().unwrap();
    let secret = elsewhere.path().join("secret");
    fs::write(&secret, "a secret").unwrap();
    let home = std::env::var("HOME").unwrap();
    let has_landlock = !engines::gaps().contains(&engines::Gap::Files);
    let mut commands = vec![
        ("another_job", format!("cat {}", secret.display())),
        ("write_elsewhere", format!("echo > {}/new", elsewhere.path().display())),
        ("passwd", "cat /etc/passwd".to_owned()),
        ("home", format!("ls {home}")),
        ("temporary", "ls /tmp".to_owned()),
        ("parent_cmdline", "cat /proc/$PPID/cmdline".to_owned()),
        ("parent_environ", "cat /proc/$PPID/environ".to_owned()),
        ("parent_memory", "head -c 1 /proc/$PPID/mem || ls /proc/$PPID/fd".to_owned()),
        ("signal", "kill -0 $PPID || kill -9 $PPID".to_owned()),
    ];
    if !has_landlock {
        println!("skipped in part: no landlock here");
        commands.retain(|(name, _)| *name == "signal");
    }
    commands.push(("own_directory", "echo 1 > new && cat new && rm new".to_owned()));
    commands.push(("system", "ls /usr/bin && cat /etc/ld.so.cache".to_owned()));
    let expected = |name: &str| ["own_directory", "system"].contains(&name);
    let lines = Taken::over(&attempts(&commands)).await.lines().await;
    let said: Vec<_> = commands
        .iter()
        .map(|(name, _)| format!("{name} {}", if expected(name) { "yes" } else { "no" }))
        .collect();
    assert_eq!(lines, said);
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_has_no_network_and_no_way_out_of_its_group() {
    if missing("perl") {
        return;
    }
    check_network(PathBuf::from(env!("CARGO_BIN_EXE_recast-under-test"))).await;
}

/// Lambda's kernel may have none: what keeps programs from the network must not need it.
#[tokio::test(flavor = "multi_thread")]
async fn nor_has_it_on_a_kernel_without_landlock() {
    if missing("perl") || missing("python3") {
        return;
    }
    let without = Path::new(env!("CARGO_MANIFEST_DIR")).join("without-landlock.py");
    let recast = env!("CARGO_BIN_EXE_recast-under-test");
    let folder = tempfile::tempdir().unwrap();
    let launcher = folder.path().join("launcher");
    let script = format!(
        "#!/bin/sh\nPATH=$PATH:/usr/local/bin:/usr/bin exec python3 {} {recast} \"$@\"\n",
        without.display()
    );
    fs::write(&launcher, script).unwrap();
    fs::set_permissions(&launcher, fs::Permissions::from_mode(0o755)).unwrap();
    check_network(launcher).await;
    let data = folder.path().join("data");
    let said = serve_says(Command::new("python3").arg(without).arg(recast), &data);
    assert!(
        said.contains("no landlock here: programs can read and change what this user can"),
        "{said}"
    );
}

/// Starts a service until it says how it is stopped, and returns what it said before.
fn serve_says(command: &mut Command, data: &Path) -> String {
    command.args(["serve", "--port", "0", "--sync-port", "0", "--data"]).arg(data);
    let mut service = command.stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(service.stdout.take().unwrap()).lines().map(Result::unwrap);
    let said: Vec<_> = lines.take_while(|line| !line.starts_with("Ctrl-C")).collect();
    service.kill().unwrap();
    service.wait().unwrap();
    said.join("\n")
}

async fn check_network(launcher: PathBuf) {
    let (tcp, udp) =
        (TcpListener::bind("127.0.0.1:0").unwrap(), UdpSocket::bind("127.0.0.1:0").unwrap());
    tcp.set_nonblocking(true).unwrap();
    udp.set_nonblocking(true).unwrap();
    let to = |port: u16| format!("pack_sockaddr_in({port}, INADDR_LOOPBACK)");
    let (tcp_port, udp_port) = (tcp.local_addr().unwrap().port(), udp.local_addr().unwrap().port());
    let commands = [
        (
            "tcp",
            perl(&format!(
                "socket(S, PF_INET, SOCK_STREAM, 6) && connect(S, {}) or exit 1",
                to(tcp_port)
            )),
        ),
        (
            "udp",
            perl(&format!(
                "socket(S, PF_INET, SOCK_DGRAM, 17) && send(S, \"x\", 0, {}) or exit 1",
                to(udp_port)
            )),
        ),
        ("tcp6", perl("socket(S, PF_INET6, SOCK_STREAM, 6) or exit 1")),
        ("netlink", perl("socket(S, 16, SOCK_RAW, 0) or exit 1")),
        ("datagrams", perl("socket(S, PF_UNIX, SOCK_DGRAM, 0) or exit 1")),
        (
            "connect",
            perl(
                "socket(S, PF_UNIX, SOCK_STREAM, 0) or exit 0; connect(S, pack_sockaddr_un(\"/tmp/x\")); exit($! == 1)",
            ),
        ),
        ("setsid", perl("fork and exit(wait() && $? != 0); POSIX::setsid() > 0 or exit 1")),
        ("setpgid", perl("fork and exit(wait() && $? != 0); setpgrp(0, 0) or exit 1")),
        ("unshare", "unshare -U true".to_owned()),
        ("signal_all", perl("kill(0, -1) or exit 1")),
    ];
    let lines = Taken::by(launcher, &attempts(&commands)).await.lines().await;
    let said: Vec<_> = commands.iter().map(|(name, _)| format!("{name} no")).collect();
    assert_eq!(lines, said);
    assert!(tcp.accept().is_err() && udp.recv(&mut [0]).is_err(), "something was heard");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_beyond_a_limit_ends_with_a_clear_error() {
    if missing("perl") {
        return;
    }
    let check = async |script: &str, expected: [&str; 3]| {
        let taken = Taken::over(script).await;
        let begun = Instant::now();
        let task = taken.end(60).await;
        assert_eq!(end(&task), expected, "{script}");
        assert!(begun.elapsed() < Duration::from_secs(30), "{script}: {:?}", begun.elapsed());
    };
    let forks = perl("for (1..300) { fork or sleep 1000 } sleep 1000");
    let message = "The conversion started too many processes";
    check(&forks, ["error", "CONVERSION_FAILED", message]).await;
    let message = "The conversion needed more memory than one may have";
    let eats = perl("$x = \"x\" x 500_000_000; sleep 1000");
    check(&eats, ["error", "FILE_TOO_LARGE", message]).await;
    let message = "The conversion wrote more than the disk has room for";
    let fills = "head -c 50000000 /dev/zero > big; sleep 1000";
    check(fills, ["error", "FILE_TOO_LARGE", message]).await;
    let fills_and_ends = "head -c 50000000 /dev/zero > big";
    check(fills_and_ends, ["error", "FILE_TOO_LARGE", message]).await;
    let many = "i=0; while :; do i=$((i+1)); : > file-$i; done";
    check(many, ["error", "FILE_TOO_LARGE", message]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_hangs_is_killed_at_its_deadline_and_the_next_goes_on() {
    let taken = Taken::over("trap '' TERM INT HUP; sleep 1000 & sleep 1000").await;
    let mut late = Vec::new();
    for _ in 0..2 {
        let task = taken.end(2).await;
        assert_eq!(end(&task), ["error", "TIMEOUT", "The task took longer than it may."]);
        let time = |name: &str| text(&task[name]).parse::<jiff::Timestamp>().unwrap();
        let took = time("ended_at").duration_since(time("started_at")).as_secs_f64();
        late.push(took - 2.0);
    }
    // Within a second, and once within two where the machine has other things to do.
    late.sort_by(f64::total_cmp);
    assert!(late[0] >= 0.0 && late[0] < 1.0 && late[1] < 2.0, "{late:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn children_that_a_program_leaves_die_with_it() {
    let taken = Taken::over(
        "mkdir out; (sleep 1000 & echo %PDF-1.7; echo $!) > out/input.pdf; sh -c 'sleep 999' >/dev/null 2>&1 & exit 0",
    )
    .await;
    for _ in 0..2 {
        let lines = taken.lines().await;
        until_dead(&taken.world, &lines[0]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_conversion_is_killed() {
    let taken = Taken::over("sleep 1000 & echo $! > pid.new; mv pid.new pid; sleep 1000").await;
    let job = taken.start(60).await;
    let scratch = text_setting(&taken.world, "RECAST_SCRATCH");
    let pid = taken.world.until(async || found(Path::new(&scratch), "pid")).await;
    let cancel = format!("{}/cancel", path(task(&job, "convert")));
    assert_eq!(taken.world.post(&cancel, &Value::Null).await.status, 200);
    until_dead(&taken.world, &pid).await;
    let job = taken.world.ended(&job).await;
    assert_eq!(end(task(&job, "convert"))[1], "CANCELLED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_no_result() {
    let elsewhere = tempfile::tempdir().unwrap();
    let secret = elsewhere.path().join("secret.pdf");
    fs::write(&secret, "%PDF-1.7\na secret\n").unwrap();
    for script in [
        format!("mkdir out; ln -s {} out/input.pdf", secret.display()),
        format!("ln -s {} out", elsewhere.path().display()),
        "mkdir out; mkfifo out/input.pdf".to_owned(),
    ] {
        fs::copy(&secret, elsewhere.path().join("input.pdf")).unwrap();
        let task = Taken::over(&script).await.end(20).await;
        assert_eq!(task["status"], "error", "{script}: {task}");
    }
    assert!(elsewhere.path().join("input.pdf").exists());
}

fn text_setting(world: &World, name: &'static str) -> String {
    world.stack.environment.settings.required(name).unwrap().to_owned()
}

/// Returns what a file of this name anywhere in the directory says.
fn found(directory: &Path, name: &str) -> Option<String> {
    for entry in fs::read_dir(directory).ok()?.flatten() {
        let text = match entry.file_type().ok()? {
            kind if kind.is_dir() => found(&entry.path(), name),
            _ => (entry.file_name() == name).then(|| fs::read_to_string(entry.path()).ok())?,
        };
        if text.is_some() {
            return text;
        }
    }
    None
}
