package io.vfnic.server.control;

import io.vfnic.device.admin.AgentSnapshot;
import io.vfnic.device.admin.CardSnapshot;
import io.vfnic.device.admin.FunctionSnapshot;
import io.vfnic.device.admin.QueueSnapshot;
import io.vfnic.device.admin.UplinkSnapshot;
import io.vfnic.device.pf.LinkPolicy;
import io.vfnic.device.pf.MacAddress;
import io.vfnic.protocol.control.v1.Agent;
import io.vfnic.protocol.control.v1.Card;
import io.vfnic.protocol.control.v1.FdbEntry;
import io.vfnic.protocol.control.v1.Function;
import io.vfnic.protocol.control.v1.FunctionKind;
import io.vfnic.protocol.control.v1.FunctionState;
import io.vfnic.protocol.control.v1.Link;
import io.vfnic.protocol.control.v1.Queue;
import io.vfnic.protocol.control.v1.QueueKind;
import io.vfnic.protocol.control.v1.Uplink;
import io.vfnic.protocol.control.v1.VfLinkState;
import io.vfnic.protocol.control.v1.VfSettings;
import java.util.List;

/** Puts what the card tells into the control plane's messages. */
final class CardMessages {
    private final String version;

    CardMessages(String version) {
        this.version = version;
    }

    /** @param functions those that are shown. */
    Card card(CardSnapshot card, List<FunctionSnapshot> functions) {
        Card.Builder message = Card.newBuilder()
            .setPfDriver(card.guestPf() ? "guest" : "card")
            .setVfs(card.vfs())
            .setEnabledVfs(card.enabledVfs())
            .setLink(Link.newBuilder().setUp(card.linkUp()).setAllowed(card.linkAllowed()))
            .addAllFunctions(functions.stream().map(CardMessages::function).toList())
            .addAllAgents(card.agents().stream().map(CardMessages::agent).toList())
            .setVersion(version);
        card.uplink().ifPresent(uplink -> message.setUplink(uplink(uplink)));
        return message.build();
    }

    private static Uplink uplink(UplinkSnapshot uplink) {
        Uplink.Builder message = Uplink.newBuilder().setName(uplink.name()).setLinkUp(uplink.linkUp());
        if (!uplink.linkUp()) {
            message.setReason(uplink.whyDown());
        }
        return message.build();
    }

    static FdbEntry entry(io.vfnic.device.admin.FdbEntry entry) {
        return FdbEntry.newBuilder().setFunction(entry.function()).setPool(entry.pool())
            .setMac(entry.mac().map(MacAddress::toString).orElse("")).setVlan(entry.vlan()).build();
    }

    private static Function function(FunctionSnapshot function) {
        Function.Builder message = Function.newBuilder()
            .setName(function.name())
            .setKind(switch (function.kind()) {
                case PF -> FunctionKind.FUNCTION_KIND_PF;
                case VF -> FunctionKind.FUNCTION_KIND_VF;
                case VF_HOST -> FunctionKind.FUNCTION_KIND_VF_HOST;
            })
            .setState(switch (function.state()) {
                case DISABLED -> FunctionState.FUNCTION_STATE_DISABLED;
                case UNUSED -> FunctionState.FUNCTION_STATE_UNUSED;
                case CONNECTED -> FunctionState.FUNCTION_STATE_CONNECTED;
                case RUNNING -> FunctionState.FUNCTION_STATE_RUNNING;
            })
            .setLinkUp(function.linkUp())
            .setMac(function.mac().map(MacAddress::toString).orElse(""))
            .addAllOtherMacs(function.otherMacs().stream().map(MacAddress::toString).toList())
            .addAllVlans(function.vlans())
            .addAllQueues(function.queues().stream().map(CardMessages::queue).toList());
        function.vf().ifPresent(message::setVf);
        function.client().ifPresent(pid -> message.setClient(ClientProcess.describe(pid)));
        if (function.kind() == io.vfnic.device.admin.FunctionKind.VF) {
            message.setPolicy(settings(function.policy())).setSetByOperator(settings(function.byOperator()));
        }
        return message.build();
    }

    private static VfSettings settings(io.vfnic.device.admin.VfSettings settings) {
        VfSettings.Builder message = VfSettings.newBuilder();
        if (settings.mac() != null) {
            message.setMac(settings.mac().toString());
        }
        if (settings.vlan() != null) {
            message.setVlan(settings.vlan());
        }
        if (settings.qos() != null) {
            message.setQos(settings.qos());
        }
        if (settings.spoofCheck() != null) {
            message.setSpoofchk(settings.spoofCheck());
        }
        if (settings.trust() != null) {
            message.setTrust(settings.trust());
        }
        if (settings.link() != null) {
            message.setState(state(settings.link()));
        }
        if (settings.maxTxRate() != null) {
            message.setMaxTxRate(settings.maxTxRate());
        }
        if (settings.minTxRate() != null) {
            message.setMinTxRate(settings.minTxRate());
        }
        return message.build();
    }

    private static VfLinkState state(LinkPolicy link) {
        return switch (link) {
            case AUTO -> VfLinkState.VF_LINK_STATE_AUTO;
            case ENABLE -> VfLinkState.VF_LINK_STATE_ENABLE;
            case DISABLE -> VfLinkState.VF_LINK_STATE_DISABLE;
        };
    }

    private static Queue queue(QueueSnapshot queue) {
        return Queue.newBuilder().setKind(queue.transmit() ? QueueKind.QUEUE_KIND_TX : QueueKind.QUEUE_KIND_RX)
            .setIndex(queue.index()).setDeviceQueue(queue.deviceQueue()).setEnabled(queue.enabled())
            .setBase(queue.base()).setLength(queue.length()).setHead(queue.head()).setTail(queue.tail()).build();
    }

    private static Agent agent(AgentSnapshot agent) {
        return Agent.newBuilder().setName(agent.name()).addAllFunctions(agent.functions()).build();
    }
}
