package io.vfnic.it.support;

import java.util.concurrent.atomic.AtomicInteger;

/** The {@link RawFrame}s that an interface receives, as text. */
public final class Capture implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final GuestNic nic;
    private final String file;
    private final long pid;

    private Capture(GuestNic nic, String file, long pid) {
        this.nic = nic;
        this.file = file;
        this.pid = pid;
    }

    /** Starts to capture what the interface receives as it is. */
    public static Capture on(GuestNic nic) {
        return start(nic, "-p");
    }

    /** Has the interface made promiscuous, and starts to capture. */
    public static Capture promiscuous(GuestNic nic) {
        return start(nic, "");
    }

    private static Capture start(GuestNic nic, String mode) {
        String file = "/tmp/capture" + COUNT.incrementAndGet();
        long pid = nic.guest().start("exec " + nic.inItsNamespace("tcpdump " + mode + " -l -e -A -nn -Q in"
            + " -i " + nic.name() + " 'ether proto " + RawFrame.ETHERTYPE + " or (vlan and ether proto " +
            RawFrame.ETHERTYPE + ")'"
            + " >" + file + " 2>" + file + ".log")).pid();
        GuestNic.await(nic.guest(), "grep 'listening on' " + file + ".log");
        return new Capture(nic, file, pid);
    }

    /** Waits for a frame with this text, and returns all that came up to then. */
    public String upTo(String text) {
        GuestNic.await(nic.guest(), "grep " + text + " " + file);
        return nic.guest().check("cat " + file);
    }

    @Override
    public void close() {
        nic.guest().check("kill " + pid + "; rm -f " + file + " " + file + ".log");
    }
}
