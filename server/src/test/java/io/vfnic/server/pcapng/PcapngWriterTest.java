package io.vfnic.server.pcapng;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The blocks of draft-ietf-opsawg-pcapng, read back byte by byte. */
final class PcapngWriterTest {
    private static final long TIME = 0x1234_5678_9ABC_DEF0L;

    private final ByteArrayOutputStream file = new ByteArrayOutputStream();

    private record Block(int type, ByteBuffer body) {
        /** The options from an offset in the body on, by their codes. */
        Map<Integer, byte[]> options(int offset) {
            Map<Integer, byte[]> options = new LinkedHashMap<>();
            ByteBuffer rest = body.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(offset);
            int code = rest.getShort();
            while (code != 0) {
                byte[] value = new byte[rest.getShort()];
                rest.get(value).position(rest.position() + (-value.length & 3));
                options.put(code, value);
                code = rest.getShort();
            }
            assertThat(rest.getShort()).as("length of opt_endofopt").isZero();
            assertThat(rest.remaining()).isZero();
            return options;
        }
    }

    @Test
    void aSectionHeaderAndAnInterfaceForEachFunctionComeFirstAndAtOnce() throws IOException {
        new PcapngWriter(file, "vfnic 1", List.of("vf0", "uplink"), 96);

        List<Block> blocks = blocks();
        assertThat(blocks).extracting(Block::type).containsExactly(0x0A0D0D0A, 1, 1);
        ByteBuffer header = blocks.getFirst().body();
        assertThat(header.getInt(0)).as("byte-order magic").isEqualTo(0x1A2B3C4D);
        assertThat(header.getShort(4)).as("major version").isEqualTo((short)1);
        assertThat(header.getLong(8)).as("section length: not said").isEqualTo(-1);
        assertThat(blocks.getFirst().options(16).get(4)).isEqualTo("vfnic 1".getBytes(StandardCharsets.UTF_8));
        ByteBuffer uplink = blocks.get(2).body();
        assertThat(uplink.getShort(0)).as("LINKTYPE_ETHERNET").isEqualTo((short)1);
        assertThat(uplink.getInt(4)).as("SnapLen").isEqualTo(96);
        assertThat(blocks.get(2).options(8).get(2)).asString().isEqualTo("uplink");
        assertThat(blocks.get(2).options(8).get(9)).as("if_tsresol: 10^-9").isEqualTo(new byte[] {9});
    }

    @Test
    void aFrameHasItsInterfaceTimeLengthsBytesDirectionAndComment() throws IOException {
        PcapngWriter writer = new PcapngWriter(file, "vfnic", List.of("vf0", "vf1"), 0);

        writer.frame(1, TIME, true, 60, new byte[] {1, 2, 3, 4, 5}, "delivered");
        writer.frame(0, TIME + 1, false, 4, new byte[] {6, 7, 8, 9}, "");

        Block first = blocks().get(3);
        assertThat(first.type()).isEqualTo(6);
        assertThat(first.body().getInt(0)).isEqualTo(1);
        assertThat(first.body().getInt(4)).as("timestamp, high").isEqualTo(0x1234_5678);
        assertThat(first.body().getInt(8)).as("timestamp, low").isEqualTo(0x9ABC_DEF0);
        assertThat(first.body().getInt(12)).as("captured length").isEqualTo(5);
        assertThat(first.body().getInt(16)).as("original length").isEqualTo(60);
        assertThat(bytes(first, 20, 8)).as("data, padded to 32 bits").containsExactly(1, 2, 3, 4, 5, 0, 0, 0);
        assertThat(first.options(28).get(2)).as("epb_flags: inbound").containsExactly(1, 0, 0, 0);
        assertThat(first.options(28).get(1)).asString().isEqualTo("delivered");
        assertThat(blocks().get(4).options(24)).as("outbound, and no comment").hasSize(1)
            .containsEntry(2, new byte[] {2, 0, 0, 0});
    }

    @Test
    void theFrameAfterALossTellsHowManyWereLostAndTheStatisticsTellItAll() throws IOException {
        try (PcapngWriter writer = new PcapngWriter(file, "vfnic", List.of("vf0", "vf1"), 0)) {
            writer.lost(7);
            writer.frame(0, TIME, true, 4, new byte[4], "");
            writer.frame(0, TIME, true, 4, new byte[4], "");
            writer.lost(2);
        }

        List<Block> blocks = blocks();
        assertThat(blocks).extracting(Block::type).containsExactly(0x0A0D0D0A, 1, 1, 6, 6, 5, 5);
        assertThat(blocks.get(3).options(24).get(4)).as("epb_dropcount").containsExactly(7, 0, 0, 0, 0, 0, 0, 0);
        assertThat(blocks.get(4).options(24)).doesNotContainKey(4);
        assertThat(blocks.get(5).options(12).get(4)).as("isb_ifrecv").containsExactly(2, 0, 0, 0, 0, 0, 0, 0);
        assertThat(blocks.get(5).options(12).get(5)).as("isb_ifdrop").containsExactly(9, 0, 0, 0, 0, 0, 0, 0);
        assertThat(blocks.get(6).options(12).get(4)).containsExactly(0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void aFrameAndACommentMayBeLong() throws IOException {
        PcapngWriter writer = new PcapngWriter(file, "vfnic", List.of("vf0"), 0);
        byte[] data = new byte[65_549];
        data[65_548] = 42;

        writer.frame(0, TIME, true, data.length, data, "x".repeat(9_999));

        Block frame = blocks().get(2);
        assertThat(bytes(frame, 20, data.length)).isEqualTo(data);
        assertThat(frame.options(20 + 65_552).get(1)).hasSize(9_999);
    }

    private static byte[] bytes(Block block, int offset, int length) {
        byte[] bytes = new byte[length];
        block.body().get(offset, bytes);
        return bytes;
    }

    /** Each block's length stands at its beginning and at its end, and is a multiple of four. */
    private List<Block> blocks() {
        ByteBuffer in = ByteBuffer.wrap(file.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        List<Block> blocks = new ArrayList<>();
        while (in.hasRemaining()) {
            int start = in.position();
            int type = in.getInt();
            int length = in.getInt();
            assertThat(length % 4).isZero();
            assertThat(in.getInt(start + length - 4)).isEqualTo(length);
            blocks.add(new Block(type, in.slice(start + 8, length - 12).order(ByteOrder.LITTLE_ENDIAN)));
            in.position(start + length);
        }
        return blocks;
    }
}
