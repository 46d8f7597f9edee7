package io.vfnic.testkit.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a guest is made of. Immutable: every {@code with} method returns a changed copy, so that a guest that was killed
 * can be started again from the same specification.
 *
 * @param name       host name, also the name of the guest's directory; lower-case letters, digits, hyphens
 * @param sockets    vfio-user sockets of the functions that it gets at boot; the first lands on PCI bus 01, the next on
 *                   02, and so on
 * @param memoryMiB  RAM in MiB
 * @param backing    what that RAM is: {@value #MEMFD}, {@value #PLAIN}, or the path of a file that QEMU makes
 * @param cpus       virtual CPUs
 * @param sparePorts empty root ports for {@link Guest#plug}
 * @param bootOptions    more options for {@code qemu-configs/guest-lab/boot}
 * @param qemuArguments  more arguments for QEMU
 */
public record GuestSpec(
    String name,
    List<Path> sockets,
    int memoryMiB,
    String backing,
    int cpus,
    int sparePorts,
    List<String> bootOptions,
    List<String> qemuArguments) {

    private static final String MEMFD = "memfd";
    private static final String PLAIN = "plain";
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,15}");

    /** Checks and copies. */
    public GuestSpec {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a guest name: " + name);
        }
        sockets = List.copyOf(sockets);
        bootOptions = List.copyOf(bootOptions);
        qemuArguments = List.copyOf(qemuArguments);
    }

    /** A guest of 256 MiB, one CPU, two spare ports and no function yet. */
    public static GuestSpec named(String name) {
        return new GuestSpec(name, List.of(), 256, MEMFD, 1, 2, List.of(), List.of());
    }

    /** With one more function at boot. */
    public GuestSpec withFunction(Path socket) {
        List<Path> more = new ArrayList<>(sockets);
        more.add(socket.toAbsolutePath());
        return new GuestSpec(name, more, memoryMiB, backing, cpus, sparePorts, bootOptions, qemuArguments);
    }

    /** With the PF, on PCI bus 01. */
    public GuestSpec withPf(Path socket) {
        return withBootOptions("--pf", socket.toAbsolutePath().toString());
    }

    /** With a VF or the host view of one beside the PF, at the next of the VFs' addresses: 01:10.0, 01:10.2... */
    public GuestSpec withVfBesidePf(Path socket) {
        return withBootOptions("--vf", socket.toAbsolutePath().toString());
    }

    /** With UEFI firmware (OVMF) instead of SeaBIOS. */
    public GuestSpec withUefi() {
        return withBootOptions("--firmware", "ovmf");
    }

    /** With another amount of RAM, in MiB. */
    public GuestSpec withMemory(int mebibytes) {
        return new GuestSpec(name, sockets, mebibytes, backing, cpus, sparePorts, bootOptions, qemuArguments);
    }

    /** With RAM of QEMU's own, which the card cannot map: it has to ask QEMU for every byte. */
    public GuestSpec withPlainMemory() {
        return new GuestSpec(name, sockets, memoryMiB, PLAIN, cpus, sparePorts, bootOptions, qemuArguments);
    }

    /** With RAM in a file that QEMU makes, to be mapped by the card; within the lab's directory. */
    public GuestSpec withMemoryFile(Path file) {
        return new GuestSpec(
            name, sockets, memoryMiB, file.toAbsolutePath().toString(), cpus, sparePorts, bootOptions, qemuArguments);
    }

    /** With another number of virtual CPUs. */
    public GuestSpec withCpus(int count) {
        return new GuestSpec(name, sockets, memoryMiB, backing, count, sparePorts, bootOptions, qemuArguments);
    }

    /** With another number of empty root ports, whose QEMU ids are spare0, spare1, ... */
    public GuestSpec withSparePorts(int count) {
        return new GuestSpec(name, sockets, memoryMiB, backing, cpus, count, bootOptions, qemuArguments);
    }

    /** With another kernel than 6.12: {@code 6.1} or {@code newest}. */
    public GuestSpec withKernel(String kernel) {
        return withBootOptions("--kernel", kernel);
    }

    /** With more words on the kernel's command line. */
    public GuestSpec withKernelWords(String words) {
        return withBootOptions("--append", words);
    }

    /** With DPDK's {@code dpdk-testpmd} in the guest. */
    public GuestSpec withDpdk() {
        return withBootOptions("--with", "dpdk");
    }

    private GuestSpec withBootOptions(String... options) {
        List<String> more = new ArrayList<>(bootOptions);
        more.addAll(List.of(options));
        return new GuestSpec(name, sockets, memoryMiB, backing, cpus, sparePorts, more, qemuArguments);
    }

    /** With arguments added to QEMU's command line. */
    public GuestSpec withQemuArguments(String... arguments) {
        List<String> more = new ArrayList<>(qemuArguments);
        more.addAll(List.of(arguments));
        return new GuestSpec(name, sockets, memoryMiB, backing, cpus, sparePorts, bootOptions, more);
    }

    /** The words for {@code qemu-configs/guest-lab/boot}. */
    List<String> bootArguments(Path directory, String accelerator) {
        List<String> words = new ArrayList<>(List.of(
            "--dir", directory.toString(),
            "--log", directory.resolve("qemu.log").toString(),
            "--name", name,
            "--memory", memoryMiB + "M",
            "--backing", backing,
            "--smp", Integer.toString(cpus),
            "--spare-ports", Integer.toString(sparePorts),
            "--accel", accelerator));
        for (Path socket : sockets) {
            words.add("--socket");
            words.add(socket.toString());
        }
        words.addAll(bootOptions);
        words.add("--");
        words.addAll(qemuArguments);
        return words;
    }
}
