package io.vfnic.it.support;

import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestLab;
import io.vfnic.testkit.lab.GuestSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A guest whose igb drives the PF, on PCI bus 1, with host views of the VFs that other guests have. */
public final class PfGuest {
    /** Its directory in the guest's sysfs. */
    public static final String DEVICE = "/sys/bus/pci/devices/0000:01:00.0";

    private static final int FIRST_VF_DEVICE = 0x10;

    private final GuestLab lab;
    private final String address;
    private Guest guest;

    private PfGuest(GuestLab lab, Guest guest, String address) {
        this.lab = lab;
        this.guest = guest;
        this.address = address;
    }

    /** What such a guest is made of. */
    public static GuestSpec spec(CardProcess card, int hostViews) {
        List<String> devices = new ArrayList<>();
        for (int vf = 0; vf < hostViews; vf++) {
            devices.add("-device");
            devices.add(hostView(card, vf));
        }
        return GuestSpec.named("pf").withMemory(384).withFunction(card.pf())
            .withQemuArguments(devices.toArray(String[]::new));
    }

    /** The function that stands for a VF at its routing ID: first offset 0x80, stride 2. */
    private static String hostView(CardProcess card, int vf) {
        Path socket = card.directory().toAbsolutePath().resolve("vf" + vf + "-host.sock");
        return "{\"driver\":\"vfio-user-pci\",\"bus\":\"port0\",\"addr\":\"%x.%d\",\"multifunction\":true,".formatted(
            FIRST_VF_DEVICE + vf / 4, vf % 4 * 2) + "\"socket\":{\"type\":\"unix\",\"path\":\"" + socket + "\"}}";
    }

    /**
     * Boots it, and sets its interface up.
     *
     * @param address of the interface, with prefix length.
     */
    public static PfGuest boot(GuestLab lab, GuestSpec spec, String address) {
        PfGuest pf = new PfGuest(lab, lab.start(spec), address);
        pf.up();
        return pf;
    }

    /** Waits for igb, sets the interface up with its address, and waits for the link. */
    public PfGuest up() {
        GuestNic.await(guest, "ls " + DEVICE + "/net/*");
        guest.check("ip address replace " + address + " dev " + nic() + " && ip link set " + nic() + " up");
        GuestNic.await(guest, "[ \"$(cat /sys/class/net/" + nic() + "/carrier)\" = 1 ]");
        return this;
    }

    /** Has VFs enabled, whose functions in this guest are views only. */
    public void enableVfs(int count) {
        guest.check("echo 0 > " + DEVICE + "/sriov_drivers_autoprobe && echo " + count + " > " + DEVICE
            + "/sriov_numvfs");
        up();
    }

    /** Reboots it, and sets the interface up. */
    public void reboot() {
        guest.reboot();
        up();
    }

    /** Kills its QEMU. */
    public void kill() {
        guest.kill();
    }

    /** Starts a killed one again. */
    public void startAgain() {
        guest = lab.start(guest.spec());
        up();
    }

    /** Insists on success of igb's own offline test, and sets the interface up again. */
    public void passSelfTest() {
        SelfTest.pass(guest, nic(), this::up);
    }

    /** The name of the interface. */
    public String nic() {
        return guest.check("ls " + DEVICE + "/net").strip();
    }

    /** Runs a shell command that has to succeed. */
    public String check(String command) {
        return guest.check(command);
    }

    /** The guest; another one after {@link #startAgain()}. */
    public Guest guest() {
        return guest;
    }
}
