package io.vfnic.server.cli;

import io.vfnic.protocol.control.v1.Card;
import io.vfnic.protocol.control.v1.Client;
import io.vfnic.protocol.control.v1.Function;
import io.vfnic.protocol.control.v1.FunctionKind;
import io.vfnic.protocol.control.v1.Queue;
import io.vfnic.protocol.control.v1.QueueKind;
import io.vfnic.protocol.control.v1.Uplink;
import io.vfnic.protocol.control.v1.VfSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A card in words, as {@code vfnic show} prints it. */
final class CardText {
    private final Card card;

    CardText(Card card) {
        this.card = card;
    }

    /** @param oneFunction whether one function was asked for, which is shown with its rings and without the card. */
    String text(boolean oneFunction) {
        List<String> lines = new ArrayList<>();
        if (!oneFunction) {
            lines.add("card: link " + (card.getLink().getUp() ? "up" : "down") +
                (card.getLink().getAllowed() ? "" : " (set down)") + ", " + card.getEnabledVfs() + " of " +
                card.getVfs() +
                " VFs enabled, PF driven by " + (card.getPfDriver().equals("guest") ? "a guest" : "the card"));
            if (card.hasUplink()) {
                lines.add(uplink(card.getUplink()));
            }
        }
        card.getFunctionsList().forEach(function -> function(function, oneFunction, lines));
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    private static String uplink(Uplink uplink) {
        return "uplink " + uplink.getName() + ": link " + (uplink.getLinkUp() ? "up" : "down") +
            (uplink.hasReason() ? " (" + uplink.getReason() + ")" : "");
    }

    private static void function(Function function, boolean rings, List<String> lines) {
        lines.add(function.getName() + ": " + MessageJson.word(function.getState().getValueDescriptor()) +
            (function.getKind() == FunctionKind.FUNCTION_KIND_VF_HOST ? ""
                : ", link " + (function.getLinkUp() ? "up" : "down")) +
            (function.hasClient() ? ", client " + client(function.getClient()) : ""));
        if (!function.getMac().isEmpty()) {
            lines.add("    link/ether " + function.getMac() + function.getOtherMacsList().stream()
                .map(mac -> " " + mac).collect(Collectors.joining()));
        }
        if (function.hasPolicy()) {
            lines.add("    " + policy(function.getPolicy(), function.getSetByOperator()));
        }
        if (!function.getVlansList().isEmpty()) {
            lines.add("    vlans " + function.getVlansList().stream().map(String::valueOf)
                .collect(Collectors.joining(" ")));
        }
        if (rings) {
            function.getQueuesList().forEach(queue -> lines.add("    " + ring(queue)));
        } else if (function.getQueuesCount() > 0) {
            lines.add("    queues " + enabled(function, QueueKind.QUEUE_KIND_RX) + " rx, " +
                enabled(function, QueueKind.QUEUE_KIND_TX) + " tx");
        }
    }

    static String client(Client client) {
        if (client.getPid() == 0) {
            return "in another PID namespace";
        }
        return client.getPid() + " (" + (client.getProcess().isEmpty() ? "gone" : client.getProcess()) + ")" +
            (client.getGuest().isEmpty() ? "" : " guest " + client.getGuest());
    }

    /** What holds; a star marks what the operator has set. */
    private static String policy(VfSettings policy, VfSettings set) {
        List<String> words = new ArrayList<>();
        words.add("vlan " + policy.getVlan() + star(set.hasVlan()));
        words.add("qos " + policy.getQos() + star(set.hasQos()));
        words.add("spoofchk " + onOff(policy.getSpoofchk()) + star(set.hasSpoofchk()));
        if (policy.hasTrust()) {
            words.add("trust " + onOff(policy.getTrust()) + star(set.hasTrust()));
        }
        if (policy.hasState()) {
            words.add("state " + MessageJson.word(policy.getState().getValueDescriptor()) + star(set.hasState()));
        }
        words.add("max-tx-rate " + policy.getMaxTxRate() + star(set.hasMaxTxRate()));
        if (set.hasMac()) {
            words.add("mac " + set.getMac() + star(true));
        }
        return String.join(", ", words);
    }

    private static String star(boolean set) {
        return set ? "*" : "";
    }

    private static String onOff(boolean on) {
        return on ? "on" : "off";
    }

    private static String enabled(Function function, QueueKind kind) {
        List<Queue> queues = function.getQueuesList().stream().filter(queue -> queue.getKind() == kind).toList();
        return queues.stream().filter(Queue::getEnabled).count() + " of " + queues.size();
    }

    private static String ring(Queue queue) {
        return "%s %d: %s, ring of %d at 0x%x, head %d, tail %d".formatted(
            queue.getKind() == QueueKind.QUEUE_KIND_RX ? "rx" : "tx", queue.getIndex(),
            queue.getEnabled() ? "enabled" : "off", queue.getLength(), queue.getBase(), queue.getHead(),
            queue.getTail());
    }
}
