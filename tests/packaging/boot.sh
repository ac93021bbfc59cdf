#!/bin/sh
# boot.sh ROOT: becomes systemd as the first process of the system in ROOT; in mount, pid,
# uts, ipc, cgroup and network namespaces of its own.  It can't reach the machine's kernel
# settings, devices, terminals or other processes.
set -e
root=$1
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do
    touch "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/shm" "$root/dev/mqueue" "$root/dev/pts"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
mkdir -p "$root/run/systemd/system" "$root/old"
# no gettys, no logins
printf '[Unit]\nRequires=basic.target\nAfter=basic.target\n' >"$root/run/systemd/system/test.target"
cd "$root"
pivot_root . old
exec chroot . sh -c 'umount -l /old && rmdir /old && exec env -i container=portlight \
    PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    setpriv --bounding-set=-sys_module,-sys_rawio,-sys_time,-sys_boot,-syslog,-mknod,-audit_control,-wake_alarm,-mac_admin,-mac_override,-sys_pacct,-sys_tty_config \
    /lib/systemd/systemd --system --unit=test.target --show-status=0 --log-target=journal'
