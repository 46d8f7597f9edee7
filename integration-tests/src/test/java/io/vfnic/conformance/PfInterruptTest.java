package io.vfnic.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

import io.vfnic.protocol.irq.IrqIndex;
import io.vfnic.protocol.irq.IrqInfo;
import io.vfnic.protocol.irq.SetIrqs;
import io.vfnic.server.posix.EventFd;
import io.vfnic.testkit.guest.Patience;
import io.vfnic.testkit.guest.PciConfig;
import io.vfnic.testkit.guest.PfRegisters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The PF's three kinds of interrupts (specification, "VFIO_USER_DEVICE_SET_IRQS"; Linux's VFIO; PCI 3.0, 2.2.6 and 6.8;
 * 82576, ICR). The sequences are QEMU's.
 */
class PfInterruptTest extends PfTest {
    private static final int UNMASK = SetIrqs.DATA_NONE | SetIrqs.ACTION_UNMASK;
    private static final int MASK = SetIrqs.DATA_NONE | SetIrqs.ACTION_MASK;
    private static final int EVENTFD_UNMASK = SetIrqs.DATA_EVENTFD | SetIrqs.ACTION_UNMASK;
    private static final int LINK_STATUS_CHANGE = 1 << 2;
    private static final int MAILBOX = 1 << 8;
    private static final int ASSERTED = 1 << 31;
    private static final int COMMAND_INTX_DISABLE = 1 << 10;
    private static final int STATUS_INTERRUPT = 1 << 3;
    private static final int IVAR_MISC = 0x1740;
    private static final int EIMS = 0x1524;
    private static final int GPIE = 0x1514;
    private static final int GPIE_MSIX = 0xC0000011;

    private EventFd intx;
    private EventFd msi;
    private EventFd msix;
    private EventFd resample;

    @BeforeEach
    void createSignals() throws IOException {
        intx = EventFd.create();
        msi = EventFd.create();
        msix = EventFd.create();
        resample = EventFd.create();
        pf.read(PfRegisters.ICR);
        pf.write(PfRegisters.IMS, LINK_STATUS_CHANGE | MAILBOX);
    }

    @AfterEach
    void closeSignals() {
        intx.close();
        msi.close();
        msix.close();
        resample.close();
    }

    private static void awaitSignal(EventFd eventFd) {
        Patience.until("an interrupt", () -> eventFd.drain() > 0);
    }

    private void assertSilent(EventFd eventFd) {
        settle();
        assertThat(eventFd.drain()).isZero();
    }

    @Test
    void intxCanBeMaskedAndMasksItself() {
        assertThat(client.irqInfo(IrqIndex.INTX).flags())
            .isEqualTo(IrqInfo.EVENTFD | IrqInfo.MASKABLE | IrqInfo.AUTOMASKED);
        assertThat(client.irqInfo(IrqIndex.MSI).count()).isEqualTo(1);
        assertThat(client.irqInfo(IrqIndex.MSIX).count()).isEqualTo(10);
    }

    /** A driver that has not taken all causes, or another device's driver on a shared line, ends the interrupt. */
    @Test
    void intxIsRaisedAgainAtEachUnmaskingWhileACauseIsPending() {
        client.setEventFds(IrqIndex.INTX, 0, intx);
        pf.write(PfRegisters.ICS, LINK_STATUS_CHANGE);
        awaitSignal(intx);
        pf.write(PfRegisters.ICS, MAILBOX);
        assertSilent(intx);

        for (int i = 0; i < 3; i++) {
            client.setIrqs(UNMASK, IrqIndex.INTX, 0, 1);
            awaitSignal(intx);
        }
        assertThat(pf.read(PfRegisters.ICR)).isEqualTo(LINK_STATUS_CHANGE | MAILBOX | ASSERTED);
        client.setIrqs(UNMASK, IrqIndex.INTX, 0, 1);
        assertSilent(intx);
    }

    @Test
    void intxThatIsMaskedByTheClientIsRaisedWhenItUnmasks() {
        client.setEventFds(IrqIndex.INTX, 0, intx);
        client.setIrqs(MASK, IrqIndex.INTX, 0, 1);
        pf.write(PfRegisters.ICS, LINK_STATUS_CHANGE);
        assertSilent(intx);

        client.setIrqs(UNMASK, IrqIndex.INTX, 0, 1);

        awaitSignal(intx);
    }

    /** With KVM, QEMU masks, hands over the resample eventfd, and unmasks; KVM signals it at each end of interrupt. */
    @Test
    void kvmUnmasksIntxByItsResampleEventfd() {
        client.setEventFds(IrqIndex.INTX, 0, intx);
        client.setIrqs(MASK, IrqIndex.INTX, 0, 1);
        client.setIrqs(EVENTFD_UNMASK, IrqIndex.INTX, 0, 1, resample.fd());
        client.setIrqs(UNMASK, IrqIndex.INTX, 0, 1);
        pf.write(PfRegisters.ICS, LINK_STATUS_CHANGE);
        awaitSignal(intx);

        resample.signal();
        awaitSignal(intx);
        pf.read(PfRegisters.ICR);
        resample.signal();
        assertSilent(intx);
        pf.write(PfRegisters.ICS, MAILBOX);
        awaitSignal(intx);
    }

    /** PCI 3.0, 6.2.2 and 6.2.3. */
    @Test
    void intxDisableSilencesTheLineAndStatusShowsItAllTheSame() {
        client.setEventFds(IrqIndex.INTX, 0, intx);
        int command = pf.config().read16(PciConfig.COMMAND);
        pf.config().write16(PciConfig.COMMAND, command | COMMAND_INTX_DISABLE);
        assertThat(pf.config().read16(PciConfig.STATUS) & STATUS_INTERRUPT).isZero();

        pf.write(PfRegisters.ICS, LINK_STATUS_CHANGE);

        assertThat(pf.config().read16(PciConfig.STATUS) & STATUS_INTERRUPT).isNotZero();
        assertSilent(intx);
        pf.config().write16(PciConfig.COMMAND, command);
        awaitSignal(intx);
        pf.read(PfRegisters.ICR);
        assertThat(pf.config().read16(PciConfig.STATUS) & STATUS_INTERRUPT).isZero();
    }

    /** A message each time, without any acknowledgement. */
    @Test
    void msiIsSentForEveryNewCause() {
        client.setEventFds(IrqIndex.MSI, 0, msi);
        for (int i = 0; i < 3; i++) {
            pf.write(PfRegisters.ICS, MAILBOX);
            awaitSignal(msi);
        }
        assertThat(pf.config().read16(PciConfig.STATUS) & STATUS_INTERRUPT).isZero();
        pf.write(PfRegisters.IMC, -1);
        pf.write(PfRegisters.ICS, LINK_STATUS_CHANGE);
        assertSilent(msi);
        pf.write(PfRegisters.IMS, LINK_STATUS_CHANGE);
        awaitSignal(msi);
    }

    /** PCI 3.0, 6.8.1.4: a masked vector keeps one message pending. */
    @Test
    void aMaskedMsiVectorKeepsOneMessage() {
        client.setEventFds(IrqIndex.MSI, 0, msi);
        client.setIrqs(MASK, IrqIndex.MSI, 0, 1);
        pf.write(PfRegisters.ICS, LINK_STATUS_CHANGE);
        settle();
        pf.write(PfRegisters.ICS, MAILBOX);
        assertSilent(msi);

        client.setIrqs(UNMASK, IrqIndex.MSI, 0, 1);

        assertThat(msi.drain()).isEqualTo(1);
    }

    @Test
    void aDriverMaySwitchBetweenTheThreeWhileItRuns() {
        client.setEventFds(IrqIndex.INTX, 0, intx);
        pf.write(PfRegisters.ICS, LINK_STATUS_CHANGE);
        awaitSignal(intx);
        pf.read(PfRegisters.ICR);

        client.disableInterrupts(IrqIndex.INTX);
        client.setEventFds(IrqIndex.MSI, 0, msi);
        pf.write(PfRegisters.ICS, LINK_STATUS_CHANGE);
        awaitSignal(msi);
        pf.read(PfRegisters.ICR);

        client.disableInterrupts(IrqIndex.MSI);
        int control = pf.config().capability(PciConfig.CAPABILITY_MSIX) + PciConfig.MSIX_CONTROL;
        pf.config().write16(control, PciConfig.MSIX_ENABLE);
        client.setEventFds(IrqIndex.MSIX, 3, msix);
        pf.write(GPIE, GPIE_MSIX);
        pf.write(IVAR_MISC, 0x8300);
        pf.write(EIMS, 1 << 3);
        pf.write(PfRegisters.ICS, LINK_STATUS_CHANGE);
        awaitSignal(msix);

        // The cause is still set: back on INTx the line is up at once.
        client.disableInterrupts(IrqIndex.MSIX);
        pf.config().write16(control, 0);
        client.setEventFds(IrqIndex.INTX, 0, intx);
        awaitSignal(intx);
        assertSilent(msi);
        assertSilent(msix);
    }
}
