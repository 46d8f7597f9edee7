package io.vfnic.it.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.Capture;
import io.vfnic.it.support.GuestNic;
import io.vfnic.it.support.LabExtension;
import io.vfnic.it.support.RawFrame;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestSpec;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Who receives what: addresses, groups, VLANs and lengths that guests ask for, and what a VF that nobody trusts is
 * refused. That a frame does not arrive is shown by one sent after it that does.
 */
@DisplayName("Among three untrusted VFs")
class AddressesIT {
    private static final String A = "10.0.0.1";
    private static final String B = "10.0.0.2";
    private static final String GROUP = "01:00:5e:01:02:03";
    private static final String LAST = "the-last-one";
    private static final int VLAN = 100;

    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    private static GuestNic a;
    private static GuestNic b;
    private static GuestNic third;

    @BeforeAll
    static void bootGuests() {
        CardProcess card = LAB.lab().startCard(3);
        List<Guest> guests = LAB.lab().start(List.of(
            GuestSpec.named("a").withFunction(card.vf(0)),
            GuestSpec.named("b").withFunction(card.vf(1)).withFunction(card.vf(2))));
        a = GuestNic.onBus(guests.get(0), 1).up(A + "/24");
        b = GuestNic.onBus(guests.get(1), 1).up(B + "/24");
        third = GuestNic.onBus(guests.get(1), 2).inNamespace("third").up("10.0.0.3/24");
    }

    /** Others may see it too: the table of group hashes is one for the whole card (82576 datasheet, MTA). */
    @Test
    @DisplayName("a multicast frame reaches one that has joined its group, as long as it is in it")
    void deliversMulticast() {
        try (Capture capture = Capture.on(b)) {
            RawFrame.send(a, GROUP, a.mac(), "before");
            RawFrame.send(a, RawFrame.BROADCAST, a.mac(), "separator");
            capture.upTo("separator");

            b.check("ip maddress add " + GROUP + " dev " + b.name());
            RawFrame.send(a, GROUP, a.mac(), "member");
            RawFrame.send(a, RawFrame.BROADCAST, a.mac(), "second-separator");
            capture.upTo("second-separator");

            b.check("ip maddress delete " + GROUP + " dev " + b.name());
            RawFrame.send(a, GROUP, a.mac(), "after");
            RawFrame.send(a, RawFrame.BROADCAST, a.mac(), LAST);

            assertThat(capture.upTo(LAST)).contains("member").doesNotContain("before", "after");
        }
    }

    @Test
    @DisplayName("one that makes itself promiscuous still sees no frame between the others")
    void refusesToBePromiscuous() {
        try (Capture capture = Capture.on(b); Capture eavesdropper = Capture.promiscuous(third)) {
            RawFrame.send(a, b.mac(), a.mac(), "confidential");
            RawFrame.send(a, "02:00:00:00:00:77", a.mac(), "to-nobody");
            RawFrame.send(a, RawFrame.BROADCAST, a.mac(), LAST);

            assertThat(capture.upTo(LAST)).contains("confidential").doesNotContain("to-nobody");
            assertThat(eavesdropper.upTo(LAST)).doesNotContain("confidential", "to-nobody");
        }
    }

    @Test
    @DisplayName("a frame with a source address that is not its sender's is dropped")
    void dropsSpoofedSources() {
        try (Capture capture = Capture.on(b)) {
            RawFrame.send(a, b.mac(), third.mac(), "as-third");
            RawFrame.send(a, b.mac(), "02:00:00:00:00:77", "as-nobody");
            RawFrame.send(a, RawFrame.BROADCAST, third.mac(), "as-third-to-all");
            RawFrame.send(a, b.mac(), a.mac(), LAST);

            assertThat(capture.upTo(LAST)).doesNotContain("as-third", "as-nobody", "as-third-to-all");
        }
    }

    @Test
    @DisplayName("one that changes its address is reached at the new one only, and back")
    void changesItsAddress() {
        String before = b.mac();
        String after = "02:00:00:00:00:b2";
        try (Capture capture = Capture.on(b)) {
            b.check("ip link set " + b.name() + " address " + after);
            RawFrame.send(a, before, a.mac(), "to-the-old-one");
            RawFrame.send(a, after, a.mac(), "to-the-new-one");
            b.ping(A);
            assertThat(a.check("ip neighbour show " + B)).contains(after);

            b.check("ip link set " + b.name() + " address " + before);
            RawFrame.send(a, after, a.mac(), "to-the-abandoned-one");
            RawFrame.send(a, before, a.mac(), LAST);
            b.ping(A);

            assertThat(capture.upTo(LAST))
                .contains("to-the-new-one").doesNotContain("to-the-old-one", "to-the-abandoned-one");
        }
    }

    @Test
    @DisplayName("none can take another's address")
    void refusesTakenAddresses() {
        String own = third.mac();

        assertThat(third.run("ip link set " + third.name() + " address " + b.mac()).exitCode()).isNotZero();

        assertThat(third.mac()).isEqualTo(own);
        try (Capture capture = Capture.on(b); Capture captureOfThird = Capture.on(third)) {
            RawFrame.send(a, b.mac(), a.mac(), "for-its-owner");
            RawFrame.send(a, RawFrame.BROADCAST, a.mac(), LAST);
            assertThat(capture.upTo(LAST)).contains("for-its-owner");
            assertThat(captureOfThird.upTo(LAST)).doesNotContain("for-its-owner");
        }
    }

    @Test
    @DisplayName("a second address (macvlan) on one of them sends and receives")
    void servesAdditionalAddresses() {
        b.check("ip link add second link " + b.name() + " type macvlan mode private");
        GuestNic second = b.upper("second").inNamespace("second").up("10.0.0.22/24");

        second.ping(A);
        a.ping("10.0.0.22");

        b.check("ip netns delete second");
    }

    @Test
    @DisplayName("a frame of a VLAN reaches the members of that VLAN only")
    void keepsVlansApart() {
        String vlanDevice = "ip link add link %s name v" + VLAN + " type vlan id " + VLAN;
        a.check(vlanDevice.formatted(a.name()));
        b.check(vlanDevice.formatted(b.name()));
        GuestNic vlanOfA = a.upper("v" + VLAN).up("10.1.0.1/24");
        GuestNic vlanOfB = b.upper("v" + VLAN).up("10.1.0.2/24");
        vlanOfA.ping("10.1.0.2");

        try (Capture capture = Capture.on(vlanOfB); Capture captureOfThird = Capture.promiscuous(third)) {
            RawFrame.send(vlanOfA, RawFrame.BROADCAST, a.mac(), "among-members");
            RawFrame.sendTagged(third, RawFrame.BROADCAST, third.mac(), VLAN, "from-an-outsider");
            RawFrame.send(vlanOfA, RawFrame.BROADCAST, a.mac(), "second-among-members");
            RawFrame.send(a, RawFrame.BROADCAST, a.mac(), LAST);

            assertThat(capture.upTo("second-among-members")).contains("among-members")
                .doesNotContain("from-an-outsider", LAST);
            assertThat(captureOfThird.upTo(LAST)).doesNotContain("among-members");
        }

        a.check("ip link delete v" + VLAN);
        b.check("ip link delete v" + VLAN);
    }

    @Test
    @DisplayName("a frame longer than its receiver's MTU is dropped until the MTU grows")
    void enforcesLengths() {
        a.mtu(9216);
        String longPing = "ping -q -c 2 -i 0.1 -W 2 -M do -s 8972 " + B;

        assertThat(a.run(longPing).exitCode()).as("too long for b").isNotZero();
        a.ping(B);

        b.mtu(9216);
        a.check("ping -q -c 3 -i 0.1 -w 60 -M do -s 8972 " + B);
        a.check("ping -q -c 3 -i 0.1 -w 60 -M do -s 9188 " + B);
        a.mtu(1500);
        b.mtu(1500);
    }
}
