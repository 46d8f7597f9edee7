package io.vfnic.it.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Device;
import io.vfnic.it.support.LabExtension;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Checkout;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** What users copy into their own QEMU and libvirt set-ups, given to QEMU as it stands in the files. */
@DisplayName("qemu-configs/qemu and qemu-configs/libvirt")
@Timeout(600)
class QemuConfigsIT {
    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    private static final Checkout CHECKOUT = Checkout.find();
    private static final String SHARED_MEMORY = "memory-backend-memfd,id=memory,share=on,size=";

    private final List<GenericContainer<?>> guests = new ArrayList<>();

    @AfterEach
    void stop() {
        guests.forEach(GenericContainer::stop);
    }

    @Test
    @DisplayName("guest.cfg with vf.json, and the arguments of guest.xml: igbvf binds, and the two guests reach each " +
        "other")
    void vfs() throws Exception {
        CardProcess card = LAB.lab().startCard(2);
        GenericContainer<?> byFiles = boot("files", card, List.of(
            "-readconfig", "/qemu-configs/qemu/guest.cfg", "-device", device("vf.json")));
        GenericContainer<?> byLibvirt = boot("libvirt", card, libvirtArguments());

        awaitDriver(byFiles, "01:00.0", "igbvf");
        awaitDriver(byLibvirt, "01:00.0", "igbvf");
        bringUp(byFiles, "01:00.0", "10.0.0.1");
        bringUp(byLibvirt, "01:00.0", "10.0.0.2");
        run(byFiles, "ping -c 3 -i 0.1 -w 60 10.0.0.2");
    }

    /** By libvirt's own schema, which Debian has in its package libvirt0. */
    @Test
    @DisplayName("guest.xml is a domain as libvirt's schema has it")
    void schema() throws Exception {
        Process xmllint = new ProcessBuilder("xmllint", "--noout", "--relaxng",
            "/usr/share/libvirt/schemas/domain.rng", CHECKOUT.file("qemu-configs/libvirt/guest.xml").toString())
            .redirectErrorStream(true).start();
        String said = new String(xmllint.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(xmllint.waitFor()).as(said).isZero();
    }

    @Test
    @DisplayName("the README's excerpt for libvirt has what guest.xml has")
    void readme() throws Exception {
        String readme = Files.readString(CHECKOUT.file("README.md"));
        int start = readme.indexOf("<domain ");
        String excerpt = readme.substring(start, readme.indexOf("</domain>", start) + "</domain>".length());
        Document inReadme = parser().parse(new InputSource(new StringReader(excerpt)));
        Document domain = parser().parse(CHECKOUT.file("qemu-configs/libvirt/guest.xml").toFile());

        assertThat(passedThrough(inReadme)).isNotEmpty().isEqualTo(passedThrough(domain));
        XPath path = XPathFactory.newInstance().newXPath();
        for (String what : List.of("/domain/memoryBacking/source/@type", "/domain/memoryBacking/access/@mode")) {
            assertThat(path.evaluate(what, inReadme)).isNotEmpty().isEqualTo(path.evaluate(what, domain));
        }
    }

    @Test
    @DisplayName("guest.cfg with pf.json and vf-beside-pf.json: igb binds, and igbvf once SR-IOV is on")
    void pfAndVf() throws Exception {
        CardProcess card = LAB.lab().startCard(1, "--pf", "guest");
        GenericContainer<?> guest = boot("pf", card, List.of("-readconfig", "/qemu-configs/qemu/guest.cfg",
            "-device", device("pf.json"), "-device", device("vf-beside-pf.json")));

        awaitDriver(guest, "01:00.0", "igb");
        run(guest, "ip link set $(ls /sys/bus/pci/devices/0000:01:00.0/net) up;"
            + "echo 1 > /sys/bus/pci/devices/0000:01:00.0/sriov_numvfs");
        awaitDriver(guest, "01:10.0", "igbvf");
    }

    private static String device(String file) throws IOException {
        return Files.readString(CHECKOUT.file("qemu-configs/qemu/" + file));
    }

    /** What libvirt makes of those elements of the domain that matter for a VF, and what it passes through. */
    private static List<String> libvirtArguments() throws Exception {
        Document domain = parser().parse(CHECKOUT.file("qemu-configs/libvirt/guest.xml").toFile());
        XPath path = XPathFactory.newInstance().newXPath();
        assertThat(path.evaluate("/domain/memoryBacking/source/@type", domain)).isEqualTo("memfd");
        assertThat(path.evaluate("/domain/memoryBacking/access/@mode", domain)).isEqualTo("shared");
        assertThat(path.evaluate("/domain/memory/@unit", domain)).isEqualTo("MiB");
        String memory = path.evaluate("/domain/memory", domain) + "M";
        List<String> arguments = new ArrayList<>(List.of("-machine",
            path.evaluate("/domain/os/type/@machine", domain) + ",memory-backend=memory", "-m", memory,
            "-object", SHARED_MEMORY + memory));
        arguments.addAll(passedThrough(domain));
        assertThat(arguments).anyMatch(argument -> argument.contains("vfio-user-pci"));
        return arguments;
    }

    private static DocumentBuilder parser() throws ParserConfigurationException {
        DocumentBuilderFactory parsers = DocumentBuilderFactory.newInstance();
        parsers.setNamespaceAware(true);
        return parsers.newDocumentBuilder();
    }

    private static List<String> passedThrough(Document domain) throws XPathExpressionException {
        NodeList passed = (NodeList)XPathFactory.newInstance().newXPath().evaluate(
            "/domain/*[local-name()='commandline' and namespace-uri()='http://libvirt.org/schemas/domain/qemu/1.0']"
                + "/*[local-name()='arg']", domain, XPathConstants.NODESET);
        return IntStream.range(0, passed.getLength())
            .mapToObj(i -> ((Element)passed.item(i)).getAttribute("value")).toList();
    }

    /** The lab's kernel, its console and the guest agent's channel; all else is what a test says. */
    private GenericContainer<?> boot(String name, CardProcess card, List<String> arguments) throws IOException {
        String accelerator = LAB.lab().accelerator();
        Path files = Files.createDirectories(LAB.lab().directory().resolve(name));
        List<String> command = new ArrayList<>(List.of("qemu-system-x86_64", "-nodefaults", "-no-user-config",
            "-display", "none", "-accel", accelerator, "-cpu", accelerator.equals("kvm") ? "host" : "max",
            "-kernel", "/guest/6.12/vmlinuz", "-initrd", "/guest/6.12/initramfs",
            "-append", "console=ttyS0 quiet loglevel=3 mitigations=off no_timer_check vfnic.name=" + name,
            "-serial", "file:/files/console.log",
            "-device", "virtio-serial-pci,bus=pcie.0,addr=1e.0",
            "-chardev", "socket,id=agent,path=/files/agent.sock,server=on,wait=off",
            "-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0"));
        command.addAll(arguments);
        GenericContainer<?> guest = LAB.lab().container()
            // Where a service or a container has the sockets, and the files say they are.
            .withFileSystemBind(card.directory().toString(), "/run/vfnic", BindMode.READ_WRITE)
            .withFileSystemBind(files.toString(), "/files", BindMode.READ_WRITE)
            .withFileSystemBind(CHECKOUT.file("qemu-configs").toString(), "/qemu-configs", BindMode.READ_ONLY)
            .withCreateContainerCmdModifier(create -> create.withEntrypoint(command.getFirst())
                .withCmd(command.subList(1, command.size())));
        if (accelerator.equals("kvm")) {
            guest.withCreateContainerCmdModifier(create -> create.getHostConfig()
                .withDevices(Device.parse("/dev/kvm")));
        }
        guests.add(guest);
        guest.start();
        return guest;
    }

    /** The agent's channel keeps what is asked before the guest is up. */
    private static void awaitDriver(GenericContainer<?> guest, String address, String driver) throws Exception {
        assertThat(run(guest, "n=0; until ls /sys/bus/pci/drivers/" + driver + "/0000:" + address + "/net; do"
            + " n=$((n + 1)); [ $n -lt 300 ] || { lspci -nnk; exit 1; }; sleep 0.1; done")).isNotBlank();
    }

    private static void bringUp(GenericContainer<?> guest, String address, String ip) throws Exception {
        run(guest, "nic=$(ls /sys/bus/pci/devices/0000:" + address + "/net); ip link set $nic up;"
            + " ip address add " + ip + "/24 dev $nic;"
            + " n=0; until grep -q 1 /sys/class/net/$nic/carrier; do n=$((n + 1)); [ $n -lt 300 ] || exit 1;"
            + " sleep 0.1; done");
    }

    private static String run(GenericContainer<?> guest, String command) throws Exception {
        ExecResult result = guest.execInContainer("sh", "-c", "until [ -S /files/agent.sock ]; do sleep 0.1; done;"
            + " exec /qemu-configs/guest-lab/run /files/agent.sock --timeout 300 \"$0\"", command);
        assertThat(result.getExitCode()).as(command + "\n" + result.getStdout() + result.getStderr()).isZero();
        return result.getStdout();
    }
}
