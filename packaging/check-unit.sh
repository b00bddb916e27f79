#!/bin/sh
# Starts the installed unit under a systemd of its own, in namespaces and over a layer above this machine's
# files, so that nothing here notices: it answers, comes back after kill -9 and stops in order.
# Exit 77 where the machine allows no such thing; says why.
set -eu

if [ "${1:-}" = init ]; then
    new=$2
    mount --make-rprivate /
    mount -t tmpfs layer "$new"
    mkdir "$new/upper" "$new/work" "$new/root"
    mount -t overlay layer -o "lowerdir=/,upperdir=$new/upper,workdir=$new/work" "$new/root"
    cd "$new/root"
    mount -t proc proc proc
    mount -t sysfs sysfs sys
    mount -t tmpfs run run
    mount -t tmpfs tmp tmp
    mount --rbind /dev dev
    if [ ! -e /sys/fs/cgroup/cgroup.controllers ]; then
        mount -t tmpfs cgroup sys/fs/cgroup
        mkdir sys/fs/cgroup/systemd sys/fs/cgroup/unified
        mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd
        mount -t cgroup2 cgroup2 sys/fs/cgroup/unified
    else
        mount -t cgroup2 cgroup2 sys/fs/cgroup
    fi
    mkdir -p old-root
    pivot_root . old-root
    # A systemd that knows itself to be in a container leaves the machine's clock and kernel alone.
    exec chroot . sh -c 'umount -l /old-root
        container=bilten exec /lib/systemd/systemd --system --unit=basic.target --show-status=0 --log-target=console'
fi

folder=$(mktemp -d)
unshare --fork --pid --mount --uts --ipc --cgroup --net --kill-child "$0" init "$folder" >"$folder.log" 2>&1 &
unshare=$!
trap 'kill -KILL $unshare 2>/dev/null || :; wait $unshare 2>/dev/null || :; rm -rf "$folder" "$folder.log"' EXIT

# tries command…: until it succeeds.
tries() {
    left=$1
    shift
    until "$@" >/dev/null 2>&1; do
        left=$((left - 1))
        [ $left -gt 0 ] || return 1
        sleep 0.1
    done
}
init() { pgrep -P $unshare; }
inside() { nsenter --target "$(init)" --mount --pid --uts --ipc --cgroup --net --root --wd "$@"; }
answers() { inside curl --silent --fail http://127.0.0.1:8080/health/ready; }
pid() { inside systemctl show --property=MainPID --value bilten; }
fail() {
    echo "$1" >&2
    inside systemctl status --no-pager --full bilten >&2 || :
    inside journalctl --no-pager --unit bilten >&2 || :
    exit 1
}

up() { inside systemctl is-active basic.target || ! kill -0 $unshare; }
if ! tries 100 up || ! kill -0 $unshare 2>/dev/null; then
    echo "a systemd in namespaces does not come up here: $(tail -n 1 "$folder.log")" >&2
    exit 77
fi
inside systemctl start bilten || fail "the unit does not start"
tries 100 answers || fail "the unit does not answer"
first=$(pid)
inside kill -KILL "$first"
came_back() { [ "$(pid)" != "$first" ] && answers; }
tries 100 came_back || fail "the unit does not come back after kill -9"
inside systemctl stop bilten
[ "$(inside systemctl show --property=Result --value bilten)" = success ] || fail "the unit does not stop in order"
