//! The program as the browser gets it: the WebAssembly of the first pages, that of the others, and one script.
//!
//! The compiler makes one program. Everything that is reached only through a function marked `wasm_split` is taken
//! out of it into a file of its own, which the script fetches when that function is called.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use wasm_bindgen_cli_support::Bindgen;
use wasm_split_cli_support::{Options, transform};

use super::File;
use crate::workspace::{self, short_hash};

/// The one function that is marked, and what the splitter calls the file behind it.
const LATER: &str = "desk";
const LATER_FILE: &str = "split_desk.wasm";
/// How the parts of the script call each other, before they are one.
const LINK: &str = "./__wasm_split.js";
const MAIN: &str = "./app.js";
/// What the splitter's script exports: it has the later file fetched.
const LOADER: &str = "__wasm_split_load_desk";

/// The first part of the program, the later part, and the script that starts the one and fetches the other.
pub(super) fn files(wasm: &Path, dev: bool) -> Result<[File; 3]> {
    let folder = workspace::target_dir().join("web-parts");
    let main = folder.join("main.wasm");
    let parts = split(wasm, &folder, &main)?;
    let later =
        without_custom_sections(&fs::read(folder.join(LATER_FILE))?).context("reading the later part")?;
    let mut output = Bindgen::new()
        .input_path(&main)
        .out_name("app")
        .web(true)?
        .typescript(false)
        .debug(dev)
        .keep_debug(dev)
        // The later part is linked to the first by these.
        .keep_lld_exports(true)
        .remove_name_section(!dev)
        .remove_producers_section(true)
        .omit_default_module_path(true)
        .generate_output()?;
    // Each crate is listed, also the many that bring no JavaScript.
    if output.snippets().values().any(|snippets| !snippets.is_empty()) || !output.local_modules().is_empty() {
        bail!("the web app brings JavaScript of its own, which the bundle does not carry");
    }
    let wasm = output.wasm_mut().emit_wasm();
    let wasm = File::new(format!("app-{}_bg.wasm", short_hash(&wasm)), wasm)?;
    let later = File::new(format!("{LATER}-{}_bg.wasm", short_hash(&later)), later)?;
    let script = script(output.js(), &parts, &wasm.name, &later.name)?;
    let script = File::new(format!("app-{}.js", short_hash(script.as_bytes())), script.into_bytes())?;
    Ok([wasm, later, script])
}

/// Takes the program apart; returns the script that loads the later part.
fn split(wasm: &Path, folder: &Path, main: &Path) -> Result<String> {
    let program = fs::read(wasm).with_context(|| format!("reading {}", wasm.display()))?;
    let _ = fs::remove_dir_all(folder);
    let mut options = Options::new(&program);
    (options.output_dir, options.main_out_path) = (folder, main);
    (options.link_name, options.main_module) = (LINK, MAIN);
    let parts = transform(options).map_err(|error| anyhow!("taking the program apart: {error:?}"))?;
    match parts.split_modules.as_slice() {
        [later] if later.ends_with(LATER_FILE) => Ok(fs::read_to_string(folder.join(LINK))?),
        others => bail!("the program fell into other parts than {LATER_FILE}: {others:?}"),
    }
}

/// Both scripts as one, so that the browser fetches one; the modules import each other, which a hash of the content
/// in the name forbids anyway.
fn script(main: &str, link: &str, wasm: &str, later: &str) -> Result<String> {
    let imported = main.lines().find(|line| line.starts_with("import ") && line.contains(LINK));
    let imported = imported.context("the script imports nothing of the splitter's")?;
    let name = imported.split_whitespace().nth(3).filter(|_| imported.starts_with("import * as "));
    let name = name.with_context(|| format!("not understood: {imported}"))?;
    let main = main.replace(imported, &format!("const {name} = {{ {LOADER} }};"));
    let link = replaced(link, &format!("import {{ initSync }} from \"{MAIN}\";"), "")?;
    let link = replaced(&link, &format!("export const {LOADER}"), &format!("const {LOADER}"))?;
    let link = replaced(&link, &format!("./{LATER_FILE}"), &format!("./{later}"))?;
    // The page's policy forbids inline scripts, so the module starts the app itself.
    let start = format!("__wbg_init({{ module_or_path: new URL('{wasm}', import.meta.url) }});");
    Ok(format!("{}\n{}\n{start}\n", link.trim(), main.trim()))
}

fn replaced(text: &str, from: &str, to: &str) -> Result<String> {
    if text.matches(from).count() != 1 {
        bail!("the splitter's script should have once: {from}");
    }
    Ok(text.replace(from, to))
}

/// A module without what only tools read, such as the names of its functions.
fn without_custom_sections(wasm: &[u8]) -> Result<Vec<u8>> {
    const CUSTOM: u8 = 0;
    let (head, mut rest) = wasm.split_at_checked(8).context("too short for a module")?;
    let mut kept = head.to_vec();
    while let Some((&kind, behind)) = rest.split_first() {
        let (length, size) = leb128(behind).context("a section has no length")?;
        let (section, behind) = rest.split_at_checked(1 + size + length).context("a section is cut off")?;
        if kind != CUSTOM {
            kept.extend_from_slice(section);
        }
        rest = behind;
    }
    Ok(kept)
}

/// A number as WebAssembly writes it, and in how many bytes.
fn leb128(bytes: &[u8]) -> Option<(usize, usize)> {
    let size = bytes.iter().take(5).position(|byte| byte & 0x80 == 0)? + 1;
    let number = bytes[..size].iter().rev().fold(0, |number, byte| number << 7 | usize::from(byte & 0x7f));
    Some((number, size))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODULE: [u8; 8] = *b"\0asm\x01\0\0\0";

    #[test]
    fn only_what_tools_read_is_left_out() {
        let types = [1, 0x82, 0, 7, 7];
        let names = [0, 3, 1, b'n', 9];
        let module = [&MODULE[..], &names, &types, &names].concat();
        assert_eq!(without_custom_sections(&module).unwrap(), [&MODULE[..], &types].concat());
        assert_eq!(without_custom_sections(&MODULE).unwrap(), MODULE);
        for broken in [&MODULE[..4], &[&MODULE[..], &[1]].concat(), &[&MODULE[..], &[1, 3, 7]].concat()] {
            assert!(without_custom_sections(broken).is_err(), "{broken:?}");
        }
    }

    #[test]
    fn two_scripts_become_one_that_imports_nothing() {
        let main = "import * as import1 from \"./__wasm_split.js\"\nlet x = import1;\nexport { initSync };";
        let link = "import { initSync } from \"./app.js\";\nexport const __wasm_split_load_desk = \"./split_desk.wasm\";";
        let one = script(main, link, "app-1_bg.wasm", "desk-2_bg.wasm").unwrap();
        assert!(
            !one.contains("import *") && !one.contains("import {") && one.contains("./desk-2_bg.wasm"),
            "{one}"
        );
        assert!(one.contains("const import1 = { __wasm_split_load_desk };"), "{one}");
        assert!(
            one.trim_end()
                .ends_with("__wbg_init({ module_or_path: new URL('app-1_bg.wasm', import.meta.url) });")
        );
        assert!(script("export {};", link, "a", "b").is_err(), "a script that is not as expected is refused");
    }
}
