//! The steps of making a browser bundle that are libraries of Rust. Their own programs bring an HTTP server, a client and
//! more for uses that there are none of here, and would be compiled one after the other.
//!
//! * `forkline-bundler glue MODULE FOLDER NAME` writes the JavaScript between a browser and a module, as `wasm-bindgen` does.
//! * `forkline-bundler split MODULE FOLDER NAME` makes a module and its parts, as `wasm-split` does, and then the same.

use std::{env, error::Error, fs, path::Path, process::ExitCode};

use wasm_bindgen_cli_support::Bindgen;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let made = match arguments[..] {
        ["glue", module, folder, name] => glue(&mut Bindgen::new(), Path::new(module), Path::new(folder), name),
        ["split", module, folder, name] => split(Path::new(module), Path::new(folder), name),
        _ => Err("run: forkline-bundler glue|split MODULE FOLDER NAME".into()),
    };
    match made {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("error: {reason:?}");
            ExitCode::FAILURE
        }
    }
}

fn glue(bindgen: &mut Bindgen, module: &Path, folder: &Path, name: &str) -> Result<()> {
    bindgen.web(true)?.typescript(false).input_path(module).out_name(name).generate(folder)?;
    Ok(())
}

fn split(module: &Path, folder: &Path, name: &str) -> Result<()> {
    let bytes = fs::read(module)?;
    let main = folder.join(format!("{name}.wasm"));
    let script = format!("./{name}.js");
    let mut options = wasm_split_cli_support::Options::new(&bytes);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.main_module = &script;
    options.target.web();
    wasm_split_cli_support::transform(options)?;
    // What parts are linked by must keep its name.
    glue(Bindgen::new().keep_lld_exports(true).demangle(false), &main, folder, name)?;
    fs::remove_file(main)?;
    Ok(())
}
