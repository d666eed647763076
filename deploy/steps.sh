# Sourced by bin/install and bin/upgrade: what both of them do. The caller has set `here` to the real path of bin/.
# ROOT stands before every path, so that a trial can put everything into a folder.

ROOT=${ROOT:-}
HOME_OF_XUEJI=$ROOT/opt/xueji
SETTINGS=$ROOT/etc/xueji/xueji.toml
SOCKET=$ROOT/run/xueji/http.sock
source=$(dirname -- "$here")

say() { printf 'xueji: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
as_xueji() { if [ -n "$ROOT" ]; then env "$@"; else runuser -u xueji -- env "$@"; fi; }
own() { [ -n "$ROOT" ] || chown "$@"; }

# A release is a folder of its own with a virtual environment of its own; `current` says which one serves.
place_release() {
    release=$HOME_OF_XUEJI/releases/$(release_name)
    [ -e "$release/.complete" ] && return
    say "placing $release"
    rm -rf "$release"
    mkdir -p "$release"
    (cd -- "$source" && tar --exclude=./.venv --exclude=./.git --exclude=./instance --exclude=__pycache__ -cf - .) |
        tar -C "$release" -xf -
    if [ -n "${VENV:-}" ]; then ln -s "$VENV" "$release/.venv"; else make_environment; fi
    touch "$release/.complete"
}

# The same content has the same name, so that a second run finds what the first one placed.
release_name() {
    (cd -- "$source" && find . \( -name .venv -o -name .git -o -name instance -o -name __pycache__ \) -prune -o -type f -print |
        LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum | cut -c1-12)
}

make_environment() {
    (cd -- "$release" && here=$release/bin && . ./bin/prepare)
    "$release/.venv/bin/python" -m compileall -q "$release" >/dev/null || true
}

current() { readlink -- "$HOME_OF_XUEJI/current" 2>/dev/null || true; }

# One rename: there is no moment without a current release.
point_to() {
    ln -sfn "$1" "$HOME_OF_XUEJI/current.new"
    mv -T "$HOME_OF_XUEJI/current.new" "$HOME_OF_XUEJI/current"
}

# A command of the release that serves, as the service runs it.
run_xueji() {
    (cd -- "$HOME_OF_XUEJI/current" &&
        as_xueji XUEJI_CONFIG="$SETTINGS" PYTHONUTF8=1 .venv/bin/python -m flask --app app "$@")
}

wait_until_healthy() {
    "$HOME_OF_XUEJI/current/.venv/bin/python" "$HOME_OF_XUEJI/current/deploy/healthy.py" "$SOCKET" "${HEALTHY_WITHIN:-60}"
}

# All but the newest three releases, and never the one that serves.
forget_old_releases() {
    ls -1dt "$HOME_OF_XUEJI"/releases/*/ | tail -n +4 | while read -r old; do
        [ "${old%/}" = "$(current)" ] || rm -rf "$old"
    done
}
