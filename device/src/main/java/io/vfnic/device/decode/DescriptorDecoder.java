package io.vfnic.device.decode;

import io.vfnic.device.register.Field;
import java.util.ArrayList;
import java.util.List;

/**
 * Names the fields of descriptors (82576, transmit descriptors: legacy, advanced context and advanced data; receive
 * descriptors: legacy and advanced, as read and as written back).
 */
public final class DescriptorDecoder {
    private static final int DEXT = 1 << 29;
    private static final int TYPE_SHIFT = 20;
    private static final int TYPE_CONTEXT = 2;

    private static final Format TRANSMIT_LEGACY = new Format("legacy", true, List.of(), List.of(),
        List.of(new Field("LENGTH", 15, 0), new Field("CSO", 23, 16), bit("EOP", 24), bit("IFCS", 25), bit("IC", 26),
            bit("RS", 27), bit("DEXT", 29), bit("VLE", 30), bit("IDE", 31)),
        List.of(bit("DD", 0), bit("TSTAMP", 4), new Field("CSS", 15, 8), new Field("VLAN", 31, 16)));
    private static final Format TRANSMIT_DATA = new Format("data", true, List.of(), List.of(),
        List.of(new Field("DTALEN", 15, 0), bit("1588", 19), new Field("DTYP", 23, 20), bit("EOP", 24), bit("IFCS", 25),
            bit("RS", 27), bit("DEXT", 29), bit("VLE", 30), bit("TSE", 31)),
        List.of(bit("DD", 0), new Field("IDX", 6, 4), bit("CC", 7), bit("IXSM", 8), bit("TXSM", 9),
            new Field("PAYLEN", 31, 14)));
    private static final Format TRANSMIT_CONTEXT = new Format("context", false,
        List.of(new Field("IPLEN", 8, 0), new Field("MACLEN", 15, 9), new Field("VLAN", 31, 16)),
        List.of(),
        List.of(bit("SNAP", 9), bit("IPV4", 10), new Field("L4T", 12, 11), new Field("DTYP", 23, 20), bit("RS", 27),
            bit("DEXT", 29)),
        List.of(new Field("IDX", 6, 4), new Field("L4LEN", 15, 8), new Field("MSS", 31, 16)));
    private static final Format RECEIVE_LEGACY_DONE = new Format("legacy", true, List.of(), List.of(),
        List.of(new Field("LENGTH", 15, 0), new Field("CHECKSUM", 31, 16)),
        List.of(bit("DD", 0), bit("EOP", 1), bit("VP", 3), bit("UDPCS", 4), bit("L4CS", 5), bit("IPCS", 6),
            bit("L4E", 13), bit("IPE", 14), bit("RXE", 15), new Field("VLAN", 31, 16)));
    private static final Format RECEIVE_DONE = new Format("advanced", false,
        List.of(new Field("RSSTYPE", 3, 0), new Field("PKTTYPE", 16, 4), new Field("HDRLEN", 30, 21), bit("SPH", 31)),
        List.of(new Field("RSSHASH", 31, 0)),
        List.of(bit("DD", 0), bit("EOP", 1), bit("VP", 3), bit("UDPCS", 4), bit("L4CS", 5), bit("IPCS", 6),
            bit("IPIDV", 9), bit("UDPV", 10), bit("DYNINT", 11), bit("TS", 16), bit("LB", 18), bit("HBO", 23),
            bit("L4E", 29), bit("IPE", 30), bit("RXE", 31)),
        List.of(new Field("PKTLEN", 15, 0), new Field("VLAN", 31, 16)));

    /** The fields of the four dwords; a format with an address has it in the first two instead. */
    private record Format(String name, boolean hasAddress, List<Field> dword0, List<Field> dword1, List<Field> dword2,
        List<Field> dword3) {
        private DecodedDescriptor decode(long low, long high) {
            List<FieldValue> values = new ArrayList<>();
            if (hasAddress) {
                values.add(new FieldValue("ADDR", low, false));
            } else {
                values.addAll(FieldValue.of(dword0, (int)low));
                values.addAll(FieldValue.of(dword1, (int)(low >>> Integer.SIZE)));
            }
            values.addAll(FieldValue.of(dword2, (int)high));
            values.addAll(FieldValue.of(dword3, (int)(high >>> Integer.SIZE)));
            return new DecodedDescriptor(name, values);
        }
    }

    /** A descriptor in words. */
    public record DecodedDescriptor(String format, List<FieldValue> fields) {
    }

    private DescriptorDecoder() {
    }

    /** A transmit descriptor; one that is done is like one that is not but for DD. */
    public static DecodedDescriptor transmit(long low, long high) {
        int dword2 = (int)high;
        if ((dword2 & DEXT) == 0) {
            return TRANSMIT_LEGACY.decode(low, high);
        }
        return ((dword2 >>> TYPE_SHIFT & 0xF) == TYPE_CONTEXT ? TRANSMIT_CONTEXT : TRANSMIT_DATA).decode(low, high);
    }

    /** A receive descriptor. */
    public static DecodedDescriptor receive(boolean isDone, boolean isLegacy, long low, long high) {
        if (isDone) {
            return (isLegacy ? RECEIVE_LEGACY_DONE : RECEIVE_DONE).decode(low, high);
        }
        List<FieldValue> addresses = new ArrayList<>(List.of(new FieldValue("ADDR", low, false)));
        if (!isLegacy) {
            addresses.add(new FieldValue("HDRADDR", high, false));
        }
        return new DecodedDescriptor(isLegacy ? "legacy" : "advanced", addresses);
    }

    private static Field bit(String name, int bit) {
        return new Field(name, bit, bit);
    }
}
