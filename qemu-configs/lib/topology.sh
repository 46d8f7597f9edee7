# shellcheck shell=bash
# Sourced by the launch files in ../topologies: starts a card and guests, and stops them. The caller sets -euo pipefail.

configs=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

guest() { "$configs/guest" "$@"; }

# Reads the launch file's options. Arguments: name, largest number of VFs, the names of its guests (with VF0, VF1... for
# one guest a VF), the script's own arguments. Sets $vfs, $firmware, $run and $card.
topology() {
    local name=$1 most=$2
    guests=$3
    shift 3
    run=${VFNIC_RUN:-/run/vfnic}/topologies/$name
    card=$run/card
    vfs=2 firmware=seabios
    while [ $# -gt 0 ]; do
        case $1 in
            --vfs) vfs=${2:-} ;;
            --firmware) firmware=${2:-} ;;
            --stop) stop_all; exit 0 ;;
            --help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
            *) misused "unknown option $1" ;;
        esac
        [ $# -ge 2 ] || misused "$1 needs a value"
        shift 2
    done
    [[ $vfs =~ ^[1-9]$ ]] && [ "$vfs" -le "$most" ] || misused "--vfs takes 1 to $most, not \"$vfs\""
    [[ $firmware =~ ^(seabios|ovmf)$ ]] || misused "--firmware is seabios or ovmf, not \"$firmware\""
    mkdir -p "$run"
    trap 'code=$?; [ $code = 0 ] || { echo "${0##*/}: failed, stopping; the card'"'"'s log is $run/card.log" >&2; stop_all; }' EXIT
}

# A command line that makes no sense.
misused() {
    printf '%s: %s; see "%s --help"\n' "${0##*/}" "$*" "${0##*/}" >&2
    exit 2
}

# Starts the card; the arguments are those of vfnic serve.
start_card() {
    [ ! -e "$run/card.pid" ] || { echo "${0##*/}: runs already (${0##*/} --stop)" >&2; trap - EXIT; exit 1; }
    echo "card: vfnic serve --dir $card --vfs $vfs $*"
    # What a card said that ran before must not be taken for this one's words.
    rm -f "$run/card.out"
    setsid nohup "$configs/../server/bin/vfnic" serve --dir "$card" --vfs "$vfs" "$@" \
        </dev/null >"$run/card.out" 2>"$run/card.log" &
    local pid=$!
    echo "$pid" > "$run/card.pid"
    disown
    for _ in $(seq 600); do
        ! grep -qs '^vfnic ready' "$run/card.out" || return 0
        # Not by its command line, which is this script's until the new process has become the card.
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    cat "$run/card.log" >&2
    return 1
}

# Waits in a guest until a shell command succeeds there. Arguments: guest, command
await() {
    guest run "$1" --timeout 120 "n=0; until { $2; } >/dev/null 2>&1; do
        n=\$((n + 1)); [ \$n -lt 600 ] || { echo 'never came true: $2' >&2; exit 1; }; sleep 0.1; done"
}

stop_all() {
    local name pid
    for name in $(guest list); do
        [[ " $guests " != *" $name "* ]] || guest stop "$name"
    done
    [ -s "$run/card.pid" ] || return 0
    pid=$(cat "$run/card.pid")
    # By the command line, for the process id may be another's by now.
    if grep -qs vfnic "/proc/$pid/cmdline"; then
        kill "$pid"
        for _ in $(seq 300); do
            grep -qs vfnic "/proc/$pid/cmdline" || break
            sleep 0.1
        done
    fi
    rm -f "$run/card.pid"
}

# Says how to go on. Arguments: a command to try
running() {
    local name up=
    for name in $(guest list); do
        [[ " $guests " != *" $name "* ]] || up+=" $name"
    done
    printf '\nRunning:%s. Try\n    %s\n    %s\nand stop with\n    %s --stop\n' "$up" "$configs/guest run $1" \
        "$(readlink -f "$configs/..")/server/bin/vfnic show --dir $card" "$0"
}
