package io.vfnic.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.admin.CardSnapshot;
import io.vfnic.device.admin.UplinkSnapshot;
import io.vfnic.device.engine.IdleMode;
import io.vfnic.device.pci.PfInterrupts;
import io.vfnic.device.pci.SriovDisguise;
import io.vfnic.device.register.RegisterTrace;
import io.vfnic.device.spi.AgentThreads;
import io.vfnic.device.spi.CardListener;
import io.vfnic.device.spi.UplinkPort;
import io.vfnic.device.uplink.TestWire;
import io.vfnic.device.uplink.UplinkCounters.Drop;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What a card tells of its uplink")
final class CardUplinkTest {
    private static Card card(UplinkPort uplink) {
        return new Card(
            new CardConfig(1, 1, IdleMode.BACKOFF, CardConfig.DEFAULT_MAX_PAUSE_NANOS, false, PfInterrupts.MSIX,
                SriovDisguise.QEMU, 1),
            SystemNanoClock.INSTANCE, AgentThreads.PLAIN, RegisterTrace.NONE, CardListener.NONE, error -> { }, uplink);
    }

    @Test
    @DisplayName("Its name, its link and why that is down, which the port's own link need not follow")
    void tellsOfItsLink() {
        TestWire wire = new TestWire();
        try (Card card = card(wire)) {
            assertThat(card.admin().snapshot().uplink()).hasValue(new UplinkSnapshot("test", "not started"));
            card.start();
            assertThat(card.admin().snapshot().uplink()).hasValue(new UplinkSnapshot("test", ""));

            card.admin().allowLink(false);
            CardSnapshot held = card.admin().snapshot();
            assertThat(held.linkUp()).isFalse();
            assertThat(held.uplink().orElseThrow().linkUp()).isTrue();

            card.admin().allowLink(true);
            wire.link(false);
            CardSnapshot cut = card.admin().snapshot();
            assertThat(cut.linkUp()).isFalse();
            assertThat(cut.uplink()).hasValue(new UplinkSnapshot("test", "cut"));
            assertThat(cut.uplink().orElseThrow().linkUp()).isFalse();
        }
    }

    @Test
    @DisplayName("The frames that its port has missed, as one of the reasons for drops")
    void tellsOfMissedFrames() {
        TestWire wire = new TestWire();
        try (Card card = card(wire)) {
            assertThat(card.admin().uplink().orElseThrow().drops()).containsEntry(Drop.IN_MISSED, 0L);
            wire.missed = 7;
            assertThat(card.admin().uplink().orElseThrow().drops()).containsEntry(Drop.IN_MISSED, 7L)
                .containsEntry(Drop.IN_MALFORMED, 0L);
        }
    }

    @Test
    @DisplayName("Nothing where its cable leads nowhere, though its link is up")
    void hasNone() {
        try (Card card = card(null)) {
            card.start();

            assertThat(card.admin().snapshot().linkUp()).isTrue();
            assertThat(card.admin().snapshot().uplink()).isEmpty();
            assertThat(card.admin().uplink()).isEmpty();
        }
    }
}
