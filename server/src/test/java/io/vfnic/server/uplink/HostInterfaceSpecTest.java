package io.vfnic.server.uplink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a user names an interface of the host, and what he is told where it cannot be had. */
class HostInterfaceSpecTest {
    @ParameterizedTest
    @ValueSource(strings = {"none", "tap:tap0", "packet:enp1s0.42", "tap:fifteen-letters"})
    @DisplayName("A name that Linux takes is taken, and shown as it was given")
    void good(String text) {
        assertThat(UplinkSpec.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tap", "tap:", "tap:sixteen-letters-", "packet:a/b", "packet:a b", "tap:tap%d", "tap:..",
        "tap:a:b"})
    @DisplayName("A name that Linux does not take is refused, with the whole of what was given")
    void bad(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> UplinkSpec.parse(text))
            .withMessageContaining("'" + text + "'");
    }

    @Test
    @DisplayName("A kind that there is not is refused, with those that there are")
    void unknown() {
        assertThatIllegalArgumentException().isThrownBy(() -> UplinkSpec.parse("tun:tun0"))
            .withMessageContaining("tap:NAME").withMessageContaining("packet:IFACE");
    }

    @Test
    @DisplayName("An interface that is not there cannot be had by packets: the message names it or the right that is " +
        "missing")
    void absent() {
        assertThatThrownBy(() -> UplinkSpec.parse("packet:vfnic-absent").open()).isInstanceOf(IOException.class)
            .hasMessageStartingWith("uplink packet:vfnic-absent: ")
            .hasMessageMatching("(?s).*(there is no interface vfnic-absent|CAP_NET_RAW).*");
    }

    @Test
    @DisplayName("An interface that is none of the kind cannot be had as a tap: the message names it and the way out")
    void noTap() {
        assertThatThrownBy(() -> UplinkSpec.parse("tap:lo").open()).isInstanceOf(IOException.class)
            .hasMessageStartingWith("uplink tap:lo: ")
            .hasMessageMatching("(?s).*(ip tuntap|/dev/net/tun).*");
    }
}
