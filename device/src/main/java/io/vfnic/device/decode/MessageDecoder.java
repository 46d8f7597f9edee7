package io.vfnic.device.decode;

import static io.vfnic.device.igb.MailboxMessage.ACK;
import static io.vfnic.device.igb.MailboxMessage.CLEAR_TO_SEND;
import static io.vfnic.device.igb.MailboxMessage.MAC_FILTER_ADD;
import static io.vfnic.device.igb.MailboxMessage.MAC_FILTER_CLEAR;
import static io.vfnic.device.igb.MailboxMessage.NACK;
import static io.vfnic.device.igb.MailboxMessage.PF_CONTROL;
import static io.vfnic.device.igb.MailboxMessage.PROMISC_MULTICAST;
import static io.vfnic.device.igb.MailboxMessage.PROMISC_UNICAST;
import static io.vfnic.device.igb.MailboxMessage.SET_LPE;
import static io.vfnic.device.igb.MailboxMessage.SET_MAC;
import static io.vfnic.device.igb.MailboxMessage.SET_MULTICAST;
import static io.vfnic.device.igb.MailboxMessage.SET_PROMISC;
import static io.vfnic.device.igb.MailboxMessage.SET_VLAN;
import static io.vfnic.device.igb.MailboxMessage.TYPE;
import static io.vfnic.device.igb.MailboxMessage.VF_RESET;

import io.vfnic.device.igb.MailboxMessage;
import io.vfnic.device.pf.MacAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Names the messages that a VF's driver and the PF's exchange (Linux igb and igbvf). */
public final class MessageDecoder {
    private static final int HASH_DIGITS = 16;

    /**
     * A message in words.
     *
     * @param name   as drivers name it; {@code NACK} for a bare one, {@code UNKNOWN} for one that is not known.
     * @param flags  of {@code ACK}, {@code NACK} and {@code CTS} those that are set.
     * @param detail what it asks for or tells; may be empty.
     * @param words  the dwords that belong to it.
     */
    public record DecodedMessage(String name, List<String> flags, String detail, List<Integer> words) {
    }

    private MessageDecoder() {
    }

    /**
     * A message.
     *
     * @param fromPf whether the PF has written it.
     * @param words  of the mailbox, 1 at least.
     */
    public static DecodedMessage decode(boolean fromPf, int... words) {
        int first = words[0];
        int type = first & TYPE;
        List<String> flags = new ArrayList<>();
        addIf(flags, "ACK", first & ACK);
        addIf(flags, "NACK", first & NACK);
        addIf(flags, "CTS", first & CLEAR_TO_SEND);
        String name = nameOf(type, first);
        int length = Math.min(words.length, fromPf ? lengthOfAnswer(type, first) : lengthOf(type, words));
        return new DecodedMessage(name, flags, fromPf ? detailOfAnswer(type, words) : detailOf(type, words),
            Arrays.stream(words, 0, length).boxed().toList());
    }

    private static void addIf(List<String> flags, String name, int set) {
        if (set != 0) {
            flags.add(name);
        }
    }

    private static String nameOf(int type, int first) {
        return switch (type) {
            case 0 -> (first & NACK) != 0 ? "NACK" : "UNKNOWN";
            case VF_RESET -> "VF_RESET";
            case SET_MAC -> "VF_SET_MAC_ADDR";
            case SET_MULTICAST -> "VF_SET_MULTICAST";
            case SET_VLAN -> "VF_SET_VLAN";
            case SET_LPE -> "VF_SET_LPE";
            case SET_PROMISC -> "VF_SET_PROMISC";
            case PF_CONTROL -> "PF_CONTROL_MSG";
            default -> "UNKNOWN";
        };
    }

    private static int lengthOf(int type, int[] words) {
        return switch (type) {
            case VF_RESET, SET_PROMISC, PF_CONTROL -> 1;
            case SET_MAC -> 3;
            case SET_MULTICAST -> 1 + (MailboxMessage.info(words[0]) + 1) / 2;
            case SET_VLAN, SET_LPE -> 2;
            default -> {
                int used = words.length;
                while (used > 1 && words[used - 1] == 0) {
                    used--;
                }
                yield used;
            }
        };
    }

    private static int lengthOfAnswer(int type, int first) {
        return type == VF_RESET && (first & ACK) != 0 ? 3 : 1;
    }

    private static String detailOf(int type, int[] words) {
        int info = MailboxMessage.info(words[0]);
        return switch (type) {
            case SET_MAC -> switch (info) {
                case MAC_FILTER_CLEAR -> "drop additional addresses";
                case MAC_FILTER_ADD -> "add " + address(words);
                default -> address(words);
            };
            case SET_MULTICAST -> hashes(info, words);
            case SET_VLAN -> (info != 0 ? "join " : "leave ") + (words[1] & 0xFFF);
            case SET_LPE -> words[1] + " bytes";
            case SET_PROMISC -> String.join(" and ", promiscuity(info));
            default -> "";
        };
    }

    private static String detailOfAnswer(int type, int[] words) {
        if (type == VF_RESET && (words[0] & ACK) != 0) {
            return address(words);
        }
        if (type == PF_CONTROL) {
            return (words[0] & CLEAR_TO_SEND) != 0 ? "look at the link" : "reset yourself";
        }
        return words[0] == NACK ? "reset yourself" : "";
    }

    private static String address(int[] words) {
        return MacAddress.ofRegisters(words[1], words[2]).toString();
    }

    private static String hashes(int count, int[] words) {
        StringBuilder text = new StringBuilder().append(count).append(count == 1 ? " hash" : " hashes");
        for (int i = 0; i < count && 1 + i / 2 < words.length; i++) {
            text.append(i == 0 ? ": " : " ")
                .append("0x%03x".formatted(words[1 + i / 2] >>> HASH_DIGITS * (i & 1) & 0xFFFF));
        }
        return text.toString();
    }

    private static List<String> promiscuity(int info) {
        List<String> kinds = new ArrayList<>();
        addIf(kinds, "unicast", info & PROMISC_UNICAST);
        addIf(kinds, "multicast", info & PROMISC_MULTICAST);
        return kinds.isEmpty() ? List.of("none") : kinds;
    }
}
