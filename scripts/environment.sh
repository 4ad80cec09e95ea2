# Sourced by the other scripts: the project's folder, the tools' folders in PATH, and the target folder as an absolute path.
# shellcheck shell=bash
project="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$project" || exit 1
export PATH="$project/node_modules/.bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

target="${CARGO_TARGET_DIR:-$project/target}"
case "$target" in
/*) ;;
*) target="$project/$target" ;;
esac
export CARGO_TARGET_DIR="$target"
# shellcheck disable=SC2034 # The scripts that source this use it.
weir_bin="$target/release/weir"

say() { printf '\n==> %s\n' "$*"; }
fail() {
    printf '\nerror: %s\n' "$*" >&2
    exit 1
}
