# shellcheck shell=bash
# Sourced by what builds images: sets $base, a Debian image that is here or is pulled or made with debootstrap (which needs
# root), and $mirror, the mirror that this machine takes Debian packages from, which may be empty. The caller has say and
# fail, and sets -euo pipefail.

suite=trixie
pulled_base=debian:$suite-slim
made_base=vfnic/debian:$suite

# The mirror this machine itself takes Debian packages from; empty on another distribution.
mirror=$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null \
    | awk '$1 == "Debian" && $2 == "Debian" && $3 ~ /^https?:/ { print $3 }' | tail -n 1 || true)

make_base() {
    type debootstrap >/dev/null 2>&1 || fail "debootstrap is not installed (apt-get install debootstrap)"
    [ "$(id -u)" = 0 ] || fail "debootstrap needs root: run this with sudo"
    local work keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    [ -e "$keyring" ] || fail "Debian's keys are not installed (apt-get install debian-archive-keyring)"
    # Not /tmp: it may be mounted nodev or be small.
    work=$(mktemp -d /var/tmp/vfnic-base.XXXXXX)
    # shellcheck disable=SC2064
    trap "rm -rf '$work'" EXIT
    # Without a mirror, debootstrap takes its own default.
    debootstrap --variant=minbase --keyring="$keyring" "$suite" "$work" ${mirror:+"$mirror"} \
        | awk '!/^I: (Retrieving|Validating|Extracting|Unpacking|Configuring) / { print; fflush(); next }
               ++n % 25 == 0 { print "   ... " n " steps"; fflush() }' \
        || { tail -n 20 "$work/debootstrap/debootstrap.log" >&2 || true; fail "debootstrap failed"; }
    say "importing that base into Docker"
    tar -C "$work" --one-file-system --exclude='./var/cache/apt/archives/*.deb' -c . | docker import - "$made_base"
}

base=
for candidate in "$pulled_base" "$made_base"; do
    if docker image inspect "$candidate" >/dev/null 2>&1; then
        base=$candidate
        break
    fi
done
if [ -z "$base" ]; then
    say "pulling $pulled_base"
    if timeout 90 docker pull -q "$pulled_base"; then
        base=$pulled_base
    else
        say "it cannot be pulled here; making a Debian $suite base with debootstrap (about a minute)"
        make_base
        base=$made_base
    fi
fi
