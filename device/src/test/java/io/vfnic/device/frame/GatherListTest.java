package io.vfnic.device.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatherListTest {
    private final ScatteredMemory guest = new ScatteredMemory();

    @AfterEach
    void release() {
        guest.close();
    }

    @Test
    void holdsItsPieces() {
        GatherList list = new GatherList(2);

        assertThat(list.add(0x1000, 10)).isTrue();
        assertThat(list.add(0x9000, 20)).isTrue();

        assertThat(list.capacity()).isEqualTo(2);
        assertThat(list.pieceCount()).isEqualTo(2);
        assertThat(list.address(1)).isEqualTo(0x9000);
        assertThat(list.length(1)).isEqualTo(20);
        assertThat(list.totalLength()).isEqualTo(30);
    }

    @Test
    void refusesWhatItCannotHoldAndStaysAsItWas() {
        GatherList list = new GatherList(1);
        list.add(0x1000, 10);

        assertThat(list.add(0x9000, 1)).isFalse();
        assertThat(list.add(0x100A, -1)).isFalse();
        assertThat(list.add(0x100A, Integer.MAX_VALUE - 9)).isFalse();

        assertThat(list.pieceCount()).isEqualTo(1);
        assertThat(list.totalLength()).isEqualTo(10);
    }

    @Test
    void spendsNoRoomOnEmptyOrAdjoiningPieces() {
        GatherList list = new GatherList(1);
        list.add(0x1000, 10);

        assertThat(list.add(0x9000, 0)).isTrue();
        assertThat(list.add(0x100A, 6)).isTrue();

        assertThat(list.pieceCount()).isEqualTo(1);
        assertThat(list.length(0)).isEqualTo(16);
    }

    @Test
    void isEmptyAfterClear() {
        GatherList list = guest.scatter(new byte[50], 0, 7, 8);
        list.sum(40, 10);

        list.clear();

        assertThat(list.pieceCount()).isZero();
        assertThat(list.totalLength()).isZero();
        assertThat(list.sum(0, 0)).isZero();
        assertThatThrownBy(() -> list.sum(0, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void sumsAndCopiesAnyRangeWhateverTheSplit() {
        Random random = Seed.random();
        for (int round = 0; round < 200; round++) {
            byte[] data = Seed.bytes(random, 1 + random.nextInt(400));
            GatherList list = guest.scatter(data, 0, random);
            UnsafeBuffer copy = new UnsafeBuffer(new byte[data.length]);
            long nativeCopy = guest.place(data, 0, data.length);
            for (int i = 0; i < 20; i++) {
                int offset = random.nextInt(data.length + 1);
                int length = random.nextInt(data.length - offset + 1);
                byte[] expected = Arrays.copyOfRange(data, offset, offset + length);

                assertThat(list.sum(offset, length)).isEqualTo(Reference.sum(data, offset, length));
                assertThat(Crc32c.finish(list.crc32c(Crc32c.INITIAL, offset, length)))
                        .isEqualTo(Reference.crc32c(data, offset, length));
                list.copyTo(offset, copy, 0, length);
                assertThat(Arrays.copyOf(copy.byteArray(), length)).isEqualTo(expected);
                list.copyTo(offset, nativeCopy, length);
                new UnsafeBuffer(nativeCopy, data.length).getBytes(0, copy, 0, length);
                assertThat(Arrays.copyOf(copy.byteArray(), length)).isEqualTo(expected);
            }
        }
    }

    @Test
    void findsEarlierBytesAfterLaterOnes() {
        Random random = Seed.random();
        byte[] data = Seed.bytes(random, 30);
        GatherList list = guest.scatter(data, 0, 3, 3, 3, 3, 3);

        assertThat(list.sum(29, 1)).isEqualTo(Reference.sum(data, 29, 1));
        assertThat(list.sum(4, 7)).isEqualTo(Reference.sum(data, 4, 7));
        assertThat(list.sum(0, 30)).isEqualTo(Reference.sum(data, 0, 30));
    }

    @Test
    void refusesARangeOutsideTheList() {
        GatherList list = guest.scatter(new byte[10], 0, 3);

        assertThatThrownBy(() -> list.sum(8, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> list.sum(-1, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> list.crc32c(0, 0, -1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> list.copyTo(Integer.MAX_VALUE, 0, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> list.copyTo(0, new UnsafeBuffer(new byte[4]), 2, 3))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void needsACapacity() {
        assertThatThrownBy(() -> new GatherList(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
