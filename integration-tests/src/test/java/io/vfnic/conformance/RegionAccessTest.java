package io.vfnic.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.Errno;
import io.vfnic.protocol.region.RegionAccess;
import io.vfnic.protocol.region.RegionIndex;
import io.vfnic.protocol.region.RegionWriteMulti;
import io.vfnic.testkit.client.Message;
import io.vfnic.testkit.client.VfioUserClient;
import io.vfnic.testkit.guest.PciConfig;
import io.vfnic.testkit.guest.VfRegisters;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Specification, section "Read and Write Operations". */
class RegionAccessTest extends ServerTest {
    private static final int INTEL_82576_VF = 0x10CA_8086;

    /** QEMU reads the whole configuration space at once, guests read it in pieces of 1, 2 and 4 bytes. */
    @Test
    void configurationSpaceReadsTheSameInOnePieceAndInMany() {
        byte[] whole = client.read(RegionIndex.CONFIG, 0, 4096);

        assertThat(new UnsafeBuffer(whole).getInt(0)).isEqualTo(INTEL_82576_VF);
        for (int size : new int[]{1, 2, 4}) {
            for (int at = 0; at < 256; at += size) {
                assertThat(client.read(RegionIndex.CONFIG, at, size)).as("%d bytes at %#x", size, at)
                    .isEqualTo(Arrays.copyOfRange(whole, at, at + size));
            }
        }
    }

    @Test
    void aReadsReplyRepeatsTheRequestBeforeTheData() {
        Message reply = assertSucceeds(
            client.call(Command.REGION_READ, VfioUserClient.accessPayload(RegionIndex.CONFIG, 8, 4, 0)));

        RegionAccess access = new RegionAccess().wrap(reply.buffer(), 0, reply.payload().length);
        assertThat(access.length()).isEqualTo(20);
        assertThat(access.region()).isEqualTo(RegionIndex.CONFIG);
        assertThat(access.regionOffset()).isEqualTo(8);
        assertThat(access.count()).isEqualTo(4);
    }

    @Test
    void aWritesReplyRepeatsTheRequestWithoutTheData() {
        Message reply = assertSucceeds(client.call(Command.REGION_WRITE,
            VfioUserClient.writePayload(RegionIndex.CONFIG, PciConfig.COMMAND, new byte[]{2, 0})));

        RegionAccess access = new RegionAccess().wrap(reply.buffer(), 0, reply.payload().length);
        assertThat(access.length()).isEqualTo(16);
        assertThat(access.region()).isEqualTo(RegionIndex.CONFIG);
        assertThat(access.regionOffset()).isEqualTo(PciConfig.COMMAND);
        assertThat(access.count()).isEqualTo(2);
        assertThat(new PciConfig(client).read16(PciConfig.COMMAND)).isEqualTo(PciConfig.COMMAND_MEMORY);
    }

    /** QEMU posts writes to memory BARs; a read that follows on the same connection sees them. */
    @Test
    void aReadSeesThePostedWriteBeforeIt() {
        int eitr = VfRegisters.EITR;

        client.postWrite32(RegionIndex.BAR0, eitr, 488);

        assertThat(client.read32(RegionIndex.BAR0, eitr) & 0x7FFC).isEqualTo(488);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void registersCanBeReadInEverySizeQemuUses(int size) {
        byte[] dwords = client.read(RegionIndex.BAR0, VfRegisters.STATUS, 8);

        assertThat(client.read(RegionIndex.BAR0, VfRegisters.STATUS, size)).isEqualTo(Arrays.copyOf(dwords, size));
    }

    @ParameterizedTest
    @CsvSource({
        "9, 0, 4",
        "-1, 0, 4",
        "1, 0, 4",
        "7, 4096, 1",
        "7, 4093, 4",
        "7, 0, 4097",
        "7, -4, 4",
        "7, 9223372036854775807, 1",
        "0, 32768, 4",
        "0, 32765, 4",
        "0, 0, 1048577",
        "0, 0, 4294967295"})
    void anAccessOutsideTheRegionIsInvalid(int region, long offset, long count) {
        assertFails(Errno.EINVAL, Command.REGION_READ, VfioUserClient.accessPayload(region, offset, count, 0));
        if (count <= 4) {
            assertFails(Errno.EINVAL, Command.REGION_WRITE,
                VfioUserClient.writePayload(region, offset, new byte[(int)count]));
        }
    }

    @ParameterizedTest
    @CsvSource({"4, 3", "4, 5", "0, 1", "4294967295, 4"})
    void aWriteWhoseDataIsNotItsCountIsInvalid(long count, int data) {
        assertFails(Errno.EINVAL, Command.REGION_WRITE,
            VfioUserClient.accessPayload(RegionIndex.CONFIG, 0, count, data));
    }

    @Test
    void shortAccessesAreInvalid() {
        assertFails(Errno.EINVAL, Command.REGION_READ, new byte[15]);
        assertFails(Errno.EINVAL, Command.REGION_WRITE, new byte[15]);
    }

    /** libvfio-user: no bytes to transfer is a success. */
    @Test
    void anAccessToNoBytesSucceeds() {
        assertSucceeds(client.call(Command.REGION_READ, VfioUserClient.accessPayload(RegionIndex.CONFIG, 0, 0, 0)));
        assertSucceeds(client.call(Command.REGION_WRITE, VfioUserClient.accessPayload(RegionIndex.CONFIG, 0, 0, 0)));
        assertAlive();
    }

    /** Not offered in the handshake. */
    @Test
    void writeMultiIsInvalid() {
        byte[] payload = new byte[RegionWriteMulti.writeOffset(1)];
        new RegionWriteMulti().wrap(new UnsafeBuffer(payload), 0, payload.length)
            .count(1).write(0, VfRegisters.EITR, RegionIndex.BAR0, 4, 0);

        assertFails(Errno.EINVAL, Command.REGION_WRITE_MULTI, payload);
    }
}
