//! What a program reaches: its own directory, and the system to read.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, UdpSocket};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Taken, perl};
use crate::harness::missing;

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
