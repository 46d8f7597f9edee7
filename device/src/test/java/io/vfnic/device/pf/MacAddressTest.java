package io.vfnic.device.pf;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@DisplayName("MAC addresses")
class MacAddressTest {
    @Test
    @DisplayName("are read and written as six bytes joined by colons")
    void text() {
        assertThat(MacAddress.parse("52:54:00:AB:cd:0e").toString()).isEqualTo("52:54:00:ab:cd:0e");
        for (String wrong : new String[] {"", "52:54:00:12:34", "52-54-00-12-34-56", "52:54:00:12:34:5g"}) {
            assertThatThrownBy(() -> MacAddress.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    @DisplayName("lie in registers and mailboxes with the first byte lowest (82576 facts, section 2.8)")
    void registers() {
        MacAddress mac = MacAddress.parse("52:54:00:12:34:f6");

        assertThat(mac.low()).isEqualTo(0x12005452);
        assertThat(mac.high()).isEqualTo(0xF634);
        assertThat(MacAddress.ofRegisters(0x12005452, 0xABCDF634)).isEqualTo(mac);
    }

    @Test
    @DisplayName("are a station's if neither zero nor a group's")
    void unicast() {
        assertThat(MacAddress.parse("52:54:00:12:34:56").isUnicast()).isTrue();
        assertThat(MacAddress.parse("00:00:00:00:00:00").isUnicast()).isFalse();
        assertThat(MacAddress.parse("01:00:5e:00:00:01").isUnicast()).isFalse();
        assertThat(MacAddress.parse("ff:ff:ff:ff:ff:ff").isUnicast()).isFalse();
    }
}
