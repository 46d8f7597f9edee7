# shellcheck shell=bash
# Sourced by the scripts that pack programs of the image for a guest.

# Sets $root: the directory that will be packed.
make_root() {
    local dir
    root=$(mktemp -d)
    chmod 0755 "$root"
    mkdir -p "$root"/usr/{bin,sbin,lib,lib64}
    for dir in bin sbin lib lib64; do
        ln -s "usr/$dir" "$root/$dir"
    done
}

# Copies files, and the shared libraries that they need, to the same place in the guest.
copy() {
    local file library
    for file in "$@"; do
        install -D "$(readlink -f "$file")" "$root$file"
        while read -r library; do
            [ -e "$root$library" ] || install -D "$(readlink -f "$library")" "$root$library"
        done < <(ldd "$file" 2>/dev/null | grep -o '/[^ ]*')
    done
}

# Packs what is in $root as an archive that the kernel unpacks at boot.
pack() {
    (cd "$root" && find . -print0 | LC_ALL=C sort -z | cpio -0 -o -H newc --quiet --owner 0:0) | zstd -q -9 -f -o "$1"
}
