#!/bin/sh
# The first process of a sandbox: it stands in network, mount and pid namespaces of its own, makes
# them fit for an engine, starts the engine, and stays until it is killed; everything goes with it.
#
#   private.sh FOLDER COMMAND [ARG...]
#
# FOLDER is the sandbox's (its socket and log); COMMAND is the engine. HIDE names folders of the
# host, separated by spaces, that the engine must find empty.
set -e
folder=$1
shift

ip link set lo up 2>/dev/null || busybox ip link set lo up || ifconfig lo up

# An empty /run, but for the sandbox's folder: there the host's engine has its sockets and locks.
# It is put together at /mnt, since from the moment it lies over /run the old one is out of reach.
mount -t tmpfs -o mode=755 tmpfs /mnt
case $folder in
/run/*)
    mkdir -p "/mnt/${folder#/run/}"
    mount --bind "$folder" "/mnt/${folder#/run/}"
    ;;
esac
mount -n --move /mnt /run
ln -s "$folder/docker.sock" /run/docker.sock

# /sys shows the network devices of the namespace it was mounted in; the cgroups stay the host's.
if [ "$(cat /proc/self/uid_map | tr -s ' ')" = " 0 0 4294967295" ]; then
    mkdir /run/cgroup
    mount --rbind /sys/fs/cgroup /run/cgroup
    mount -t sysfs sysfs /sys
    mount --rbind /run/cgroup /sys/fs/cgroup
fi

for hidden in $HIDE; do
    mount -t tmpfs tmpfs "$hidden"
done

# Engines without root look for their settings, and leave some, at the user's home.
export HOME=/run
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_RUNTIME_DIR

# Not `exec`, and not `wait` for the engine: the first process has to reap what it inherits, and
# an engine that was killed can be started again in the same place.
tail -f /dev/null &
forever=$!
{
    "$@" </dev/null >>"$folder/log" 2>&1 || :
    : >"$folder/ended"
} &
wait $forever
