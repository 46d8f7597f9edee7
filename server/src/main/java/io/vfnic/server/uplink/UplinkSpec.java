package io.vfnic.server.uplink;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Which uplink a user wants: {@code none}, or a kind and what it needs, as in {@code tap:NAME}. */
public final class UplinkSpec {
    /** No uplink. */
    public static final UplinkSpec NONE = new UplinkSpec("none", null, null);

    private static final Map<String, UplinkKind> KINDS = kinds();

    private final String text;
    private final UplinkKind kind;
    private final String argument;

    private UplinkSpec(String text, UplinkKind kind, String argument) {
        this.text = text;
        this.kind = kind;
        this.argument = argument;
    }

    /** The kinds by name, in the order in which users are told of them. */
    private static Map<String, UplinkKind> kinds() {
        Map<String, UplinkKind> kinds = new LinkedHashMap<>();
        kinds.put("tap", new TapKind());
        kinds.put("packet", new PacketKind());
        kinds.put("stream", new StreamKind());
        kinds.put("dgram", new DatagramKind());
        return kinds;
    }

    /** @throws IllegalArgumentException with a message for users. */
    public static UplinkSpec parse(String text) {
        if (text.equals(NONE.text)) {
            return NONE;
        }
        int colon = text.indexOf(':');
        UplinkKind kind = KINDS.get(colon < 0 ? text : text.substring(0, colon));
        if (kind == null) {
            throw new IllegalArgumentException("'" + text + "' is no uplink; choose " + forms());
        }
        String argument = colon < 0 ? "" : text.substring(colon + 1);
        try {
            kind.check(argument);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("uplink '" + text + "': " + e.getMessage(), e);
        }
        return new UplinkSpec(text, kind, argument);
    }

    /** The forms that {@link #parse} knows. */
    private static String forms() {
        return KINDS.values().stream().map(UplinkKind::form).collect(Collectors.joining(", ", "none, ", ""));
    }

    /**
     * Opens it.
     *
     * @return null where there is to be none.
     * @throws IOException with a message for users.
     */
    public HostUplink open() throws IOException {
        return kind == null ? null : kind.open(argument);
    }

    /** As the user has it. */
    @Override
    public String toString() {
        return text;
    }
}
