package io.vfnic.device.admin;

/** Kinds of functions. */
public enum FunctionKind {
    /** The PF, where a guest drives it. */
    PF,
    /** A VF. */
    VF,
    /** What the guest with the PF sees of a VF. */
    VF_HOST
}
