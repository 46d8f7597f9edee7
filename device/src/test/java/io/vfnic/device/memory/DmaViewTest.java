package io.vfnic.device.memory;

import static io.vfnic.device.memory.DmaView.READ;
import static io.vfnic.device.memory.DmaView.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.spi.MemoryRange;
import io.vfnic.device.spi.MessageDma;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;

/** Checked access to guest memory. */
class DmaViewTest {
    private static final long IOVA = -8192;

    private final UnsafeBuffer ram = new UnsafeBuffer(ByteBuffer.allocateDirect(8192));
    private final UnsafeBuffer local = new UnsafeBuffer(ByteBuffer.allocateDirect(8192));
    private final GuestMemory memory = new GuestMemory();
    private final DmaView view = new DmaView(memory);

    private void map(long offset, long size, boolean readable, boolean writable) {
        memory.map(new MemoryRange(IOVA + offset, size, ram.addressOffset() + offset, readable, writable));
        view.refresh();
    }

    @ParameterizedTest
    @CsvSource({"0,1", "0,8192", "8191,1", "4096,4096", "1,8191"})
    @DisplayName("A part wholly inside a range is found, up to the last byte of the address space")
    void inside(int offset, int length) {
        map(0, 8192, true, true);

        assertThat(view.address(IOVA + offset, length, READ)).isEqualTo(ram.addressOffset() + offset);
        assertThat(view.address(IOVA + offset, length, WRITE)).isEqualTo(ram.addressOffset() + offset);
        assertThat(view.contiguous(IOVA + offset, length, READ)).isEqualTo(length);
        assertThat(view.isMapped(IOVA + offset, length)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"-1,1", "-1,2", "0,8193", "8191,2", "8192,1", "4096,2147483647", "-9000000000000000000,16"})
    @DisplayName("A part that is not wholly inside a range is not found, also where its end wraps")
    void outside(long offset, int length) {
        map(0, 8192, true, true);

        assertThat(view.address(IOVA + offset, length, READ)).isZero();
        assertThat(view.isMapped(IOVA + offset, length)).isFalse();
        assertThat(view.read(IOVA + offset, local, 0, length)).isFalse();
        assertThat(view.write(IOVA + offset, local, 0, length)).isFalse();
    }

    @Test
    @DisplayName("Nothing is seen before the first refresh, and a change only after the next")
    void refresh() {
        memory.map(new MemoryRange(IOVA, 8192, ram.addressOffset(), true, true));
        assertThat(view.address(IOVA, 1, READ)).isZero();

        assertThat(view.refresh()).isTrue();
        assertThat(view.refresh()).isFalse();
        assertThat(view.address(IOVA, 1, READ)).isNotZero();

        memory.unmap(IOVA, 8192);
        assertThat(view.address(IOVA, 1, READ)).isNotZero();
        assertThat(view.refresh()).isTrue();
        assertThat(view.address(IOVA, 1, READ)).isZero();
    }

    @Test
    @DisplayName("Rights are checked for each access")
    void rights() {
        map(0, 4096, true, false);
        map(4096, 4096, false, true);

        assertThat(view.address(IOVA, 1, READ)).isNotZero();
        assertThat(view.address(IOVA, 1, WRITE)).isZero();
        assertThat(view.address(IOVA + 4096, 1, READ)).isZero();
        assertThat(view.address(IOVA + 4096, 1, WRITE)).isNotZero();
        assertThat(view.isMapped(IOVA, 1)).isFalse();
        assertThat(view.write(IOVA, local, 0, 1)).isFalse();
        assertThat(view.read(IOVA + 4096, local, 0, 1)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 63, 4095, 4096, 4097, 8191})
    @DisplayName("A copy goes across ranges, each of them where it is mapped")
    void acrossRanges(int at) {
        final UnsafeBuffer other = new UnsafeBuffer(ByteBuffer.allocateDirect(8192));
        map(0, at, true, true);
        memory.map(new MemoryRange(IOVA + at, 8192 - at, other.addressOffset() + at, true, true));
        view.refresh();
        local.setMemory(0, 8192, (byte)0x5A);

        assertThat(view.write(IOVA, local, 0, 8192)).isTrue();
        assertThat(ram.getByte(at - 1)).isEqualTo((byte)0x5A);
        assertThat(ram.getByte(at)).isZero();
        assertThat(other.getByte(at)).isEqualTo((byte)0x5A);
        assertThat(other.getByte(at - 1)).isZero();

        local.setMemory(0, 8192, (byte)0);
        assertThat(view.read(IOVA, local, 0, 8192)).isTrue();
        assertThat(local.getByte(0)).isEqualTo((byte)0x5A);
        assertThat(local.getByte(8191)).isEqualTo((byte)0x5A);
        assertThat(view.isMapped(IOVA, 8192)).isTrue();
        assertThat(view.address(IOVA, 8192, READ)).isZero();
    }

    @Test
    @DisplayName("Messages are used only where allowed; where not, the wish is told until the map changes")
    void messages() {
        final int[] calls = new int[1];
        memory.messageDma(new MessageDma() {
            @Override
            public boolean read(long iova, MutableDirectBuffer destination, int index, int length) {
                calls[0]++;
                destination.setMemory(index, length, (byte)7);
                return true;
            }

            @Override
            public boolean write(long iova, DirectBuffer source, int index, int length) {
                calls[0]++;
                return iova == IOVA;
            }

            @Override
            public void cancel() {
                throw new AssertionError("not the view's business");
            }

            @Override
            public void resume() {
                throw new AssertionError("not the view's business");
            }
        });
        memory.map(new MemoryRange(IOVA, 8192, 0, true, true));
        view.refresh();

        assertThat(view.read(IOVA, local, 0, 16)).isFalse();
        assertThat(view.areMessagesWanted()).isTrue();
        assertThat(calls[0]).isZero();

        view.allowMessages(true);
        assertThat(view.areMessagesWanted()).isFalse();
        assertThat(view.read(IOVA, local, 0, 16)).isTrue();
        assertThat(local.getByte(15)).isEqualTo((byte)7);
        assertThat(view.write(IOVA, local, 0, 16)).isTrue();
        assertThat(view.write(IOVA + 1, local, 0, 16)).as("the client refused").isFalse();
        assertThat(view.address(IOVA, 16, READ)).isZero();

        view.allowMessages(false);
        view.read(IOVA, local, 0, 16);
        memory.clear();
        view.refresh();
        assertThat(view.areMessagesWanted()).isFalse();
    }

    @Test
    @DisplayName("Without a client nobody wishes for messages")
    void noClient() {
        memory.map(new MemoryRange(IOVA, 8192, 0, true, true));
        view.refresh();

        assertThat(view.read(IOVA, local, 0, 16)).isFalse();
        assertThat(view.areMessagesWanted()).isFalse();
        view.allowMessages(true);
        assertThat(view.write(IOVA, local, 0, 16)).isFalse();
    }
}
