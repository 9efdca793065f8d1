use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::testing::{Bench, peer, sample};
use crate::{ConversionError, Product};

type Files = BTreeMap<String, Vec<u8>>;

/// Packs three files, two of the same name.
async fn pack(bench: &Bench, format: Format) -> PathBuf {
    let sources = [
        (sample("photo.png"), "photo.png", Format::PNG),
        (sample("notes.md"), "-rf.md", Format::BIN),
        (bench.write("empty", ""), "-rf.md", Format::BIN),
    ];
    let made = bench.process("archive", &sources, format, json!({})).await.unwrap().made;
    let [Product { path, name: None }] = made.files.as_slice() else { panic!("{made:?}") };
    path.clone()
}

async fn unpack(
    bench: &Bench,
    (path, name, format): (&Path, &str, Format),
    options: Value,
) -> Result<Files, ConversionError> {
    let sources = [(path.to_owned(), name, format)];
    let made = bench.process("archive/extract", &sources, format, options).await?.made;
    let file = |Product { path, name }: Product| (name.unwrap(), fs::read(path).unwrap());
    Ok(made.files.into_iter().map(file).collect())
}

/// Unpacks what is not to be unpacked.
async fn refusal(
    bench: &Bench,
    (path, format): (&Path, Format),
    options: Value,
) -> ConversionError {
    match unpack(bench, (path, "a", format), options).await {
        Ok(files) => panic!("{format}: {:?} came out of {path:?}", files.keys()),
        Err(error) => error,
    }
}

fn expected() -> Files {
    let [photo, notes] = ["photo.png", "notes.md"].map(|name| fs::read(sample(name)).unwrap());
    [("photo.png", photo), ("-rf.md", notes), ("-rf-2.md", Vec::new())]
        .map(|(name, content)| (name.to_owned(), content))
        .into()
}

#[tokio::test]
async fn what_is_packed_comes_out_again_the_same() {
    let bench = Bench::new();
    for &format in ARCHIVES {
        let archive = pack(&bench, format).await;
        let files = unpack(&bench, (&archive, "a", format), json!({})).await.unwrap();
        assert!(files == expected(), "{format}: {:?}", files.keys());
    }
}

#[tokio::test]
async fn other_programs_read_what_is_packed() {
    let bench = Bench::new();
    for &format in ARCHIVES {
        let archive = pack(&bench, format).await;
        let archive = archive.to_str().unwrap();
        let content = match format {
            Format::ZIP => peer("unzip", &["-p", archive, "photo.png"]),
            Format::SEVEN_ZIP => peer("7z", &["x", "-so", archive, "photo.png"]),
            _ => peer("tar", &["-xOf", archive, "photo.png"]),
        };
        let Some(content) = content else { continue };
        assert!(content == fs::read(sample("photo.png")).unwrap(), "{format}");
    }
}

#[tokio::test]
async fn the_same_files_make_the_same_archive() {
    let bench = Bench::new();
    for &format in ARCHIVES {
        let [one, other] = [pack(&bench, format).await, pack(&bench, format).await];
        assert!(fs::read(one).unwrap() == fs::read(other).unwrap(), "{format}");
    }
}

#[tokio::test]
async fn archives_of_other_programs_are_unpacked() {
    let bench = Bench::new();
    let at = |name: &str| bench.directory.path().join(name).to_str().unwrap().to_owned();
    fs::create_dir(at("folder")).unwrap();
    fs::copy(sample("notes.md"), at("folder/notes.md")).unwrap();
    let [folder, notes] = [at("folder"), at("folder/notes.md")];
    for (format, packed) in [
        (Format::TAR_ZST, peer("tar", &["--zstd", "-cf", &at("a.tar.zst"), "-C", &folder, "."])),
        (Format::TAR_XZ, peer("tar", &["-cJf", &at("a.tar.xz"), "-C", &folder, "."])),
        (
            Format::TAR_GZ,
            peer("tar", &["--format=pax", "-czf", &at("a.tar.gz"), "-C", &folder, "."]),
        ),
        (Format::SEVEN_ZIP, peer("7z", &["a", &at("a.7z"), &notes])),
        (Format::ZIP, peer("7z", &["a", "-tzip", "-mm=LZMA", &at("a.zip"), &notes])),
    ] {
        let Some(_) = packed else { continue };
        let path = at(&format!("a.{format}"));
        let files = unpack(&bench, (Path::new(&path), "a", format), json!({})).await.unwrap();
        let notes = fs::read(sample("notes.md")).unwrap();
        assert_eq!(files, [("notes.md".to_owned(), notes)].into(), "{format}");
    }
}

#[tokio::test]
async fn a_compressed_file_is_called_as_it_was() {
    let bench = Bench::new();
    let script = "import bz2,gzip,lzma,sys; t=open(sys.argv[1],'rb').read(); d=sys.argv[2]
open(d+'/a.gz','wb').write(gzip.compress(t[:40])+gzip.compress(t[40:]))
open(d+'/a.bz2','wb').write(bz2.compress(t))
open(d+'/a.xz','wb').write(lzma.compress(t))";
    let (notes, folder) = (sample("notes.md"), bench.directory.path().to_str().unwrap());
    let Some(_) = peer("python3", &["-c", script, notes.to_str().unwrap(), folder]) else { return };
    for format in [Format::GZ, Format::BZ2, Format::XZ] {
        let path = bench.directory.path().join(format!("a.{format}"));
        let name = format!("notes.md.{format}");
        let files = unpack(&bench, (&path, &name, format), json!({})).await.unwrap();
        assert_eq!(files, [("notes.md".to_owned(), fs::read(&notes).unwrap())].into(), "{format}");
    }
}

#[tokio::test]
async fn an_encrypted_archive_needs_its_password() {
    let bench = Bench::new();
    let notes = sample("notes.md");
    for (name, format, more) in [
        ("aes.zip", Format::ZIP, "-mem=AES256"),
        ("old.zip", Format::ZIP, "-mem=ZipCrypto"),
        ("names.7z", Format::SEVEN_ZIP, "-mhe=on"),
        ("open.7z", Format::SEVEN_ZIP, "-mhe=off"),
    ] {
        let path = bench.directory.path().join(name);
        let arguments = ["a", "-psecret", more, path.to_str().unwrap(), notes.to_str().unwrap()];
        let Some(_) = peer("7z", &arguments) else { return };
        let files = unpack(&bench, (&path, "a", format), json!({"password": "secret"})).await;
        assert_eq!(files.unwrap()["notes.md"], fs::read(&notes).unwrap(), "{name}");
        let none = refusal(&bench, (&path, format), json!({})).await;
        assert!(matches!(none, ConversionError::PasswordRequired), "{name}: {none:?}");
        let wrong = refusal(&bench, (&path, format), json!({"password": "Secret"})).await;
        let ConversionError::InvalidOption { field, message } = wrong else {
            panic!("{name}: {wrong:?}")
        };
        assert_eq!(
            (field.as_str(), message.as_str()),
            ("password", "The password does not open the archive.")
        );
    }
}

#[tokio::test]
async fn damaged_archives_are_refused() {
    let bench = Bench::new();
    for &format in ARCHIVES {
        let whole = fs::read(pack(&bench, format).await).unwrap();
        // A tar may end anywhere between its files, so that it is cut within the first one.
        let path = bench.write("cut", &whole[..whole.len() * 2 / 5]);
        let result = refusal(&bench, (&path, format), json!({})).await;
        assert!(matches!(result, ConversionError::InvalidFile(_)), "{format}: {result:?}");
    }
    let result = refusal(&bench, (&sample("notes.md"), Format::ZIP), json!({})).await;
    assert!(matches!(result, ConversionError::InvalidFile(_)), "{result:?}");
}

/// Makes an archive of these entries with Python's own library, which writes whatever it is told to.
fn python(bench: &Bench, name: &str, script: &str) -> Option<PathBuf> {
    let path = bench.directory.path().join(name);
    let script = format!("import io,sys,tarfile,zipfile; p=sys.argv[1]\n{script}");
    peer("python3", &["-c", &script, path.to_str().unwrap()])?;
    Some(path)
}

#[tokio::test]
async fn only_files_within_the_archive_come_out() {
    let bench = Bench::new();
    let tar = "
t=tarfile.open(p,'w')
def add(name,kind=tarfile.REGTYPE,link=''):
    i=tarfile.TarInfo(name); i.type=kind; i.linkname=link; i.size=2 if kind==tarfile.REGTYPE else 0
    t.addfile(i,io.BytesIO(b'hi') if i.size else None)
for n in ['../up','/etc/passwd','a/../../b','-rf','line\\nbreak','right\\u202eto\\u200fleft','folder/a','a']: add(n)
add('link',tarfile.SYMTYPE,'/etc/passwd'); add('hard',tarfile.LNKTYPE,'a'); add('null',tarfile.CHRTYPE); add('pipe',tarfile.FIFOTYPE)
add('empty/',tarfile.DIRTYPE); t.close()";
    let zip = "
z=zipfile.ZipFile(p,'w')
for n in ['../up','/etc/passwd','a/../../b','-rf','line\\nbreak','right\\u202eto\\u200fleft','folder/a','a']: z.writestr(n,'hi')
i=zipfile.ZipInfo('link'); i.create_system=3; i.external_attr=0o120777<<16; z.writestr(i,'/etc/passwd')
z.writestr('empty/',''); z.close()";
    for (name, format, script, left_out) in
        [("a.tar", Format::TAR, tar, 7), ("a.zip", Format::ZIP, zip, 4)]
    {
        let Some(path) = python(&bench, name, script) else { return };
        let files = unpack(&bench, (&path, "a", format), json!({})).await.unwrap();
        let names: Vec<_> = files.keys().map(String::as_str).collect();
        assert_eq!(names, ["-rf", "a", "a-2", "line\nbreak", "right\u{202e}to\u{200f}left"]);
        assert!(files.values().all(|content| content == b"hi"));
        let words =
            format!("5 files; {left_out} links, devices and paths out of the archive left out");
        assert_eq!(bench.progress.words(), Some(words));
    }
}

#[tokio::test]
async fn an_archive_without_files_is_refused() {
    let bench = Bench::new();
    let Some(path) = python(
        &bench,
        "a.tar",
        "t=tarfile.open(p,'w'); i=tarfile.TarInfo('d'); i.type=tarfile.DIRTYPE; t.addfile(i)",
    ) else {
        return;
    };
    let result = refusal(&bench, (&path, Format::TAR), json!({})).await;
    let ConversionError::InvalidFile(text) = result else { panic!("{result:?}") };
    assert_eq!(text, "there are no files in the archive");
}

/// Writes many megabytes of nothing.
fn nothing(mut file: impl Write, megabytes: usize) {
    let block = vec![0; 1 << 20];
    (0..megabytes).for_each(|_| file.write_all(&block).unwrap());
}

#[tokio::test]
async fn bombs_are_stopped_while_they_are_read() {
    let bench = Bench::new();
    let path = bench.directory.path().join("bomb");
    for format in [Format::GZ, Format::TAR_GZ, Format::ZIP] {
        let file = fs::File::create(&path).unwrap();
        if format == Format::ZIP {
            let mut zip = ZipWriter::new(file);
            zip.start_file("bomb", SimpleFileOptions::default()).unwrap();
            nothing(&mut zip, 300);
            zip.finish().unwrap();
        } else {
            let mut gzip = flate2::write::GzEncoder::new(file, flate2::Compression::best());
            if format == Format::TAR_GZ {
                let mut header = tar::Header::new_gnu();
                header.set_path("bomb").unwrap();
                header.set_size(300 << 20);
                header.set_cksum();
                gzip.write_all(header.as_bytes()).unwrap();
            }
            nothing(&mut gzip, 300);
            gzip.finish().unwrap();
        }
        let result = refusal(&bench, (&path, format), json!({})).await;
        let ConversionError::TooLarge(text) = result else { panic!("{result:?}") };
        assert_eq!(text, "the archive becomes over 4 GiB, or over 200 times its size");
    }
}

#[tokio::test]
async fn a_sparse_file_is_counted_by_its_length() {
    let bench = Bench::new();
    let hole = bench.directory.path().join("hole");
    fs::File::create(&hole).unwrap().set_len(20 << 30).unwrap();
    let path = bench.directory.path().join("a.tar");
    let folder = bench.directory.path().to_str().unwrap();
    let Some(_) = peer("tar", &["-cSf", path.to_str().unwrap(), "-C", folder, "hole"]) else {
        return;
    };
    let result = refusal(&bench, (&path, Format::TAR), json!({})).await;
    assert!(matches!(result, ConversionError::TooLarge(_)), "{result:?}");
}

#[tokio::test]
async fn overlapping_files_and_too_many_are_refused() {
    let bench = Bench::new();
    let overlapping = "
b=io.BytesIO(); z=zipfile.ZipFile(b,'w',zipfile.ZIP_DEFLATED); z.writestr('a','0'*1000000)
i=z.filelist[0]; import copy
for n in range(50):
    c=copy.copy(i); c.filename='b%d'%n; z.filelist.append(c); z.NameToInfo[c.filename]=c
z.close(); open(p,'wb').write(b.getvalue())";
    let Some(path) = python(&bench, "a.zip", overlapping) else { return };
    let result = refusal(&bench, (&path, Format::ZIP), json!({})).await;
    let ConversionError::InvalidFile(text) = result else { panic!("{result:?}") };
    assert_eq!(text, "files in the archive overlap, as in a zip bomb");
    let many = "
z=zipfile.ZipFile(p,'w')
for n in range(10001): z.writestr(str(n),'')
z.close()";
    let Some(path) = python(&bench, "many.zip", many) else { return };
    let result = refusal(&bench, (&path, Format::ZIP), json!({})).await;
    let ConversionError::TooLarge(text) = result else { panic!("{result:?}") };
    assert_eq!(text, "the archive has over 10000 entries");
}

#[tokio::test]
async fn an_archive_within_an_archive_stays_one() {
    let bench = Bench::new();
    let inner = pack(&bench, Format::ZIP).await;
    let sources = [(inner.clone(), "inner.zip", Format::ZIP)];
    let made = bench.process("archive", &sources, Format::ZIP, json!({})).await.unwrap().made;
    let files = unpack(&bench, (&made.files[0].path, "a", Format::ZIP), json!({})).await.unwrap();
    assert_eq!(files, [("inner.zip".to_owned(), fs::read(inner).unwrap())].into());
}
