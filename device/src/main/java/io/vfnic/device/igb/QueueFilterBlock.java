package io.vfnic.device.igb;

import io.vfnic.device.filter.QueueFilterRegisters;
import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;

import java.util.List;

/**
 * The queue filters: by EtherType, 5-tuple and SYN flag, and which of them interrupt at once. The flexible filters are
 * those of Wake-on-LAN: on the 82576 they choose no queue.
 */
public final class QueueFilterBlock implements RegisterBlock {
    /** ETQF. */
    public static final Register ETQF = eight(0x5CB0, "ETQF", "EtherType queue filter")
        .field("ETYPE", 15, 0).field("QUEUE", 18, 16).field("EN", 26).field("IMM_INT", 29).field("1588", 30)
        .field("QUEUE_EN", 31)
        .readWrite();
    /** FTQF. */
    public static final Register FTQF = eight(0x59E0, "FTQF", "5-tuple queue filter")
        .field("PROTOCOL", 7, 0).field("QUEUE_EN", 8).field("VF", 14, 12).field("VF_BP", 15).field("QUEUE", 19, 16)
        .field("1588", 27).field("PROTO_BP", 28).field("SA_BP", 29).field("DA_BP", 30).field("SP_BP", 31)
        .readWrite();
    /** DAQF. */
    public static final Register DAQF = eight(0x59A0, "DAQF", "destination address queue filter").readWrite();
    /** SAQF. */
    public static final Register SAQF = eight(0x5980, "SAQF", "source address queue filter").readWrite();
    /** SPQF. */
    public static final Register SPQF = eight(0x59C0, "SPQF", "source port queue filter").readWrite();
    /** IMIR. */
    public static final Register IMIR = eight(0x5A80, "IMIR", "immediate interrupt")
        .field("PORT", 15, 0).field("IMM_INT", 16).field("PORT_BP", 17).field("PRIORITY", 31, 29)
        .readWrite();
    /** IMIREXT. */
    public static final Register IMIREXT = eight(0x5AA0, "IMIREXT", "immediate interrupt, extended")
        .field("SIZE", 11, 0).field("SIZE_BP", 12).field("CTRL", 18, 13).field("CTRL_BP", 19)
        .readWrite();
    /** IMIRVP. */
    public static final Register IMIRVP = Register.at(0x5AC0, "IMIRVP", "immediate interrupt, VLAN priority")
        .field("PRIORITY", 2, 0).field("EN", 3)
        .readWrite();
    /** SYNQF. */
    public static final Register SYNQF = Register.at(0x55FC, "SYNQF", "SYN queue filter")
        .field("EN", 0).field("QUEUE", 4, 1)
        .readWrite();

    static final List<Register> PF_REGISTERS =
        List.of(ETQF, FTQF, DAQF, SAQF, SPQF, IMIR, IMIREXT, IMIRVP, SYNQF);

    private final ControlLock control;

    QueueFilterBlock(ControlLock control) {
        this.control = control;
    }

    @Override
    public void bind(RegisterSpace pf) {
        PF_REGISTERS.forEach(register -> VmdqBlock.publishOnWrite(pf, control, register));
    }

    @Override
    public void bindVf(int vf, RegisterSpace space) {
        // A VF sees none of them.
    }

    /** Copies the registers out of the PF's view. */
    static QueueFilterRegisters snapshot(RegisterSpace pf) {
        return new QueueFilterRegisters(SwitchSnapshot.all(pf, ETQF), SwitchSnapshot.all(pf, FTQF),
            SwitchSnapshot.all(pf, DAQF), SwitchSnapshot.all(pf, SAQF), SwitchSnapshot.all(pf, SPQF),
            SwitchSnapshot.all(pf, IMIR), SwitchSnapshot.all(pf, IMIREXT), pf.load(IMIRVP, 0), pf.load(SYNQF, 0),
            pf.load(ReceiveBlock.RFCTL, 0));
    }

    private static Register.Builder eight(int offset, String name, String title) {
        return Register.at(offset, name, title).array(QueueFilterRegisters.FILTERS, 4);
    }
}
