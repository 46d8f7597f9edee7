package io.vfnic.server.session;

import java.util.Arrays;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.ProtocolLimits;
import io.vfnic.protocol.version.TwinSocket;
import io.vfnic.protocol.version.VersionCapabilities;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.MemFd;
import io.vfnic.server.posix.OpenFiles;

import static org.assertj.core.api.Assertions.assertThat;

/** Specification, sections "VFIO_USER_DEVICE_GET_INFO" to "VFIO_USER_REGION_WRITE_MULTI". */
@Timeout(30)
class DeviceAndRegionCommandsTest {
    private static final int EINVAL = 22;
    private static final int CONFIG = 7;

    private SessionFixture fixture;
    private TestClient client;

    @BeforeEach
    void serve() throws Exception {
        fixture = new SessionFixture();
        client = fixture.connect().introduce();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        fixture.close();
    }

    @Test
    void deviceInfoSaysPciAndReset() {
        TestClient.Message reply = client.call(Command.DEVICE_GET_INFO, new Payload().u32(100, 0, 0, 0));
        assertThat(reply.bytes(0, 16)).isEqualTo(new Payload().u32(16, 3, 9, 5).bytes());
        assertThat(reply.payload().capacity()).isEqualTo(16);
    }

    @ParameterizedTest
    @CsvSource({"0,3,32768", "1,0,0", "2,1,16", "6,0,0", "7,3,4096", "8,0,0"})
    void regionInfoGivesFlagsAndSize(int index, int flags, long size) {
        TestClient.Message reply =
            client.call(Command.DEVICE_GET_REGION_INFO, new Payload().u32(32, 0, index, 0).u64(0, 0));
        assertThat(reply.bytes(0, reply.payload().capacity()))
            .isEqualTo(new Payload().u32(32, flags, index, 0).u64(size, 0).bytes());
    }

    @Test
    void regionInfoOfARegionBeyondTheLastIsRefused() {
        assertThat(client.errno(Command.DEVICE_GET_REGION_INFO, new Payload().u32(32, 0, 9, 0).u64(0, 0)))
            .isEqualTo(EINVAL);
        assertThat(client.errno(Command.DEVICE_GET_REGION_INFO, new Payload().u32(32, 0, -1, 0).u64(0, 0)))
            .isEqualTo(EINVAL);
    }

    @Test
    void ioFdsOfARegionWithoutAnyAreAnEmptyList() {
        TestClient.Message reply = client.call(Command.DEVICE_GET_REGION_IO_FDS, new Payload().u32(4096, 0, 0, 0));
        assertThat(reply.bytes(0, reply.payload().capacity())).isEqualTo(new Payload().u32(16, 0, 0, 0).bytes());
        assertThat(client.peer().receivedFdCount()).isZero();
        assertThat(client.errno(Command.DEVICE_GET_REGION_IO_FDS, new Payload().u32(4096, 0, 1, 0))).isEqualTo(EINVAL);
        assertThat(client.errno(Command.DEVICE_GET_REGION_IO_FDS, new Payload().u32(4096, 0, 99, 0))).isEqualTo(EINVAL);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void registersAreReadAndWrittenInEverySize(int size) {
        byte[] data = {1, 2, 3, 4, 5, 6, 7, 8};
        byte[] part = Arrays.copyOf(data, size);
        TestClient.Message written =
            client.call(Command.REGION_WRITE, new Payload().u64(0x40).u32(0, size).data(part));
        assertThat(written.bytes(0, written.payload().capacity()))
            .isEqualTo(new Payload().u64(0x40).u32(0, size).bytes());
        TestClient.Message read = client.call(Command.REGION_READ, new Payload().u64(0x40).u32(0, size));
        assertThat(read.bytes(0, read.payload().capacity()))
            .isEqualTo(new Payload().u64(0x40).u32(0, size).data(part).bytes());
    }

    @Test
    void configurationSpaceIsReadInOnePiece() {
        fixture.port.config.putInt(4092, 0x12345678);
        TestClient.Message read = client.call(Command.REGION_READ, new Payload().u64(0).u32(CONFIG, 4096));
        assertThat(read.payload().capacity()).isEqualTo(16 + 4096);
        assertThat(read.payload().getInt(16 + 4092)).isEqualTo(0x12345678);
    }

    @ParameterizedTest(name = "read at {0} of region {1}, {2} bytes")
    @CsvSource({
        "0,0,3", "0,0,16", "0,0,4096", "32768,0,4", "32765,0,4", "-4,0,4", "9223372036854775807,0,4",
        "0,1,4", "0,9,4", "4294967295,4294967295,4", "0,7,4097", "4093,7,4", "0,7,4294967295"})
    void aReadOutsideOrOfAnImpossibleSizeIsRefused(long offset, long region, long count) {
        assertThat(client.errno(Command.REGION_READ, new Payload().u64(offset).u32(region, count))).isEqualTo(EINVAL);
        assertThat(client.readRegister(0)).isZero();
    }

    @ParameterizedTest(name = "write at {0} of region {1}, {2} bytes claimed, {3} sent")
    @CsvSource({"0,0,4,8", "0,0,8,4", "0,0,3,3", "32766,0,4,4", "0,2,4,4", "0,1,4,4", "0,10,4,4", "4095,7,2,2"})
    void aWriteOutsideOrOfAnImpossibleSizeOrToAReadOnlyRegionIsRefused(long offset, int region, int count, int sent) {
        assertThat(client.errno(Command.REGION_WRITE, new Payload().u64(offset).u32(region, count)
            .data(new byte[sent]))).isEqualTo(EINVAL);
        assertThat(fixture.port.calls()).containsExactly("attach");
    }

    @Test
    void anAccessOfNoBytesSucceedsAndTouchesNothing() {
        assertThat(client.errno(Command.REGION_READ, new Payload().u64(0).u32(0, 0))).isZero();
        assertThat(client.errno(Command.REGION_WRITE, new Payload().u64(0).u32(0, 0))).isZero();
        assertThat(fixture.port.calls()).containsExactly("attach");
    }

    @Test
    void aPostedCommandIsDoneAndNeverAnswered() {
        client.sendPosted(Command.REGION_WRITE, new Payload().u64(0x10).u32(0, 4).u32(77));
        client.sendPosted(Command.REGION_WRITE, new Payload().u64(0x7FFF0000).u32(0, 4).u32(1));
        client.sendPosted(Command.REGION_READ, new Payload().u64(0x10).u32(0, 4));
        client.sendPosted(Command.DEVICE_FEATURE, new Payload().u32(0));
        assertThat(client.readRegister(0x10)).isEqualTo(77);
    }

    @Test
    void pipelinedCommandsAreAnsweredInOrder() {
        int first = client.send(Command.REGION_READ, new Payload().u64(0).u32(0, 4));
        for (int i = 1; i < 500; i++) {
            client.send(Command.REGION_READ, new Payload().u64(0).u32(0, 4));
        }
        for (int i = 0; i < 500; i++) {
            assertThat(client.receive().id()).isEqualTo(first + i);
        }
    }

    @Test
    void severalWritesInOneMessageAreDoneWhereBothEndsHaveThem() throws Exception {
        VersionCapabilities offered = new VersionCapabilities(16, ProtocolLimits.MAX_DATA_TRANSFER, 65535, 4096,
            true, TwinSocket.UNSUPPORTED, Optional.empty());
        try (SessionFixture own = new SessionFixture(offered); TestClient other = own.connect().introduce()) {
            TestClient.Message reply = other.call(Command.REGION_WRITE_MULTI, new Payload().u64(3)
                .u64(0x20).u32(0, 4).u64(5).u64(0x24).u32(0, 4).u64(6).u64(0x7FFFF).u32(0, 4).u64(7));
            assertThat(reply.bytes(0, reply.payload().capacity())).isEqualTo(new Payload().u64(2).bytes());
            assertThat(other.readRegister(0x20)).isEqualTo(5);
            assertThat(other.readRegister(0x24)).isEqualTo(6);
        }
        assertThat(client.errno(Command.REGION_WRITE_MULTI, new Payload().u64(0))).isEqualTo(EINVAL);
    }

    @Test
    void resetIsDoneAndAnsweredWithoutPayload() {
        TestClient.Message reply = client.call(Command.DEVICE_RESET, new Payload());
        assertThat(reply.errno()).isZero();
        assertThat(reply.payload().capacity()).isZero();
        assertThat(fixture.port.calls()).containsExactly("attach", "reset");
    }

    @Test
    void featuresTheCardDoesNotHaveAreRefused() {
        assertThat(client.errno(Command.DEVICE_FEATURE, new Payload().u32(16, 0x1_0001).u64(0))).isEqualTo(EINVAL);
        assertThat(client.errno(Command.DEVICE_FEATURE, new Payload().u32(8, 0x4_0000 | 0x1_0001))).isEqualTo(EINVAL);
        assertThat(client.errno(Command.MIG_DATA_READ, new Payload().u32(4096, 8))).isEqualTo(EINVAL);
        assertThat(client.errno(Command.MIG_DATA_WRITE, new Payload().u32(16, 8).u64(0))).isEqualTo(EINVAL);
    }

    @Test
    void commandsOfTheServerAndUnknownOnesAreRefused() {
        assertThat(client.errno(Command.DMA_READ, new Payload().u64(0, 4))).isEqualTo(EINVAL);
        assertThat(client.errno(Command.DMA_WRITE, new Payload().u64(0, 4).u32(0))).isEqualTo(EINVAL);
        for (int command : new int[] {0, 14, 19, 0xFFFF}) {
            client.send(7, command, 0, 0, new Payload().u32(0));
            TestClient.Message reply = client.receive();
            assertThat(reply.id()).isEqualTo(7);
            assertThat(reply.command()).isEqualTo(command);
            assertThat(reply.flags()).isEqualTo(0x21);
            assertThat(reply.errno()).isEqualTo(EINVAL);
        }
    }

    @Test
    void aReplyToNothingIsIgnored() {
        client.send(9, Command.DMA_READ.number(), 1, 0, new Payload().u64(0, 4).u32(0));
        assertThat(client.readRegister(0)).isZero();
    }

    @Test
    void descriptorsThatACommandHasNoUseForAreRefusedAndClosed() throws Exception {
        try (Fd fd = MemFd.create("region-test", 1)) {
            assertThat(client.errno(Command.REGION_READ, new Payload().u64(0).u32(0, 4), fd, fd)).isEqualTo(EINVAL);
            assertThat(client.errno(Command.DEVICE_RESET, new Payload(), fd)).isEqualTo(EINVAL);
            assertThat(OpenFiles.named("region-test")).isEqualTo(1);
        }
        assertThat(fixture.port.calls()).containsExactly("attach");
    }

    @Test
    void aBrokenFrameIsAnsweredAndEndsTheConnection() {
        client.peer().send(new Payload().u16(5).u16(9).u32(8, 0, 0).bytes());
        TestClient.Message reply = client.receive();
        assertThat(reply.id()).isEqualTo(5);
        assertThat(reply.errno()).isEqualTo(EINVAL);
        assertThat(client.receive().isEnd()).isTrue();
    }

    @Test
    void aFaultInTheCardCostsTheConnectionOnly() throws Exception {
        client.send(Command.REGION_WRITE, new Payload().u64(FakePort.FAULTY_REGISTER).u32(0, 4).u32(1));
        assertThat(client.receive().isEnd()).isTrue();
        fixture.awaitCall("detach");
        try (TestClient next = fixture.connect().introduce()) {
            assertThat(next.readRegister(0)).isZero();
        }
    }

    @Test
    void theCardCanEndTheConnection() throws Exception {
        fixture.port.client.fail("guest memory vanished");
        fixture.port.client.fail("guest memory vanished");
        assertThat(client.receive().isEnd()).isTrue();
        fixture.awaitCall("detach");
    }
}
