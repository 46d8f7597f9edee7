# shellcheck shell=bash
# Sourced by quickstart and by integration-tests/verify: installs what is missing on a Debian or Ubuntu machine, says
# what it does, and starts nothing twice. The caller sets -euo pipefail.

vfnic_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { printf '%s\n' "$*"; }

fail() {
    printf '\n%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# Continues as root, through sudo where needed. Arguments: those of the script.
need_root() {
    [ "$(id -u)" != 0 ] || return 0
    type sudo >/dev/null 2>&1 || fail "needs root; sudo is not installed, so run it as root"
    say "needs root: continuing with sudo"
    exec sudo -- "$0" "$@"
}

# Runs a command with its output in a log, and shows that it is alive: a line every ten seconds, or a running clock on a
# terminal. Arguments: title, log, command...
step() {
    local title=$1 log=$2 started=$SECONDS pid code=0 shown=0 before
    shift 2
    printf '%-58s' "$title"
    printf '\n== %s\n' "$title" >> "$log"
    before=$(wc -l < "$log")
    "$@" >> "$log" 2>&1 < /dev/null &
    pid=$!
    step_pid=$pid
    while kill -0 "$pid" 2>/dev/null; do
        sleep 0.2
        if [ $((SECONDS - started)) -ge $((shown + step_interval)) ]; then
            shown=$((SECONDS - started))
            if [ -n "$step_tty" ]; then
                printf '\r%-58s%4d s' "$title" "$shown"
            else
                printf ' %d s...' "$shown"
            fi
        fi
    done
    wait "$pid" || code=$?
    step_pid=
    if [ -n "$step_tty" ]; then
        printf '\r%-58s' "$title"
    fi
    if [ "$code" -eq 0 ]; then
        printf ' ok (%d s)\n' $((SECONDS - started))
        return 0
    fi
    printf ' FAILED (%d s)\n' $((SECONDS - started))
    tail -n "+$((before + 1))" "$log" | tail -n 15 | sed 's/^/    | /' >&2
    return "$code"
}
# For a script's exit trap: the command that is running, if any. It does not see the terminal's Ctrl-C.
step_pid=
step_tty=
step_interval=10
if [ -t 1 ]; then
    step_tty=yes
    step_interval=1
fi

# Arguments: Debian packages. Asks apt for nothing that is there.
install_packages() {
    local package missing=()
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    type apt-get >/dev/null 2>&1 || fail "not installed, and no apt-get to install it with: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    # Once in a run: the lists may be absent or hours old, then packages are not found.
    if [ -z "${apt_updated:-}" ]; then
        say "Refreshing apt's package lists"
        # One broken third-party source must not stop us: what matters is whether the packages below are found.
        apt-get -q -o DPkg::Lock::Timeout=300 update || say "(apt-get update reported problems; carrying on)"
        apt_updated=yes
    fi
    say "Installing ${missing[*]}"
    apt-get -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}"
}

find_jdk25() {
    local home
    for home in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
        if [ -x "$home/bin/javac" ] && grep -q '^JAVA_VERSION="25' "$home/release" 2>/dev/null; then
            readlink -f "$home"
            return 0
        fi
    done
    return 1
}

ensure_jdk25() {
    if ! find_jdk25 >/dev/null; then
        apt-cache show openjdk-25-jdk-headless >/dev/null 2>&1 || apt-get -q update || true
        apt-cache show openjdk-25-jdk-headless >/dev/null 2>&1 || fail \
            "no JDK 25 under /usr/lib/jvm, and this release has no openjdk-25-jdk-headless package." \
            "Install a JDK 25 there (for example Eclipse Temurin 25) and run this again"
        install_packages openjdk-25-jdk-headless
    fi
    say "JDK 25: $(find_jdk25)"
}

ensure_maven() {
    type mvn >/dev/null 2>&1 || install_packages maven
    say "Maven: $(type -P mvn)"
}

docker_answers() { timeout 20 docker version >/dev/null 2>&1; }

# The engine outlives this script and holds none of its files open.
start_docker_engine() {
    local log=/var/log/vfnic-dockerd.log waited=0
    if [ -d /run/systemd/system ]; then
        systemctl start docker
    else
        # No init system, so presumably a container: it may set up no bridge and no iptables, and we need neither.
        say "Starting dockerd (log: $log)"
        setsid nohup dockerd --bridge=none --iptables=false </dev/null >"$log" 2>&1 &
        disown
    fi
    until docker_answers; do
        sleep 1
        waited=$((waited + 1))
        if [ "$waited" -ge 60 ]; then
            [ ! -f "$log" ] || tail -n 15 "$log" >&2
            fail "the Docker engine did not start within $waited s"
        fi
    done
}

ensure_docker() {
    if ! docker_answers; then
        # The client alone is not enough: it may have come without an engine.
        if ! type dockerd >/dev/null 2>&1; then
            install_packages docker.io
            # From Debian 13 on, the client is a package of its own.
            type docker >/dev/null 2>&1 || install_packages docker-cli
        fi
        docker_answers || start_docker_engine
    fi
    say "Docker engine: $(docker version --format '{{.Server.Version}}')"
}

ensure_guest_lab() {
    local lab=$vfnic_root/qemu-configs/guest-lab
    if ! docker image inspect "$("$lab/build" --tag)" >/dev/null 2>&1; then
        install_packages debootstrap debian-archive-keyring
    fi
    "$lab/build"
}
