package io.vfnic.it.support;

import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestSpec;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * DPDK's testpmd in a guest, which drives one function of the card from user space: through vfio, behind an IOMMU that
 * QEMU emulates, since Debian's kernels have no vfio without one.
 */
public final class Testpmd implements AutoCloseable {
    private static final String PROMPT = "'testpmd> '";
    private static final String MEMORY = "--total-num-mbufs=8192";

    private final Guest guest;
    private final String device;

    private Testpmd(Guest guest, String device) {
        this.guest = guest;
        this.device = device;
    }

    /** A guest in which it can run. */
    public static GuestSpec spec(String name) {
        return GuestSpec.named(name).withDpdk().withMemory(512).withCpus(2).withKernelWords("intel_iommu=on")
            .withQemuArguments("-device", "intel-iommu,intremap=on,caching-mode=on");
    }

    /** Takes a function from the kernel's driver, and gives it to vfio. */
    public static void bind(Guest guest, String device) {
        String directory = "/sys/bus/pci/devices/" + device;
        guest.check("mountpoint -q /dev/hugepages || { mkdir -p /dev/hugepages && mount -t hugetlbfs none " +
            "/dev/hugepages"
            + " && echo 64 > /proc/sys/vm/nr_hugepages && modprobe vfio_pci enable_sriov=1; }");
        GuestNic.await(guest, "[ -e " + directory + "/net ]");
        guest.check("echo " + device + " > " + directory + "/driver/unbind; echo vfio-pci > " + directory
            + "/driver_override; echo " + device + " > /sys/bus/pci/drivers_probe");
        guest.check("readlink " + directory + "/driver | grep vfio-pci");
    }

    /** Starts it on a function that {@link #bind} prepared, and returns once it waits for commands. */
    public static Testpmd start(Guest guest, String device, String arguments) {
        // Its output goes to a terminal, because to a file it would come late.
        guest.check("rm -f /tmp/pmd /tmp/pmd.log; mkfifo /tmp/pmd;"
            + " echo 'exec dpdk-testpmd -l 0,1 -a " + device + " -- -i " + MEMORY + " " + arguments + "' > /tmp/pmd.sh;"
            + " (exec sleep 100000 > /tmp/pmd 2>/dev/null </dev/null) &"
            + " (exec socat - 'EXEC:sh /tmp/pmd.sh,pty,rawer' < /tmp/pmd > /tmp/pmd.log 2>&1) &"
            + " n=0; until grep -q " + PROMPT + " /tmp/pmd.log; do n=$((n + 1));"
            + " [ $n -lt 600 ] || { cat /tmp/pmd.log >&2; exit 1; }; sleep 0.1; done");
        return new Testpmd(guest, device);
    }

    /** Has it execute a command, and returns what it printed up to its next prompt. */
    public String command(String text) {
        return guest.check("from=$(($(stat -c %s /tmp/pmd.log) + 1)); echo '" + text + "' > /tmp/pmd;"
            + " n=0; until tail -c +$from /tmp/pmd.log | grep -q " + PROMPT + "; do n=$((n + 1));"
            + " [ $n -lt 600 ] || { tail -n 30 /tmp/pmd.log >&2; exit 1; }; sleep 0.1; done;"
            + " tail -c +$from /tmp/pmd.log");
    }

    /** One of the counters of {@code show port stats}. */
    public long count(String counter) {
        String statistics = command("show port stats 0");
        Matcher matcher = Pattern.compile(counter + ": +(\\d+)").matcher(statistics);
        if (!matcher.find()) {
            throw new AssertionError("no " + counter + " in: " + statistics);
        }
        return Long.parseLong(matcher.group(1));
    }

    /** The function's address, as testpmd has it. */
    public String mac() {
        Matcher matcher = Pattern.compile("MAC address: (\\S+)").matcher(command("show port info 0"));
        if (!matcher.find()) {
            throw new AssertionError("no address");
        }
        return matcher.group(1);
    }

    /** Ends it in order. */
    @Override
    public void close() {
        guest.check("echo quit > /tmp/pmd; n=0; while pidof dpdk-testpmd >/dev/null; do n=$((n + 1));"
            + " [ $n -lt 300 ] || exit 1; sleep 0.1; done");
    }

    @Override
    public String toString() {
        return guest.spec().name() + ":" + device;
    }
}
