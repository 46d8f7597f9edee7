package io.vfnic.protocol;

/** The commands of vfio-user with their numbers (specification, section "Commands"). */
public enum Command {
    /** Version and capabilities; the first message of a connection. */
    VERSION(1),
    /** A range of guest memory becomes reachable. */
    DMA_MAP(2),
    /** A range of guest memory is withdrawn. */
    DMA_UNMAP(3),
    /** Device flags, number of regions and of interrupt types. */
    DEVICE_GET_INFO(4),
    /** Size, flags and capabilities of a region. */
    DEVICE_GET_REGION_INFO(5),
    /** Ioeventfds and ioregionfds of a region. */
    DEVICE_GET_REGION_IO_FDS(6),
    /** Number and kind of the vectors of an interrupt type. */
    DEVICE_GET_IRQ_INFO(7),
    /** Sets, triggers, masks or unmasks vectors. */
    DEVICE_SET_IRQS(8),
    /** Reads from a region. */
    REGION_READ(9),
    /** Writes to a region. */
    REGION_WRITE(10),
    /** Reads guest memory; sent by the server. */
    DMA_READ(11),
    /** Writes guest memory; sent by the server. */
    DMA_WRITE(12),
    /** Resets the device. */
    DEVICE_RESET(13),
    /** Several small writes to regions in one message. 14 was DIRTY_PAGES and is retired. */
    REGION_WRITE_MULTI(15),
    /** Gets, sets or probes a device feature. */
    DEVICE_FEATURE(16),
    /** Reads migration data. */
    MIG_DATA_READ(17),
    /** Writes migration data. */
    MIG_DATA_WRITE(18);

    private static final Command[] BY_NUMBER = new Command[MIG_DATA_WRITE.number + 1];

    static {
        for (Command command : values()) {
            BY_NUMBER[command.number] = command;
        }
    }

    private final int number;

    Command(int number) {
        this.number = number;
    }

    /** The number on the wire. */
    public int number() {
        return number;
    }

    /** Whether the server sends this command to the client rather than the other way round. */
    public boolean isSentByServer() {
        return this == DMA_READ || this == DMA_WRITE;
    }

    /** The command with this number, or null if there is none. Does not allocate. */
    public static Command of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }
}
