package io.vfnic.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

import io.vfnic.protocol.dma.DmaAccessLayout;
import io.vfnic.testkit.client.VfioUserClient;
import io.vfnic.testkit.guest.Frames;
import io.vfnic.testkit.guest.SimulatedGuest;
import io.vfnic.testkit.guest.TransmitRing;
import io.vfnic.testkit.guest.Patience;
import io.vfnic.testkit.guest.ReceivedFrame;
import io.vfnic.testkit.guest.VfDriver;
import io.vfnic.testkit.guest.VfRegisters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions driven as igbvf drives them, over real sockets: frames go from guest memory to guest memory. */
class TrafficTest extends GuestsTest {
    @Test
    void everyFunctionHasItsOwnAddressAndALink() {
        assertThat(first.driver().mac()).isNotEqualTo(second.driver().mac());
        assertThat(first.driver().mac()[0] & 1).as("multicast bit").isZero();
        assertThat(first.driver().read(VfRegisters.STATUS) & VfRegisters.STATUS_LINK_UP).isNotZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 61, 64, 127, 512, 1024, 1513, 1514})
    void aFrameArrivesAsItWasSent(int length) {
        byte[] frame = frame(first, second, length, length);

        int descriptor = first.driver().transmit().send(frame);

        assertThat(second.driver().receive().await().bytes()).isEqualTo(frame);
        first.driver().transmit().awaitDone(descriptor);
    }

    /** TCTL.PSP: the card pads what is shorter than an Ethernet frame may be. */
    @Test
    void aShortFrameArrivesPadded() {
        byte[] frame = frame(first, second, 20, 1);

        first.driver().transmit().send(frame);

        byte[] received = second.driver().receive().await().bytes();
        assertThat(received).hasSize(Frames.MIN_LENGTH).startsWith(frame);
    }

    @Test
    void bothEndsAreInterrupted() {
        first.driver().transmit().send(frame(first, second, 100, 1));

        second.driver().awaitInterrupt(VfDriver.RECEIVE_VECTOR);
        first.driver().awaitInterrupt(VfDriver.TRANSMIT_VECTOR);
    }

    /** EIAM: a vector masks itself when it fires; the event that came meanwhile fires at the unmask. */
    @Test
    void aMaskedVectorFiresWhenItIsUnmasked() {
        first.driver().transmit().send(frame(first, second, 100, 1));
        second.driver().awaitInterrupt(VfDriver.RECEIVE_VECTOR);
        second.driver().receive().await();

        first.driver().transmit().send(frame(first, second, 100, 2));
        second.driver().receive().await();
        boolean firedWhileMasked = second.driver().takeInterrupt(VfDriver.RECEIVE_VECTOR);
        second.driver().enableInterrupt(VfDriver.RECEIVE_VECTOR);

        assertThat(firedWhileMasked).isFalse();
        second.driver().awaitInterrupt(VfDriver.RECEIVE_VECTOR);
    }

    /** Many times round both rings, in both directions at once. */
    @Test
    void manyFramesArriveInOrderAndComplete() {
        int count = 10 * VfDriver.RING_ENTRIES;
        for (int i = 0; i < count; i++) {
            byte[] there = frame(first, second, 60 + i % 1400, i);
            byte[] back = frame(second, first, 60 + i % 1300, -i);
            first.driver().transmit().send(there);
            second.driver().transmit().send(back);
            assertThat(second.driver().receive().await().bytes()).as("frame " + i).isEqualTo(there);
            assertThat(first.driver().receive().await().bytes()).as("frame back " + i).isEqualTo(back);
        }
    }

    @Test
    void aBurstBehindOneDoorbellArrivesInOrder() {
        int burst = VfDriver.RING_ENTRIES / 2;
        for (int i = 0; i < burst; i++) {
            byte[] frame = frame(first, second, 200 + i, i);
            first.driver().transmit().fill(frame, 0, 0, frame.length);
        }
        first.driver().transmit().doorbell();

        for (int i = 0; i < burst; i++) {
            assertThat(second.driver().receive().await().bytes()).isEqualTo(frame(first, second, 200 + i, i));
        }
    }

    @Test
    void aBroadcastReachesTheOtherFunctionAndNotItsSender() {
        byte[] frame = Frames.of(Frames.broadcast(), first.driver().mac(), 100, 5);

        first.driver().transmit().send(frame);

        assertThat(second.driver().receive().await().bytes()).isEqualTo(frame);
        assertThat(first.driver().receive().poll()).isNull();
    }

    /** Facts, section 5: a source address that is not the function's own is dropped and the transmit completes. */
    @Test
    void aForgedSourceAddressIsDropped() {
        byte[] forged = Frames.of(second.driver().mac(), new byte[]{2, 9, 9, 9, 9, 9}, 100, 5);
        byte[] honest = frame(first, second, 100, 6);

        first.driver().transmit().awaitDone(first.driver().transmit().send(forged));
        first.driver().transmit().send(honest);

        assertThat(second.driver().receive().await().bytes()).as("only the second arrives").isEqualTo(honest);
    }

    @Test
    void statisticsCountFramesAndOctets() {
        int descriptor = first.driver().transmit().send(frame(first, second, 100, 1));
        second.driver().receive().await();
        first.driver().transmit().awaitDone(descriptor);

        Patience.until("the statistics",
            () -> first.driver().read(VfRegisters.GOOD_PACKETS_TRANSMITTED) == 1 &&
                second.driver().read(VfRegisters.GOOD_PACKETS_RECEIVED) == 1);
        assertThat(second.driver().read(VfRegisters.GOOD_OCTETS_RECEIVED)).as("with CRC").isEqualTo(104);
    }

    @Test
    void afterCloseAndOpenTrafficGoesOn() {
        for (int i = 0; i < 20; i++) {
            second.driver().closeRings();
            second.driver().openRings();
            byte[] frame = frame(first, second, 300, i);
            first.driver().transmit().send(frame);
            assertThat(second.driver().receive().await().bytes()).isEqualTo(frame);
        }
    }

    @Test
    void afterADeviceResetTheDriverStartsAgain() {
        second.client().reset();
        second.driver().start();
        byte[] frame = frame(first, second, 300, 1);

        first.driver().transmit().send(frame);

        assertThat(second.driver().receive().await().bytes()).isEqualTo(frame);
    }

    /** QEMU killed under traffic: the other guest notices nothing, the next one starts from scratch. */
    @Test
    void aGuestThatVanishesIsReplacedByAnother() throws IOException {
        for (int i = 0; i < 5; i++) {
            first.driver().transmit().send(frame(first, second, 1000, i));
            // The doorbell is posted: after this read it has reached the card.
            first.driver().read(VfRegisters.STATUS);
            second.close();
            second = SimulatedGuest.withSharedMemory(server.attachWhenFree(1));
            second.driver().start();
            byte[] frame = frame(first, second, 500, i);
            first.driver().transmit().send(frame);
            assertThat(second.driver().receive().await().bytes()).isEqualTo(frame);
        }
    }

    /** A descriptor's address is the guest's word: outside its memory nothing is read, and nobody else is harmed. */
    @Test
    void aDescriptorThatPointsOutsideMemoryHarmsOnlyItsOwner() {
        second.driver().transmit().sendFrom(0xDEAD_BEEF_0000L, 100);

        assertTraffic(first, third);
        assertThat(third.driver().receive().poll()).isNull();
        second.client().reset();
        second.driver().start();
        byte[] frame = frame(first, second, 300, 2);
        first.driver().transmit().send(frame);
        assertThat(second.driver().receive().await().bytes()).isEqualTo(frame);
    }

    /** A tail beyond the ring is malformed and ignored. */
    @Test
    void aTailBeyondTheRingIsIgnored() {
        second.driver().transmit().writeTail(VfDriver.RING_ENTRIES + 7);
        byte[] frame = frame(second, first, 300, 2);

        second.driver().transmit().send(frame);

        assertThat(first.driver().receive().await().bytes()).isEqualTo(frame);
    }

    @ParameterizedTest
    @EnumSource(DmaAccessLayout.class)
    void memoryWithoutAFileDescriptorWorksInEitherLayout(DmaAccessLayout layout) throws IOException {
        second.close();
        VfioUserClient slow = server.connect(1);
        slow.exchange().dma().layout(layout);
        slow.exchange().deferDmaWhileWaiting(true);
        slow.negotiate(VfioUserClient.QEMU_CAPABILITIES);
        second = SimulatedGuest.withMessageBackedMemory(slow);
        second.driver().start();

        for (int i = 0; i < 20; i++) {
            byte[] there = frame(first, second, 60 + 70 * i, i);
            byte[] back = frame(second, first, 60 + 69 * i, -i);
            // This way first: the card may not have seen yet that the other one's queues run.
            int descriptor = second.driver().transmit().send(back);
            assertThat(first.driver().receive().await().bytes()).isEqualTo(back);
            first.driver().transmit().send(there);
            ReceivedFrame received = second.driver().receive().await();
            assertThat(received.bytes()).isEqualTo(there);
            second.driver().transmit().awaitDone(descriptor);
        }
        assertThat(slow.exchange().dma().reads()).isPositive();
        assertThat(slow.exchange().dma().writes()).isPositive();
        assertThat(slow.exchange().dma().largestAccess()).as("QEMU cuts larger replies").isLessThanOrEqualTo(32 << 10);
    }

    /** SET_LPE: a frame longer than a buffer takes several descriptors. */
    @Test
    void jumboFramesArriveWhereTheyAreAccepted() {
        second.driver().mailbox().setMaxFrame(9018);
        for (int length : new int[]{2048, 2049, 4096, 4097, 9000, 9014}) {
            byte[] frame = frame(first, second, length, length);

            first.driver().transmit().send(frame);

            ReceivedFrame received = second.driver().receive().await();
            assertThat(received.bytes()).isEqualTo(frame);
            assertThat(received.descriptors()).isEqualTo((length + 2047) / 2048);
        }
    }

    /** igbvf's buffers are smaller than it declares: only this limit keeps its memory whole. */
    @Test
    void aFrameLongerThanTheAcceptedLengthIsNotDelivered() {
        byte[] longest = frame(first, second, 1518, 1);
        first.driver().transmit().send(frame(first, second, 1519, 2));
        first.driver().transmit().send(longest);

        assertThat(second.driver().receive().await().bytes()).isEqualTo(longest);
    }

    /** A context descriptor's tag goes into the frame, and is taken out again for a member of that VLAN. */
    @Test
    void aVlanTagIsInsertedAndStripped() {
        first.driver().mailbox().setVlan(5, true);
        second.driver().mailbox().setVlan(5, true);
        byte[] frame = frame(first, second, 100, 1);
        first.driver().transmit().context(5 << 16 | 14 << 9, 0, 0);

        first.driver().transmit().send(frame, TransmitRing.VLAN_ENABLE, 0, frame.length);

        ReceivedFrame received = second.driver().receive().await();
        assertThat(received.bytes()).isEqualTo(frame);
        assertThat(received.hasVlan()).isTrue();
        assertThat(received.vlan() & 0xFFF).isEqualTo(5);
        assertThat(third.driver().receive().poll()).isNull();
    }
}
