package io.vfnic.device.igb;

import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;

import java.util.List;

/** Virtualisation: what each pool receives, sends and is tagged with, and the switch's controls. */
public final class VmdqBlock implements RegisterBlock {
    /** VLVF entries. */
    public static final int VLAN_FILTERS = 32;

    /** QDE. */
    public static final Register QDE = Register.at(0x2408, "QDE", "queue drop enable").readWrite(0xFFFF);
    /** DTXSWC. */
    public static final Register DTXSWC = Register.at(0x3500, "DTXSWC", "DMA transmit switch control")
        .field("MACAS", 7, 0).field("VLANAS", 15, 8).field("LLE", 23, 16).field("LOOPBACK_EN", 31)
        .readWrite();
    /** VMVIR. */
    public static final Register VMVIR = Register.at(0x3700, "VMVIR", "VLAN inserted for a pool").array(8, 4)
        .field("TAG", 15, 0).field("ALWAYS", 30).field("NEVER", 31)
        .readWrite();
    /** MRQC. */
    public static final Register MRQC = Register.at(0x5818, "MRQC", "multiple receive queues")
        .field("MRQE", 2, 0).field("DEF_Q", 6, 3)
        .readWrite();
    /** VT_CTL. */
    public static final Register VT_CTL = Register.at(0x581C, "VT_CTL", "next generation VMDq control")
        .field("DEF_PL", 9, 7).field("IGNORE_MAC", 28).field("DIS_DEF_POOL", 29).field("RPL_EN", 30)
        .readWrite();
    /** VMOLR. */
    public static final Register VMOLR = Register.at(0x5AD0, "VMOLR", "pool offload").array(8, 4).reset(0x80002600)
        .field("RLPML", 13, 0).field("LPE", 16).field("RSSE", 17).field("AUPE", 24).field("ROMPE", 25).field("ROPE", 26)
        .field("BAM", 27).field("MPME", 28).field("STRVLAN", 30)
        .readWrite();
    /** RPLOLR. */
    public static final Register RPLOLR = Register.at(0x5AF0, "RPLOLR", "replication offload").reset(0x80000000)
        .field("STRVLAN", 30)
        .readWrite();
    /** VLVF. */
    public static final Register VLVF = Register.at(0x5D00, "VLVF", "VLAN pool filter").array(VLAN_FILTERS, 4)
        .field("VID", 11, 0).field("POOLSEL", 19, 12).field("LVLAN", 20).field("EN", 31)
        .readWrite();
    /** VFRE. */
    public static final Register VFRE = Register.at(0x0C8C, "VFRE", "pool receive enable").reset(0xFF).readWrite(0xFF);
    /** VFTE. */
    public static final Register VFTE = Register.at(0x0C90, "VFTE", "pool transmit enable").reset(0xFF).readWrite(0xFF);

    /** DTXSWC.LOOPBACK_EN: the switch passes frames between pools. */
    public static final int DTXSWC_LOOPBACK = 1 << 31;
    /** DTXSWC.VLANAS: bit of pool 0. */
    public static final int DTXSWC_VLAN_SPOOF_SHIFT = 8;
    /** VMVIR: every frame of the pool gets the tag. */
    public static final int VMVIR_ALWAYS = 1 << 30;
    /** MRQC.MRQE: VMDq without RSS. */
    public static final int MRQC_VMDQ = 3;
    /** VT_CTL.DIS_DEF_POOL. */
    public static final int VT_CTL_NO_DEFAULT_POOL = 1 << 29;
    /** VT_CTL.RPL_EN. */
    public static final int VT_CTL_REPLICATION = 1 << 30;
    /** VMOLR.RLPML. */
    public static final int VMOLR_LENGTH = 0x3FFF;
    /** VMOLR.LPE. */
    public static final int VMOLR_LPE = 1 << 16;
    /** VMOLR.AUPE: accept untagged. */
    public static final int VMOLR_UNTAGGED = 1 << 24;
    /** VMOLR.ROMPE: accept by multicast hash. */
    public static final int VMOLR_MULTICAST_HASH = 1 << 25;
    /** VMOLR.ROPE: accept by unicast hash. */
    public static final int VMOLR_UNICAST_HASH = 1 << 26;
    /** VMOLR.BAM: accept broadcasts. */
    public static final int VMOLR_BROADCAST = 1 << 27;
    /** VMOLR.MPME: accept all multicasts. */
    public static final int VMOLR_ALL_MULTICAST = 1 << 28;
    /** VMOLR.STRVLAN and RPLOLR.STRVLAN. */
    public static final int STRIP_VLAN = 1 << 30;
    /** VMOLR and RPLOLR bit 31: strip the CRC; must be 1. */
    public static final int STRIP_CRC = 1 << 31;
    /** VLVF.EN. */
    public static final int VLVF_ENABLE = 1 << 31;
    /** VLVF.VID. */
    public static final int VLVF_VID = 0xFFF;
    /** VLVF.POOLSEL: bit of pool 0. */
    public static final int VLVF_POOL_SHIFT = 12;
    /** VLVF.POOLSEL. */
    public static final int VLVF_POOLS = 0xFF << VLVF_POOL_SHIFT;

    static final List<Register> PF_REGISTERS =
        List.of(QDE, DTXSWC, VMVIR, MRQC, VT_CTL, VMOLR, RPLOLR, VLVF, VFRE, VFTE);

    private final ControlLock control;
    private RegisterSpace state;

    VmdqBlock(ControlLock control) {
        this.control = control;
    }

    @Override
    public void bind(RegisterSpace pf) {
        state = pf;
        PF_REGISTERS.forEach(register -> publishOnWrite(pf, control, register));
    }

    @Override
    public void bindVf(int vf, RegisterSpace space) {
        // A VF sees none of these.
    }

    /** VTCTRL.RST: the pool neither sends nor receives until the PF's driver enables it again. */
    void resetVf(int vf) {
        final int receivers = state.load(VFRE, 0);
        final int senders = state.load(VFTE, 0);
        // A VF that resets itself over and over changes nothing after the first time.
        if (((receivers | senders) & 1 << vf) != 0) {
            state.store(VFRE, 0, receivers & ~(1 << vf));
            state.store(VFTE, 0, senders & ~(1 << vf));
            control.switchChanged();
        }
    }

    /** Makes writes to a stored register of the PF's view reach the switch. */
    static void publishOnWrite(RegisterSpace pf, ControlLock control, Register register) {
        pf.onWrite(register, (element, value) -> {
            pf.store(register, element, pf.load(register, element) & ~register.writeMask() | value);
            control.switchChanged();
        });
    }
}
