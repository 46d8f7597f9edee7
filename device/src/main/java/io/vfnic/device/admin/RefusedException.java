package io.vfnic.device.admin;

/** An operation that the card did not do; nothing has changed. */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    /** What kind of mistake it was. */
    public enum Reason {
        /** A value makes no sense or is out of its range. */
        INVALID,
        /** There is no such function. */
        NOT_FOUND,
        /** It makes sense, but not in the state that the card is in, or not with this card. */
        REFUSED
    }

    private final Reason reason;
    private final String function;
    private final String remedy;

    /**
     * @param function name of the function that it is about; empty where it is about none.
     * @param message  what is wrong, for people.
     * @param remedy   the way out, for people; empty where there is none.
     */
    public RefusedException(Reason reason, String function, String message, String remedy) {
        super(message);
        this.reason = reason;
        this.function = function;
        this.remedy = remedy;
    }

    /** Of the PF, where the card drives it itself: there is nothing for an operator to look at or to change. */
    public static RefusedException headlessPf() {
        return new RefusedException(Reason.NOT_FOUND, "pf",
            "this card drives its PF itself (headless) and has none for a guest",
            "start it with \"vfnic serve --pf guest\" for one that a guest drives");
    }

    /** Of the uplink, where the card has none. */
    public static RefusedException noUplink() {
        return new RefusedException(Reason.NOT_FOUND, "uplink", "this card has none",
            "start it with \"vfnic serve --uplink\"");
    }

    public Reason reason() {
        return reason;
    }

    /** Name of the function that it is about; empty where it is about none. */
    public String function() {
        return function;
    }

    /** The way out; empty where there is none. */
    public String remedy() {
        return remedy;
    }
}
