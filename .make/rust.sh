# shellcheck shell=bash
# The Rust part of the set-up: a toolchain that builds for the browser. Sourced by `setup`.
#
# Three ways lead there, tried in this order:
#   1. the active toolchain already has the WebAssembly target;
#   2. rustup installs the target;
#   3. where rustup cannot download but Debian's packages can be had: Debian's newest rustc, to which the
#      standard library for the target is added from Debian's own source package.

WEB_TOOLCHAIN=forkline-web
RUST_TOOLCHAIN=      # the answer: empty means "the active one", which rust-toolchain.toml names
RUST_PATH=           # the answer: a folder that must come first in PATH, or empty

MIN_RUST="$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)"

# with_rust TOOLCHAIN COMMAND...
with_rust() {
    if [ -n "$1" ]; then local -x RUSTUP_TOOLCHAIN="$1"; fi
    shift
    "$@"
}

# A standard library that this script built is good only for the compiler it was built with.
has_wasm() {
    local dir
    dir="$(with_rust "$1" rustc --print sysroot 2>/dev/null)/lib/rustlib/$WASM_TARGET" || return 1
    [ -d "$dir/lib" ] || return 1
    [ ! -f "$dir/forkline-stamp" ] || [ "$(cat "$dir/forkline-stamp")" = "$(with_rust "$1" rustc -V)" ]
}

rust_is_new_enough() {
    with_rust "$1" rustc -V 2>/dev/null | awk -v min="$MIN_RUST" '
        { split($2, is, "."); split(min, want, ".")
          ok = is[1] + 0 > want[1] + 0 || (is[1] + 0 == want[1] + 0 && is[2] + 0 >= want[2] + 0) }
        END { exit !ok }'
}

compiles_to_wasm() {
    local dir result=0
    dir="$(mktemp -d "${TMPDIR:-/tmp}/forkline-try.XXXXXX")"
    printf '#[unsafe(no_mangle)]\npub extern "C" fn digits(n: i32) -> usize { n.to_string().len() }\n' >"$dir/try.rs"
    logged try-wasm with_rust "$1" rustc --edition 2024 --crate-type cdylib --target "$WASM_TARGET" \
        -C lto=fat -C panic=abort -o "$dir/try.wasm" "$dir/try.rs" || result=1
    rm -rf "$dir"
    return "$result"
}

rust_stage() {
    if ! have cargo && [ -x "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" ]; then
        RUST_PATH="${CARGO_HOME:-$HOME/.cargo}/bin"
        PATH="$RUST_PATH:$PATH"
    fi
    { have cargo && have rustc; } || die "Rust is not installed." \
        "Install it with rustup (see https://rustup.rs), open a new terminal and try again."

    local active
    active="$(active_toolchain)"
    if [ -n "$active" ]; then export RUSTUP_TOOLCHAIN="$active"; fi
    if rust_is_new_enough "" && has_wasm ""; then
        RUST_TOOLCHAIN="$active"
    elif have rustup && rust_is_new_enough "$WEB_TOOLCHAIN" && has_wasm "$WEB_TOOLCHAIN"; then
        RUST_TOOLCHAIN="$WEB_TOOLCHAIN"
    elif have rustup && ! rustc -V >/dev/null 2>&1; then
        die "rustup has no toolchain installed here." "Run: rustup toolchain install stable"
    elif ! rust_is_new_enough ""; then
        die "Rust $MIN_RUST or newer is needed; this is: $(rustc -V)" "Run: rustup update stable"
    elif rustup_adds_wasm; then
        RUST_TOOLCHAIN="$active"
    elif have apt-get; then
        debian_rust
    else
        die "the Rust target $WASM_TARGET is missing and could not be installed." \
            "Run: rustup target add $WASM_TARGET"
    fi
    if [ "${1:-}" = test ]; then lint_tools; fi
}

# The toolchain that rust-toolchain.toml names, as an empty answer, or the newest stable one where that is not there and
# cannot be had: what is built differs little.
active_toolchain() {
    local named
    have rustup || return 0
    if rustc -V >/dev/null 2>&1; then return 0; fi
    named="$(sed -n 's/^channel = "\(.*\)"$/\1/p' rust-toolchain.toml)"
    stage "rust: installing Rust $named with rustup (about 1 min)" >&2
    logged rustup-toolchain bounded 600 rustup toolchain install "$named" --profile minimal >&2 && return 0
    with_rust stable rustc -V >/dev/null 2>&1 || return 0
    stage "rust: Rust $named cannot be had here; the installed stable one serves" >&2
    say stable
}

rustup_adds_wasm() {
    have rustup || return 1
    stage "rust: adding the target $WASM_TARGET with rustup (about 10 s)"
    if logged rustup-target bounded 300 rustup target add "$WASM_TARGET" && has_wasm ""; then return 0; fi
    stage "rust: rustup could not add it"
    return 1
}

lint_tools() {
    local missing=
    with_rust "$RUST_TOOLCHAIN" cargo clippy --version >/dev/null 2>&1 || missing="clippy"
    with_rust "$RUST_TOOLCHAIN" cargo fmt --version >/dev/null 2>&1 || missing="$missing rustfmt"
    [ -n "$missing" ] || return 0
    if have rustup && [ "$RUST_TOOLCHAIN" != "$WEB_TOOLCHAIN" ]; then
        stage "rust: adding $missing with rustup (about 10 s)"
        # shellcheck disable=SC2086
        logged rustup-component bounded 300 rustup component add $missing && return 0
    elif can_apt; then
        stage "rust: installing clippy and rustfmt from Debian (about 10 s)"
        apt_install rust-web-clippy rustfmt-web && return 0
    fi
    die "the tests need $missing of the Rust toolchain." "Run: rustup component add clippy rustfmt"
}

debian_rust() {
    local debian_rustc=/usr/bin/rustc packages="rustc-web cargo-web rust-web-src rust-web-clippy rustfmt-web"
    can_apt || die "the Rust target $WASM_TARGET is missing, and installing it needs root or sudo." \
        "Run: rustup target add $WASM_TARGET" "or, as root: apt-get install $packages"
    apt_update || die "apt-get update failed." "Check the network and the package sources, then try again."
    apt-cache show rustc-web >/dev/null 2>&1 || die \
        "the Rust target $WASM_TARGET is missing; this system's package sources do not have it either." \
        "With a network, run: rustup target add $WASM_TARGET"
    stage "rust: installing Debian's newest Rust, with its sources (about 1 min)"
    # shellcheck disable=SC2086
    apt_install $packages || die "Debian's Rust could not be installed." "Run as root: apt-get install $packages"

    local version llvm host sysroot
    version="$("$debian_rustc" -vV)"
    llvm="$(printf '%s\n' "$version" | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')"
    host="$(printf '%s\n' "$version" | sed -n 's/^host: //p')"
    sysroot="$("$debian_rustc" --print sysroot)"
    # The linker must be of the compiler's own LLVM version, or it cannot read the object files.
    if ! have "lld-$llvm"; then
        stage "rust: installing the linker lld-$llvm (about 10 s)"
        apt_install "lld-$llvm" || die "the linker could not be installed." "Run as root: apt-get install lld-$llvm"
    fi

    if have rustup; then
        rustup toolchain link "$WEB_TOOLCHAIN" "$sysroot" >/dev/null 2>&1 ||
            die "rustup could not link Debian's Rust." "Run: rustup toolchain link $WEB_TOOLCHAIN $sysroot"
        RUST_TOOLCHAIN="$WEB_TOOLCHAIN"
    else
        RUST_PATH=/usr/bin
        PATH="$RUST_PATH:$PATH"
    fi
    rust_is_new_enough "$RUST_TOOLCHAIN" || die \
        "Rust $MIN_RUST or newer is needed; Debian's is: $("$debian_rustc" -V)" "Install Rust with rustup: https://rustup.rs"
    has_wasm "$RUST_TOOLCHAIN" || debian_std "$sysroot" "$host" "$(command -v "lld-$llvm")"
    compiles_to_wasm "$RUST_TOOLCHAIN" || die "Debian's Rust does not compile to WebAssembly, see above." \
        "With a network, run: rustup target add $WASM_TARGET"
}

# debian_std SYSROOT HOST LLD: builds the standard library for the browser and puts it into the sysroot.
debian_std() {
    local lib="$1/lib/rustlib" made crate target new
    target="$lib/$WASM_TARGET"
    new="$target.new"
    stage "rust: building the standard library for $WASM_TARGET (about 1 min)"
    crate="$(mktemp -d "${TMPDIR:-/tmp}/forkline-std.XXXXXX")"
    mkdir "$crate/src"
    : >"$crate/src/lib.rs"
    # opt-level "s": what the browser downloads is counted, and the hot loops are not in the standard library.
    printf '%s\n' '[package]' 'name = "empty"' 'version = "0.0.0"' 'edition = "2021"' '[workspace]' \
        '[profile.release]' 'opt-level = "s"' 'panic = "abort"' >"$crate/Cargo.toml"
    logged rust-std build_std "$crate" || {
        rm -rf "$crate"
        die "the standard library for $WASM_TARGET could not be built; the whole output is in target/log/rust-std.log." \
            "With a network, run instead: rustup target add $WASM_TARGET"
    }
    made="$crate/target/$WASM_TARGET/release/deps"
    rm -f "$made"/libempty-*
    # The folder gets its final name last, so a half-copied one is never taken for a finished one.
    as_root mkdir -p "$lib/$2/bin"
    as_root ln -sf "$3" "$lib/$2/bin/rust-lld"
    as_root rm -rf "$new" "$target"
    as_root mkdir -p "$new/lib"
    as_root cp "$made"/*.rlib "$new/lib/"
    with_rust "$RUST_TOOLCHAIN" rustc -V >"$crate/stamp"
    as_root cp "$crate/stamp" "$new/forkline-stamp"
    as_root mv "$new" "$target"
    rm -rf "$crate"
}

build_std() (
    cd "$1" || exit 1
    unset CARGO_TARGET_DIR CARGO_BUILD_TARGET CARGO_ENCODED_RUSTFLAGS
    # With the bitcode inside, link-time optimisation can reach into the standard library; cargo leaves it out by itself.
    export RUSTC_BOOTSTRAP=1 RUSTFLAGS="-C embed-bitcode=yes"
    with_rust "$RUST_TOOLCHAIN" cargo build --release -Zbuild-std=std,panic_abort --target "$WASM_TARGET"
)
