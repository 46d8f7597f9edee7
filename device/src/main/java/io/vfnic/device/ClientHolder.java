package io.vfnic.device;

/** A function, as far as it knows who has it. Any thread. */
interface ClientHolder {
    /** Nobody has the function. */
    int NO_CLIENT = -1;

    /** Name of the function as users know it. */
    String name();

    /** The client's process, 0 where it is in another PID namespace, or {@link #NO_CLIENT}. */
    int clientProcess();
}
