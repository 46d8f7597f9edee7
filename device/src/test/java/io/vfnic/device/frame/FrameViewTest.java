package io.vfnic.device.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameViewTest {
    private final ScatteredMemory guest = new ScatteredMemory();

    @AfterEach
    void release() {
        guest.close();
    }

    @Test
    void sumsAnyRangeAcrossHeaderAndPayload() {
        Random random = Seed.random();
        for (int round = 0; round < 300; round++) {
            byte[] data = Seed.bytes(random, 1 + random.nextInt(300));
            FrameView frame = guest.frame(data, random.nextInt(data.length + 1), random);
            int offset = random.nextInt(data.length + 1);
            int length = random.nextInt(data.length - offset + 1);

            assertThat(frame.length()).isEqualTo(data.length);
            assertThat(ScatteredMemory.bytes(frame)).isEqualTo(data);
            assertThat(frame.sum(offset, length)).isEqualTo(Reference.sum(data, offset, length));
            assertThat(Crc32c.finish(frame.crc32c(Crc32c.INITIAL, offset, length)))
                    .isEqualTo(Reference.crc32c(data, offset, length));
        }
    }

    @Test
    void readsTheScratchInsteadOfTheFirstBytesOfTheWholeFrame() {
        byte[] data = Seed.bytes(Seed.random(), 100);
        FrameView frame = guest.wholeFrame(data, 20, new Random(1));

        frame.header().putByte(frame.headerIndex() + 3, (byte) ~data[3]);
        byte[] expected = data.clone();
        expected[3] = (byte) ~data[3];

        assertThat(ScatteredMemory.bytes(frame)).isEqualTo(expected);
    }

    @Test
    void isReadIntoAChainOfBuffersAndAgainForTheNextReceiver() {
        byte[] data = Seed.bytes(Seed.random(), 100);
        FrameView frame = guest.frame(data, 20, new Random(1));
        UnsafeBuffer copy = new UnsafeBuffer(new byte[100]);
        for (int receiver = 0; receiver < 2; receiver++) {
            frame.rewind();
            copy.setMemory(0, 100, (byte) 0);
            assertThat(frame.remaining()).isEqualTo(100);

            assertThat(frame.read(copy, 0, 7)).isEqualTo(7);
            assertThat(frame.read(copy, 7, 0)).isZero();
            assertThat(frame.read(copy, 7, -5)).isZero();
            assertThat(frame.read(copy, 7, 64)).isEqualTo(64);
            assertThat(frame.read(copy, 71, 2048)).isEqualTo(29);
            assertThat(frame.read(copy, 0, 2048)).isZero();

            assertThat(copy.byteArray()).isEqualTo(data);
        }
    }

    @Test
    void isReadIntoMemory() {
        byte[] data = Seed.bytes(Seed.random(), 100);
        FrameView frame = guest.frame(data, 33, new Random(1));
        long destination = guest.place(new byte[100], 0, 100);

        int first = frame.read(destination, 60);
        int second = frame.read(destination + first, 60);

        byte[] copy = new byte[100];
        new UnsafeBuffer(destination, 100).getBytes(0, copy);
        assertThat(first + second).isEqualTo(100);
        assertThat(copy).isEqualTo(data);
    }

    @Test
    void showsARangeOfTheList() {
        byte[] data = Seed.bytes(Seed.random(), 100);
        GatherList list = guest.scatter(data, 0, 11, 22);

        FrameView frame = new FrameView().wrap(new UnsafeBuffer(new byte[4]), 0, 4, list, 10, 30);

        assertThat(ScatteredMemory.bytes(frame)).isEqualTo(Packets.join(new byte[4], Arrays.copyOfRange(data, 10, 40)));
    }

    @Test
    void refusesRangesThatAreNotThere() {
        GatherList list = guest.scatter(new byte[10], 0);
        UnsafeBuffer header = new UnsafeBuffer(new byte[10]);
        FrameView frame = new FrameView().wrap(header, 0, 10, list);

        assertThatThrownBy(() -> frame.sum(0, 21)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> frame.copyTo(20, 0L, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> frame.wrap(header, 5, 6, list)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> frame.wrap(header, 0, 10, list, 5, 6)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> frame.wrapWhole(header, 0, 10, new GatherList(1)))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
