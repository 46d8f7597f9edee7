package io.vfnic.device.pf;

/** What a VF is shown of the link, as {@code ip link set … vf … state} names it. */
public enum LinkPolicy {
    /** The card's link. */
    AUTO,
    /** Always up. */
    ENABLE,
    /** Always down; the VF neither sends nor receives. */
    DISABLE;

    /** Whether the VF is shown a link, whatever the port's is; null where it is the port's. */
    public Boolean shown() {
        return switch (this) {
            case AUTO -> null;
            case ENABLE -> Boolean.TRUE;
            case DISABLE -> Boolean.FALSE;
        };
    }
}
