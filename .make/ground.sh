# shellcheck shell=bash disable=SC2034
# Shared by the scripts of this folder. It is sourced, never run.
# Everything here keeps to bash 3.2 and to options that both GNU and BSD tools have, because macOS ships those.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
SETUP_ENV="$ROOT/target/forkline-setup.env"
LOGS="$ROOT/target/log"
WASM_TARGET=wasm32-unknown-unknown
cd "$ROOT" || exit 1

say() { printf '%s\n' "$*"; }

stage() { printf '[set-up] %s\n' "$*"; }

# The first argument says what is wrong, each further one is a line of the remedy.
die() {
    printf '\nerror: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '       %s\n' "$line" >&2; done
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# Puts what the set-up found (toolchain, tools, browser) into the environment.
load_setup() {
    [ -f "$SETUP_ENV" ] || die "the set-up has not run yet" "Run: make setup"
    # shellcheck disable=SC1090
    . "$SETUP_ENV"
    # The scripts name files below ./target, wherever this user's other projects are built.
    export CARGO_TARGET_DIR="$ROOT/target"
    # A program that is not optimised reads the bundle from there, if the folder is there when it is compiled.
    mkdir -p "$ROOT/target/site"
}

# bounded SECONDS COMMAND...: ends the command after that time. macOS has no `timeout`.
bounded() {
    local end pid
    end=$((SECONDS + $1))
    shift
    "$@" &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
        if [ "$SECONDS" -ge "$end" ]; then
            kill "$pid" 2>/dev/null || true
            wait "$pid" 2>/dev/null || true
            return 124
        fi
        sleep 0.2
    done
    wait "$pid"
}

# logged NAME COMMAND...: keeps the output in a log and shows its end only when the command fails.
logged() {
    local log="$LOGS/$1.log"
    shift
    mkdir -p "$LOGS"
    if "$@" >"$log" 2>&1 </dev/null; then return 0; fi
    tail -n 15 "$log" | sed 's/^/         | /' >&2
    return 1
}

# as_root COMMAND...: directly for root, through sudo for anybody else. Without a terminal sudo must not ask.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif [ -t 0 ]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

can_apt() {
    have apt-get || return 1
    [ "$(id -u)" -eq 0 ] && return 0
    have sudo || return 1
    [ -t 0 ] || sudo -n true 2>/dev/null
}

APT_UPDATED=no
apt_update() {
    [ "$APT_UPDATED" = no ] || return 0
    stage "apt: refreshing the package list (about 10 s)"
    # Asked for here, where the prompt can be seen: the commands below write to a log.
    as_root true || return 1
    logged apt-update as_root_quiet apt-get update || return 1
    APT_UPDATED=yes
}

# The commands whose output goes to a log have no terminal; sudo already has its password by then.
as_root_quiet() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

apt_install() {
    apt_update || return 1
    logged "apt-$1" as_root_quiet env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends "$@"
}

# linted COMMAND...: runs cargo, or a script that does, so that the members of the workspace are compiled by the linter, and
# its advice counts as an error. Their dependencies are compiled by rustc and shared with every other build.
linted() {
    RUSTC_WORKSPACE_WRAPPER="$(rustc --print sysroot)/bin/clippy-driver" CLIPPY_ARGS="-Dwarnings__CLIPPY_HACKERY__" "$@"
}
