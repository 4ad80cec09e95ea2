//! Writes a customer export of any length: `FILE.csv`, and the truth about its invalid records in `FILE.truth.csv`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Parser;
use fixtures::{Shape, Summary, write_customers};

#[derive(Debug, Parser)]
#[command(about = "Write a reproducible customer export with one invalid record in a hundred")]
struct Arguments {
    /// Data records to write.
    #[arg(long, value_name = "N")]
    rows: u64,
    /// Path without its ending: FILE.csv, FILE.truth.csv and, with --clean, FILE.clean.csv are written.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The same seed gives the same bytes.
    #[arg(long, default_value_t = Shape::of(0).seed)]
    seed: u64,
    /// Write the same file without its invalid records too.
    #[arg(long)]
    clean: bool,
    /// End records with CRLF.
    #[arg(long)]
    crlf: bool,
}

fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    let shape = Shape {
        seed: arguments.seed,
        crlf: arguments.crlf,
        ..Shape::of(arguments.rows)
    };
    let summary = write_files(&shape, &arguments.out, arguments.clean)?;
    print(&summary)
}

fn write_files(shape: &Shape, out: &Path, with_clean: bool) -> io::Result<Summary> {
    let mut file = create(out, "csv")?;
    let mut truth = create(out, "truth.csv")?;
    let mut clean = if with_clean {
        Some(create(out, "clean.csv")?)
    } else {
        None
    };
    let summary = write_customers(
        shape,
        &mut file,
        clean.as_mut().map(|clean| clean as &mut dyn Write),
        Some(&mut truth),
    )?;
    file.flush()?;
    truth.flush()?;
    if let Some(mut clean) = clean {
        clean.flush()?;
    }
    Ok(summary)
}

/// `a/b` and `csv` give `a/b.csv`, and a dot inside the name stays: `customers_1.5m` gives `customers_1.5m.csv`.
fn create(out: &Path, ending: &str) -> io::Result<BufWriter<File>> {
    let mut path = out.as_os_str().to_owned();
    path.push(".");
    path.push(ending);
    Ok(BufWriter::with_capacity(1 << 20, File::create(path)?))
}

fn print(summary: &Summary) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "records  {:>12}", summary.record_count)?;
    writeln!(out, "bytes    {:>12}", summary.size_bytes)?;
    writeln!(out, "invalid  {:>12}", summary.invalid_count())?;
    for (damage, count) in &summary.damaged {
        writeln!(out, "  {:<18} {count}", damage.code())?;
    }
    Ok(())
}
