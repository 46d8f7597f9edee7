package io.vfnic.protocol.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;

import io.vfnic.protocol.MessageHeader;
import io.vfnic.protocol.ProtocolLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Specification, section "VFIO_USER_VERSION", capabilities. */
class VersionCapabilitiesTest {
    @Test
    void readsWhatQemuSends() throws VersionFormatException {
        VersionCapabilities qemu = VersionCapabilities.parse(
            """
            {"capabilities": {"pgsizes": 4096, "max_msg_fds": 16, "max_dma_maps": 65535,
             "max_data_xfer_size": 1048576, "migration": {"max_bitmap_size": 268435456, "pgsize": 4096},
             "write_multiple": true}}""");

        assertThat(qemu).isEqualTo(new VersionCapabilities(
            16, 1048576, 65535, 4096, true, TwinSocket.UNSUPPORTED,
            Optional.of(new MigrationCapability(4096, 268435456))));
    }

    @Test
    void readsWhatCloudHypervisorSends() throws VersionFormatException {
        VersionCapabilities client = VersionCapabilities.parse(
            "{\"capabilities\":{\"max_msg_fds\":1,\"max_data_xfer_size\":1048576,\"migration\":{\"pgsize\":4096}}}");

        assertThat(client.maxMessageFds()).isEqualTo(1);
        assertThat(client.migration()).contains(
            new MigrationCapability(4096, MigrationCapability.DEFAULT_MAX_BITMAP_SIZE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"capabilities\":{}}", "{\"other\":[1]}", "{\"capabilities\":{\"new\":{\"x\":1}}}"})
    void absentCapabilitiesHaveTheSpecifiedDefaultsAndUnknownOnesAreIgnored(String json)
        throws VersionFormatException {
        assertThat(VersionCapabilities.parse(json)).isEqualTo(
            new VersionCapabilities(1, 1048576, 65535, 4096, false, TwinSocket.UNSUPPORTED, Optional.empty()));
    }

    @Test
    void readsATwinSocket() throws VersionFormatException {
        assertThat(VersionCapabilities.parse("{\"capabilities\":{\"twin_socket\":{\"supported\":true}}}").twinSocket())
            .isEqualTo(TwinSocket.OFFERED);
        assertThat(VersionCapabilities.parse(
            "{\"capabilities\":{\"twin_socket\":{\"supported\":true,\"fd_index\":2}}}").twinSocket())
            .isEqualTo(new TwinSocket(true, 2));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "[]|not a JSON object",
        "3|not a JSON object",
        "``|not a JSON object",
        "{|not valid JSON",
        "{'capabilities':{}}|not valid JSON",
        "{\"capabilities\":{},}|not valid JSON",
        "{} {}|not valid JSON",
        "{\"capabilities\":[]}|capabilities is not an object",
        "{\"capabilities\":{\"max_msg_fds\":\"8\"}}|max_msg_fds is not an integer",
        "{\"capabilities\":{\"max_msg_fds\":1.5}}|max_msg_fds is not an integer",
        "{\"capabilities\":{\"max_msg_fds\":true}}|max_msg_fds is not an integer",
        "{\"capabilities\":{\"max_msg_fds\":null}}|max_msg_fds is not an integer",
        "{\"capabilities\":{\"max_msg_fds\":-1}}|max_msg_fds is out of range: -1",
        "{\"capabilities\":{\"max_msg_fds\":1025}}|max_msg_fds is out of range: 1025",
        "{\"capabilities\":{\"max_data_xfer_size\":0}}|max_data_xfer_size is out of range",
        "{\"capabilities\":{\"max_data_xfer_size\":99999999999999999999}}|max_data_xfer_size is not an integer",
        "{\"capabilities\":{\"max_dma_maps\":-1}}|max_dma_maps is out of range",
        "{\"capabilities\":{\"pgsizes\":4097}}|pgsizes 4097 has a page size below 4096",
        "{\"capabilities\":{\"pgsizes\":0}}|pgsizes is out of range",
        "{\"capabilities\":{\"write_multiple\":1}}|write_multiple is not true or false",
        "{\"capabilities\":{\"twin_socket\":true}}|twin_socket is not an object",
        "{\"capabilities\":{\"twin_socket\":{\"supported\":\"yes\"}}}|supported is not true or false",
        "{\"capabilities\":{\"twin_socket\":{\"fd_index\":-1}}}|fd_index is out of range",
        "{\"capabilities\":{\"migration\":4096}}|migration is not an object",
        "{\"capabilities\":{\"migration\":{\"pgsize\":4095}}}|pgsize is out of range",
        "{\"capabilities\":{\"migration\":{\"pgsize\":12288}}}|migration.pgsize 12288 is not a power of two"})
    void malformedCapabilitiesAreRefusedWithTheReason(String json, String reason) {
        assertThatThrownBy(() -> VersionCapabilities.parse(json == null ? "" : json))
            .isInstanceOf(VersionFormatException.class)
            .hasMessageContaining(reason);
    }

    @Test
    void deepNestingIsRefusedRatherThanExhaustingTheStack() {
        String json = "{\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";

        assertThatThrownBy(() -> VersionCapabilities.parse(json)).isInstanceOf(VersionFormatException.class);
    }

    @Test
    void whatIsEncodedIsReadBack() throws VersionFormatException {
        VersionCapabilities all = new VersionCapabilities(
            8, 65536, 100, 4096 | 1 << 21, true, new TwinSocket(true, 0),
            Optional.of(new MigrationCapability(4096, 9)));

        assertThat(VersionCapabilities.parse(all.toJson())).isEqualTo(all);
    }

    @Test
    void theJsonHasNoWhiteSpaceAndNothingThatSaysNo() {
        assertThat(VersionCapabilities.DEFAULT.toJson()).isEqualTo(
            "{\"capabilities\":{\"max_msg_fds\":1,\"max_data_xfer_size\":1048576," +
            "\"max_dma_maps\":65535,\"pgsizes\":4096}}");
    }

    /** QEMU's buffer for the reply is as large as its request. */
    @Test
    void theLongestAnswerOfAServerFitsQemusBuffer() {
        VersionCapabilities longest = new VersionCapabilities(
            1024, 1 << 20, 65535, 0x7FFF_FFFF_FFFF_F000L, true, new TwinSocket(true, 0), Optional.empty());

        assertThat(MessageHeader.LENGTH + Version.lengthWith(longest.toJson()))
            .isLessThanOrEqualTo(ProtocolLimits.MAX_VERSION_REPLY);
    }

    /** "The capability list must be a subset of those proposed." */
    @Test
    void aServerAnswersYesOnlyToWhatTheClientOffered() throws VersionFormatException {
        VersionCapabilities server = new VersionCapabilities(
            16, 1 << 20, 1000, 4096, true, new TwinSocket(true, 0), Optional.empty());
        VersionCapabilities modest = VersionCapabilities.DEFAULT;
        VersionCapabilities able = new VersionCapabilities(
            4, 4096, 10, 4096, true, TwinSocket.OFFERED, Optional.of(new MigrationCapability(4096, 1)));

        assertThat(server.answerTo(modest)).isEqualTo(new VersionCapabilities(
            16, 1 << 20, 1000, 4096, false, TwinSocket.UNSUPPORTED, Optional.empty()));
        assertThat(server.answerTo(able)).isEqualTo(new VersionCapabilities(
            16, 1 << 20, 10, 4096, true, new TwinSocket(true, 0), Optional.empty()));
    }
}
