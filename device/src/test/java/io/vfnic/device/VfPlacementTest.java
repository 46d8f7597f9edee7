package io.vfnic.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.engine.IdleMode;
import io.vfnic.device.pci.PfInterrupts;
import io.vfnic.device.pci.SriovDisguise;
import io.vfnic.device.register.RegisterTrace;
import io.vfnic.device.spi.AgentThreads;
import io.vfnic.device.spi.ClientLink;
import io.vfnic.device.spi.FunctionPort;
import io.vfnic.device.spi.MessageDma;
import io.vfnic.device.spi.MisplacedVf;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("VF BAR0 of a PF in a guest (SR-IOV 1.1, 3.3.14) and the VFs' own BARs")
final class VfPlacementTest {
    private static final int CONFIG = 7;
    private static final int BAR0 = 0x10;
    private static final int VF_BAR0 = 0x184;
    private static final int NUM_VFS = 0x170;
    private static final int CONTROL = 0x168;
    private static final int VF_ENABLE = 0x01;
    private static final int VF_MEMORY = 0x08;
    private static final int DEVICE_CONTROL = 0xA8;
    private static final int INITIATE_FLR = 0x8000;
    private static final int SIZING = 0xFFFF8000;
    private static final int PF_GUEST = 100;
    private static final int OTHER_GUEST = 200;
    private static final int FIRST = 0xFE02_0000;
    private static final int LENGTH = 0x8000;

    private final List<MisplacedVf> reported = new ArrayList<>();
    private final Card card = new Card(
        new CardConfig(3, 1, IdleMode.BACKOFF, CardConfig.DEFAULT_MAX_PAUSE_NANOS, true, PfInterrupts.MSIX,
            SriovDisguise.QEMU, 1),
        SystemNanoClock.INSTANCE, AgentThreads.PLAIN, RegisterTrace.NONE, reported::addAll, error -> { }, null);
    private final FunctionPort pf = function("pf");

    @BeforeEach
    void attachPf() {
        card.start();
        attach("pf", PF_GUEST);
    }

    @AfterEach
    void stop() {
        card.close();
    }

    @Test
    @DisplayName("follows the BAR0 that firmware gives VF 0 in the same guest")
    void followsVf0() {
        assertThat(readPf(VF_BAR0)).isZero();

        placeVfsAscending("vf0", "vf1", "vf2");

        assertThat(readPf(VF_BAR0)).isEqualTo(FIRST);
    }

    @Test
    @DisplayName("does not follow a VF's BAR while that is only being sized")
    void ignoresSizing() {
        attach("vf0", PF_GUEST);

        write(function("vf0"), BAR0, -1);

        assertThat(readPf(VF_BAR0)).isZero();
        assertThat(read(function("vf0"), BAR0)).isEqualTo(SIZING);
    }

    @Test
    @DisplayName("can be sized itself, and shows VF 0's address again when the guest writes that back, as Linux does")
    void isSized() {
        placeVfsAscending("vf0", "vf1", "vf2");

        write(pf, VF_BAR0, -1);
        assertThat(readPf(VF_BAR0)).isEqualTo(SIZING);
        write(pf, VF_BAR0, FIRST);

        assertThat(readPf(VF_BAR0)).isEqualTo(FIRST);
    }

    @Test
    @DisplayName("keeps an address that the guest has chosen, as UEFI firmware does, whatever VF 0's own is")
    void keepsTheGuestsChoice() {
        attach("vf0", PF_GUEST);
        write(pf, VF_BAR0, 0x8043_8000);

        write(function("vf0"), BAR0, 0x8043_0000);

        assertThat(readPf(VF_BAR0)).isEqualTo(0x8043_8000);
    }

    @Test
    @DisplayName("follows VF 0 anew after a reset of the PF, and is 0 when the whole machine was reset")
    void followsAfterReset() {
        placeVfsAscending("vf0", "vf1", "vf2");
        write(pf, VF_BAR0, 0x8000_0000);

        pf.reset();
        assertThat(readPf(VF_BAR0)).isEqualTo(FIRST);

        function("vf0").reset();
        assertThat(readPf(VF_BAR0)).isZero();
    }

    @Test
    @DisplayName("stays when VF 0 is reset by its driver: QEMU decodes the BAR, and keeps it (FLR)")
    void staysOverFunctionLevelReset() {
        placeVfsAscending("vf0", "vf1", "vf2");

        write16(function("vf0"), DEVICE_CONTROL, INITIATE_FLR);

        assertThat(readPf(VF_BAR0)).isEqualTo(FIRST);
        enableVfs(3);
        assertThat(reported).isEmpty();
    }

    @Test
    @DisplayName("forgets VF 0 when its client leaves")
    void forgets() {
        placeVfsAscending("vf0", "vf1", "vf2");
        assertThat(readPf(VF_BAR0)).isEqualTo(FIRST);

        function("vf0").detach();

        assertThat(readPf(VF_BAR0)).isZero();
    }

    @Test
    @DisplayName("follows the view of VF 0, where another guest has VF 0 itself")
    void followsTheView() {
        attach("vf0", OTHER_GUEST);
        write(function("vf0"), BAR0, 0xC000_0000);
        assertThat(readPf(VF_BAR0)).isZero();

        attach("vf0-host", PF_GUEST);
        write(function("vf0-host"), BAR0, FIRST);

        assertThat(readPf(VF_BAR0)).isEqualTo(FIRST);
    }

    @Test
    @DisplayName("agrees with VFs that lie one behind the other: nothing is reported")
    void agrees() {
        placeVfsAscending("vf0", "vf1", "vf2");

        enableVfs(3);

        assertThat(reported).isEmpty();
    }

    @Test
    @DisplayName("disagrees with VFs that firmware has placed in another order: each is reported, once when they are " +
        "enabled")
    void reportsMisplacedVfs() {
        attach("vf0", PF_GUEST);
        attach("vf1", PF_GUEST);
        attach("vf2", PF_GUEST);
        write(function("vf0"), BAR0, FIRST);
        write(function("vf1"), BAR0, FIRST - LENGTH);

        enableVfs(3);
        write16(pf, CONTROL, VF_ENABLE | VF_MEMORY);

        assertThat(reported).containsExactly(
            new MisplacedVf("vf1", 0xFE02_8000L, 0xFE01_8000L), new MisplacedVf("vf2", 0xFE03_0000L, 0));
    }

    @Test
    @DisplayName("is reported again when the guest enables VFs again")
    void reportsEachTime() {
        attach("vf0", PF_GUEST);
        write(pf, VF_BAR0, 0x8000_0000);

        enableVfs(1);
        write16(pf, CONTROL, 0);
        enableVfs(1);

        assertThat(reported).hasSize(2);
    }

    @Test
    @DisplayName("says nothing about VFs that are not enabled")
    void ignoresVfsBeyond() {
        attach("vf0", PF_GUEST);
        attach("vf1", PF_GUEST);
        write(function("vf0"), BAR0, FIRST);

        enableVfs(1);

        assertThat(reported).isEmpty();
    }

    @Test
    @DisplayName("says nothing about VFs of other guests, with views of them or without")
    void ignoresVfsOfOthers() {
        attach("vf0-host", PF_GUEST);
        write(function("vf0-host"), BAR0, FIRST);
        attach("vf0", OTHER_GUEST);
        write(function("vf0"), BAR0, 0xC000_0000);
        attach("vf1", OTHER_GUEST);
        write(function("vf1"), BAR0, 0xD000_0000);

        enableVfs(3);

        assertThat(reported).isEmpty();
    }

    @Test
    @DisplayName("may lie between VFs and views of VFs: both have a BAR0 of the same size")
    void mixes() {
        attach("vf2", OTHER_GUEST);
        placeVfsAscending("vf0-host", "vf1", "vf2-host");

        enableVfs(3);

        assertThat(readPf(VF_BAR0)).isEqualTo(FIRST);
        assertThat(reported).isEmpty();
    }

    private void placeVfsAscending(String... functions) {
        for (int i = 0; i < functions.length; i++) {
            attach(functions[i], PF_GUEST);
            write(function(functions[i]), BAR0, FIRST + i * LENGTH);
        }
    }

    private void enableVfs(int count) {
        write16(pf, NUM_VFS, count);
        write16(pf, CONTROL, VF_ENABLE | VF_MEMORY);
    }

    private void attach(String name, int process) {
        function(name).attach(new Client(process));
    }

    private FunctionPort function(String name) {
        return card.functions().stream().filter(port -> port.name().equals(name)).findFirst().orElseThrow();
    }

    private int readPf(int offset) {
        return read(pf, offset);
    }

    private static int read(FunctionPort function, int offset) {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[4]);
        assertThat(function.read(CONFIG, offset, 4, bytes, 0)).isZero();
        return bytes.getInt(0, ByteOrder.LITTLE_ENDIAN);
    }

    private static void write(FunctionPort function, int offset, int value) {
        write(function, offset, 4, value);
    }

    private static void write16(FunctionPort function, int offset, int value) {
        write(function, offset, 2, value);
    }

    private static void write(FunctionPort function, int offset, int width, int value) {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[4]);
        bytes.putInt(0, value, ByteOrder.LITTLE_ENDIAN);
        assertThat(function.write(CONFIG, offset, width, bytes, 0)).isZero();
    }

    private record Client(int process) implements ClientLink, MessageDma {
        @Override
        public void fail(String reason) {
            throw new AssertionError(reason);
        }

        @Override
        public void checkMemory() {
            throw new AssertionError("no memory is mapped");
        }

        @Override
        public MessageDma messageDma() {
            return this;
        }

        @Override
        public boolean read(long iova, MutableDirectBuffer destination, int index, int length) {
            return false;
        }

        @Override
        public boolean write(long iova, DirectBuffer source, int index, int length) {
            return false;
        }

        @Override
        public void cancel() {
            // No call is under way.
        }

        @Override
        public void resume() {
            // No call was cancelled.
        }
    }
}
