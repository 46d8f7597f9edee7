package io.vfnic.server.control;

import io.vfnic.device.admin.CardAdmin;
import io.vfnic.device.admin.RefusedException;
import io.vfnic.device.admin.RefusedException.Reason;
import io.vfnic.device.admin.VfSetting;
import io.vfnic.device.pf.LinkPolicy;
import io.vfnic.device.pf.MacAddress;
import io.vfnic.protocol.control.v1.Done;
import io.vfnic.protocol.control.v1.Request;
import io.vfnic.protocol.control.v1.Request.RequestCase;
import io.vfnic.protocol.control.v1.Response;
import io.vfnic.protocol.control.v1.SetVfRequest;
import io.vfnic.protocol.control.v1.VfLinkState;
import io.vfnic.protocol.control.v1.VfSettings;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** The requests that change the card. */
public final class ChangeRequests {
    private final CardAdmin card;

    public ChangeRequests(CardAdmin card) {
        this.card = card;
    }

    /** What a request does; the card may refuse it. */
    @FunctionalInterface
    private interface Change {
        void make(Request request) throws RefusedException;
    }

    /** The handlers, by the kind of request. */
    public Map<RequestCase, RequestHandler> handlers() {
        Map<RequestCase, RequestHandler> handlers = new EnumMap<>(RequestCase.class);
        handlers.put(RequestCase.SET_VF, handler(request -> setVf(request.getSetVf())));
        handlers.put(RequestCase.SET_VFS, handler(request -> card.enableVfs(request.getSetVfs().getCount())));
        handlers.put(RequestCase.SET_LINK, handler(request -> card.allowLink(request.getSetLink().getUp())));
        handlers.put(RequestCase.RESET, handler(request -> card.reset(request.getReset().getFunction())));
        return handlers;
    }

    private static RequestHandler handler(Change change) {
        return (request, responder) -> {
            try {
                change.make(request);
                responder.answer(Response.newBuilder().setDone(Done.getDefaultInstance()));
            } catch (RefusedException refused) {
                responder.refuse(Errors.of(refused));
            }
        };
    }

    private void setVf(SetVfRequest request) throws RefusedException {
        String function = "vf" + Integer.toUnsignedString(request.getVf());
        Set<VfSetting> giveBack = EnumSet.noneOf(VfSetting.class);
        for (io.vfnic.protocol.control.v1.VfSetting setting : request.getGiveBackList()) {
            giveBack.add(setting(setting, function));
        }
        card.setVf(request.getVf(), settings(request.getSet(), function), giveBack);
    }

    private static io.vfnic.device.admin.VfSettings settings(VfSettings message, String function)
        throws RefusedException {
        return new io.vfnic.device.admin.VfSettings(
            message.hasMac() ? mac(message.getMac(), function) : null,
            message.hasVlan() ? number(message.getVlan()) : null,
            message.hasQos() ? number(message.getQos()) : null,
            message.hasSpoofchk() ? message.getSpoofchk() : null,
            message.hasTrust() ? message.getTrust() : null,
            message.hasState() ? link(message.getState(), function) : null,
            message.hasMaxTxRate() ? number(message.getMaxTxRate()) : null,
            message.hasMinTxRate() ? number(message.getMinTxRate()) : null);
    }

    /** The schema's numbers have no sign: what Java takes for a negative one is a very large one. */
    private static Integer number(int unsigned) {
        return unsigned < 0 ? Integer.MAX_VALUE : unsigned;
    }

    private static MacAddress mac(String text, String function) throws RefusedException {
        try {
            return MacAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(Reason.INVALID, function, e.getMessage(), "");
        }
    }

    private static LinkPolicy link(VfLinkState state, String function) throws RefusedException {
        return switch (state) {
            case VF_LINK_STATE_AUTO -> LinkPolicy.AUTO;
            case VF_LINK_STATE_ENABLE -> LinkPolicy.ENABLE;
            case VF_LINK_STATE_DISABLE -> LinkPolicy.DISABLE;
            case VF_LINK_STATE_UNSPECIFIED, UNRECOGNIZED -> throw new RefusedException(
                Reason.INVALID, function, "there is no such state of a VF's link", "auto, enable or disable");
        };
    }

    private static VfSetting setting(io.vfnic.protocol.control.v1.VfSetting setting, String function)
        throws RefusedException {
        return switch (setting) {
            case VF_SETTING_MAC -> VfSetting.MAC;
            case VF_SETTING_VLAN -> VfSetting.VLAN;
            case VF_SETTING_QOS -> VfSetting.QOS;
            case VF_SETTING_SPOOFCHK -> VfSetting.SPOOF_CHECK;
            case VF_SETTING_TRUST -> VfSetting.TRUST;
            case VF_SETTING_STATE -> VfSetting.LINK;
            case VF_SETTING_MAX_TX_RATE -> VfSetting.MAX_TX_RATE;
            case VF_SETTING_MIN_TX_RATE -> VfSetting.MIN_TX_RATE;
            case VF_SETTING_UNSPECIFIED, UNRECOGNIZED ->
                throw new RefusedException(Reason.INVALID, function, "there is no such setting to give back", "");
        };
    }
}
