package io.vfnic.device.igb;

import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;

import java.util.List;

/** Registers of the PF that drivers write and read back, and behind which this card has nothing to do. */
public final class PlainBlock implements RegisterBlock {
    /** RXPBS, KiB: survives CTRL.RST. */
    public static final Register RXPBS =
        Register.at(0x2404, "RXPBS", "receive packet buffer size").reset(0x40).readWrite();
    /** TXPBS, KiB: survives CTRL.RST. */
    public static final Register TXPBS =
        Register.at(0x3404, "TXPBS", "transmit packet buffer size").reset(0x28).readWrite();

    static final List<Register> PF_REGISTERS = List.of(
        RXPBS, TXPBS,
        plain(0x0024, "SCTL", "SerDes control"),
        plain(0x0034, "CONNSW", "copper and fibre switch"),
        plain(0x0028, "FCAL", "flow control address, low"),
        Register.at(0x002C, "FCAH", "flow control address, high").readWrite(0xFFFF),
        Register.at(0x0030, "FCT", "flow control type").readWrite(0xFFFF),
        Register.at(0x0170, "FCTTV", "flow control transmit timer").readWrite(0xFFFF),
        Register.at(0x2160, "FCRTL", "flow control threshold, low").alias(0x0160).readWrite(0x8000FFF0),
        Register.at(0x2168, "FCRTH", "flow control threshold, high").alias(0x0168).readWrite(0x0000FFF0),
        plain(0x2460, "FCRTV", "flow control refresh threshold"),
        plain(0x2508, "DMACR", "DMA coalescing control"),
        Register.at(0x0E00, "LEDCTL", "LED control").reset(0x07068302).readWrite(),
        plain(0x1000, "PBA", "packet buffer allocation"),
        plain(0x1008, "PBS", "packet buffer size"),
        plain(0x104C, "TCPTIMER", "TCP timer"),
        plain(0x0458, "AIT", "adaptive interframe spacing"),
        plain(0x3410, "TDFH", "transmit data FIFO, head"),
        plain(0x3418, "TDFT", "transmit data FIFO, tail"),
        plain(0x3420, "TDFHS", "transmit data FIFO, saved head"),
        plain(0x3430, "TDFPC", "transmit data FIFO, packets"),
        plain(0x0404, "TCTL_EXT", "extended transmit control"),
        Register.at(0x0410, "TIPG", "transmit inter-packet gap").reset(0x00601008).readWrite(0x3FFFFFFF),
        plain(0x5B00, "GCR", "PCIe control"),
        plain(0x5B74, "DCA_CTRL", "direct cache access control"),
        plain(0x5B30, "FACTPS", "function active and power state"),
        plain(0x5BB8, "PCIEMISC", "PCIe miscellaneous"),
        plain(0x5BBC, "IOVCTL", "I/O virtualisation control"),
        plain(0x55B0, "VLAPQF", "VLAN priority queue filter"));

    @Override
    public void bind(RegisterSpace pf) {
        // Storage serves them all.
    }

    @Override
    public void bindVf(int vf, RegisterSpace space) {
        // None of these is a VF's.
    }

    private static Register plain(int offset, String name, String title) {
        return Register.at(offset, name, title).readWrite();
    }
}
