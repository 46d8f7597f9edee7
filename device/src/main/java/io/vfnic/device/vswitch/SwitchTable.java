package io.vfnic.device.vswitch;

import io.vfnic.device.filter.QueueFilters;

/**
 * The embedded switch's decisions for one state of the filter registers. Immutable: an agent holds one for a duty
 * cycle, a change of registers makes a new one.
 * <p>
 * MAC addresses are 48-bit numbers, first byte on the wire highest. Sets of destinations are bit masks: bit n is pool
 * n, {@link #UPLINK} the wire. Source of the order of steps: VMDq pool selection with replication, 82576 facts as the
 * drivers rely on them (Linux igb, FreeBSD igb) and Intel's description of the sibling X550 (7.8.3.3).
 */
public final class SwitchTable {
    /** The destination that is not a pool. */
    public static final int UPLINK = 1 << 8;
    /** VLAN of a frame without a tag. */
    public static final int UNTAGGED = -1;
    /** The broadcast address. */
    public static final long BROADCAST = 0xFFFF_FFFF_FFFFL;
    /** The bit of a MAC address that tells a group's (multicast or broadcast) from a station's. */
    public static final long GROUP_BIT = 1L << 40;

    private static final int POOLS = 8;
    private static final int ALL_POOLS = (1 << POOLS) - 1;
    private static final int SLOTS = 64;
    /** Without VMDq the port is one receiver, which pool 0 stands for. */
    private static final int WHOLE_PORT = 1;
    private static final int MAX_LENGTH = 0x3FFF;

    private static final int CTRL_VME = 1 << 30;
    private static final int RCTL_EN = 1 << 1;
    private static final int RCTL_UPE = 1 << 3;
    private static final int RCTL_MPE = 1 << 4;
    private static final int RCTL_LPE = 1 << 5;
    private static final int RCTL_BAM = 1 << 15;
    private static final int RCTL_BSIZE_SHIFT = 16;
    private static final int LARGEST_BUFFER = 2048;
    private static final int TCTL_EN = 1 << 1;
    private static final int RCTL_VFE = 1 << 18;
    private static final int RAH_AV = 1 << 31;
    private static final int VLVF_ENABLE = 1 << 31;
    private static final int DTXCTL_SPOOF_INT = 1 << 6;
    private static final int DTXSWC_LOOPBACK = 1 << 31;
    private static final int VT_CTL_DISABLE_DEFAULT_POOL = 1 << 29;
    private static final int VT_CTL_REPLICATION = 1 << 30;
    private static final int VMOLR_LPE = 1 << 16;
    private static final int MRQC_MODE = 7;
    private static final int MRQC_RSS = 2;
    private static final int MRQC_VMDQ = 3;
    private static final int MRQC_VMDQ_RSS = 5;
    private static final int MRQC_DEFAULT_QUEUE_SHIFT = 3;
    private static final int VMOLR_RSSE = 1 << 17;
    private static final int VMOLR_AUPE = 1 << 24;
    private static final int VMOLR_ROMPE = 1 << 25;
    private static final int VMOLR_ROPE = 1 << 26;
    private static final int VMOLR_BAM = 1 << 27;
    private static final int VMOLR_MPME = 1 << 28;
    private static final int VMOLR_STRIP = 1 << 30;
    private static final int VMVIR_INSERT = 1 << 30;
    private static final int VMVIR_NEVER = 1 << 31;
    private static final int CRC_LENGTH = 4;

    private final long[] addresses = new long[SLOTS];
    private final byte[] addressPools = new byte[SLOTS];
    private final byte[] vlanPools = new byte[4096];
    private final SwitchRegisters registers;
    private final boolean vmdq;
    private final boolean filterVlans;
    private final boolean loopback;
    private final boolean replicate;
    private final int defaultPool;
    private final int senders;
    private final int receivers;
    private final int acceptBroadcast;
    private final int acceptUntagged;
    private final int acceptMulticastTable;
    private final int acceptUnicastTable;
    private final int acceptAllMulticast;
    private final int stripVlan;
    private final int hashing;
    private final int[] maxFrame = new int[POOLS];
    private final QueueFilters filters;

    /** @param registers must not change afterwards. */
    public SwitchTable(SwitchRegisters registers) {
        this.registers = registers;
        filters = new QueueFilters(registers.filters());
        final int mode = registers.mrqc() & MRQC_MODE;
        vmdq = mode == MRQC_VMDQ || mode == MRQC_VMDQ_RSS;
        filterVlans = (registers.rctl() & RCTL_VFE) != 0;
        loopback = vmdq && (registers.dtxswc() & DTXSWC_LOOPBACK) != 0 && (registers.rctl() & RCTL_EN) != 0;
        replicate = (registers.vtCtl() & VT_CTL_REPLICATION) != 0;
        defaultPool = (registers.vtCtl() & VT_CTL_DISABLE_DEFAULT_POOL) != 0 ? 0
            : 1 << ((registers.vtCtl() >>> 7) & 7);
        senders = sendingPools();
        receivers = registers.vfre() & ALL_POOLS;
        acceptBroadcast = poolsWith(VMOLR_BAM);
        acceptUntagged = poolsWith(VMOLR_AUPE);
        acceptMulticastTable = poolsWith(VMOLR_ROMPE);
        acceptUnicastTable = poolsWith(VMOLR_ROPE);
        acceptAllMulticast = poolsWith(VMOLR_MPME);
        stripVlan = vmdq ? poolsWith(VMOLR_STRIP) : (registers.ctrl() & CTRL_VME) != 0 ? WHOLE_PORT : 0;
        hashing = mode == MRQC_VMDQ_RSS ? poolsWith(VMOLR_RSSE) : mode == MRQC_RSS ? WHOLE_PORT : 0;
        for (int pool = 0; pool < POOLS; pool++) {
            final int vmolr = registers.vmolr()[pool];
            maxFrame[pool] = (vmolr & VMOLR_LPE) != 0 ? vmolr & MAX_LENGTH : 0;
        }
        if (!vmdq) {
            maxFrame[0] = (registers.rctl() & RCTL_LPE) != 0 ? registers.rlpml() & MAX_LENGTH : 0;
        }
        for (int i = 0; i < registers.rah().length; i++) {
            if ((registers.rah()[i] & RAH_AV) != 0) {
                addAddress(addressOf(registers.ral()[i], registers.rah()[i]),
                    vmdq ? (registers.rah()[i] >>> 18) & ALL_POOLS : WHOLE_PORT);
            }
        }
        for (int vlvf : registers.vlvf()) {
            if ((vlvf & VLVF_ENABLE) != 0) {
                vlanPools[vlvf & 0xFFF] |= (byte)(vlvf >>> 12);
            }
        }
    }

    /** The MAC address that a RAL, RAH pair holds. */
    public static long addressOf(int ral, int rah) {
        return (Integer.toUnsignedLong(Integer.reverseBytes(ral)) << 16)
            | ((Short.reverseBytes((short)rah)) & 0xFFFFL);
    }

    /**
     * Whether a pool may send: the port sends (TCTL), with VMDq the pool is enabled (VFTE), and its driver is shown a
     * link. That is the port's, but a VF may be shown one while the port is down, and then reaches other pools.
     */
    public boolean maySend(int pool) {
        return (senders & 1 << pool) != 0;
    }

    /** Whether the port's link is up, without which nothing goes to the wire or comes from it. */
    public boolean isLinkUp() {
        return registers.linkUp();
    }

    /** The pool of a device queue, 0 to 15; without VMDq the whole port is pool 0. */
    public int poolOfQueue(int queue) {
        return vmdq ? queue & (POOLS - 1) : 0;
    }

    /** Whether a pool is a VF's, the one with its number, rather than the PF's. */
    public boolean isVf(int pool) {
        return pool < registers.vfs() && vmdq;
    }

    /** Whether what goes to the uplink comes back from it. */
    public boolean loopsWire() {
        return registers.wireLoopback();
    }

    /** VET: the EtherType of a VLAN tag. */
    public int vlanEtherType() {
        return registers.vet() & 0xFFFF;
    }

    /** RCTL.BSIZE: bytes of a receive buffer of a queue whose SRRCTL does not say. */
    public int receiveBufferLength() {
        return LARGEST_BUFFER >>> (registers.rctl() >>> RCTL_BSIZE_SHIFT & 3);
    }

    /** RXCSUM: which checksums of received frames are validated. */
    public int receiveChecksums() {
        return registers.rxcsum();
    }

    /** MRQC: the receive mode and which header fields RSS hashes. */
    public int receiveMode() {
        return registers.mrqc();
    }

    /** RSSRK: the RSS key, 10 dwords; must not be changed. */
    public int[] hashKey() {
        return registers.rssrk();
    }

    /** RFCTL: what is not done to received frames. */
    public int receiveFilterControl() {
        return registers.filters().rfctl();
    }

    /** The queue filters. */
    public QueueFilters queueFilters() {
        return filters;
    }

    /** Whether any frames are spread over queues by RSS. */
    public boolean hashes() {
        return hashing != 0;
    }

    /**
     * Which device queue, 0 to 15, gets a frame for a pool. With VMDq that is the pool's first queue, or, where MRQC
     * has VMDq with RSS, VMOLR.RSSE is set for the pool and bit 3 of the frame's RETA entry says so, its second one.
     * Without VMDq it is the queue that the RETA entry names, or MRQC's default queue for a frame that RSS does not
     * hash.
     *
     * @param type of the RSS hash, 0 for a frame that has none.
     */
    public int queueOf(int pool, int type, int hash) {
        if ((hashing & (1 << pool)) == 0 || type == 0) {
            return vmdq ? pool : registers.mrqc() >>> MRQC_DEFAULT_QUEUE_SHIFT & 0xF;
        }
        final int index = hash & 0x7F;
        final int entry = registers.reta()[index >>> 2] >>> ((index & 3) * 8);
        return vmdq ? pool | entry & POOLS : entry & 0xF;
    }

    /**
     * Whether frames that find no descriptor of a device receive queue are dropped, whatever its driver wants (QDE).
     */
    public boolean dropsAtOnce(int queue) {
        return (registers.qde() & (1 << queue)) != 0;
    }

    /** How many functions share the receive packet buffer: the VFs and the PF. */
    public int sharers() {
        return vmdq ? registers.vfs() + 1 : 1;
    }

    /** RTTBCNRC of a device transmit queue: its rate limit. */
    public int rateControl(int queue) {
        return registers.rttbcnrc()[queue];
    }

    /** RTTBCNRM: what an idle queue may catch up. */
    public int rateWindow() {
        return registers.rttbcnrm();
    }

    /**
     * The device transmit queue whose rate limit holds for a queue: its own, or, for a VF's second queue that has none,
     * the first one's, so that a VF cannot choose its way out of it.
     */
    public int limitingQueue(int queue) {
        return registers.rttbcnrc()[queue] >= 0 && isVf(poolOfQueue(queue)) ? poolOfQueue(queue) : queue;
    }

    /** PSRTYPE of a pool: which headers end a header split. */
    public int splitTypes(int pool) {
        return registers.psrtype()[pool];
    }

    /** Whether a pool's frames all get the tag {@link #insertedTag(int)} (VMVIR). */
    public boolean insertsTag(int pool) {
        return (registers.vmvir()[pool] & VMVIR_INSERT) != 0;
    }

    /** The tag control information that VMVIR holds for a pool. */
    public int insertedTag(int pool) {
        return registers.vmvir()[pool] & 0xFFFF;
    }

    /** Whether a pool's frames never get a tag, whatever their descriptors ask (VMVIR). */
    public boolean neverTags(int pool) {
        return (registers.vmvir()[pool] & VMVIR_NEVER) != 0;
    }

    /**
     * Whether the PF's driver is to be interrupted when a frame is dropped because it is spoofed (DTXCTL.SPOOF_INT).
     */
    public boolean signalsSpoofs() {
        return (registers.dtxctl() & DTXCTL_SPOOF_INT) != 0;
    }

    /**
     * Whether a frame is to be dropped because its source is not the pool's (anti-spoofing, DTXSWC).
     *
     * @param source the frame's source MAC address.
     * @param vlan   the frame's VLAN ID or {@link #UNTAGGED}.
     * @return 0 where it is not, else {@link SpoofReports#ADDRESS} or {@link SpoofReports#VLAN}.
     */
    public int spoofed(int pool, long source, int vlan) {
        final int bit = 1 << pool;
        if ((registers.dtxswc() & bit) == 0) {
            return 0;
        }
        if ((poolsOf(source) & bit) == 0) {
            return SpoofReports.ADDRESS;
        }
        return (registers.dtxswc() & (bit << POOLS)) != 0 && vlan != UNTAGGED && (vlanPools[vlan] & bit) == 0
            ? SpoofReports.VLAN : 0;
    }

    /**
     * Where a frame that a pool sends goes.
     *
     * @param destination the frame's destination MAC address.
     * @param vlan        the frame's VLAN ID or {@link #UNTAGGED}.
     */
    public int routeFromPool(int pool, long destination, int vlan) {
        if (!loopback) {
            return UPLINK;
        }
        final boolean group = (destination & GROUP_BIT) != 0;
        int pools;
        final boolean toWire;
        if (group && !replicate) {
            pools = defaultPool & receivers;
            toWire = true;
        } else {
            final int exact = poolsOf(destination) & receivers;
            pools = select(destination, group, exact);
            toWire = group || exact == 0;
        }
        pools &= vlanMembers(vlan);
        if ((registers.dtxswc() >>> 16 & (1 << pool)) == 0) {
            pools &= ~(1 << pool);
        }
        return toWire ? pools | UPLINK : pools;
    }

    /** Which pools get a frame from the wire; the arguments as in {@link #routeFromPool}. */
    public int routeFromUplink(long destination, int vlan) {
        if (!vmdq) {
            return isAccepted(destination, vlan) ? WHOLE_PORT : 0;
        }
        final boolean group = (destination & GROUP_BIT) != 0;
        if (group && !replicate) {
            return defaultPool & receivers & vlanMembers(vlan);
        }
        final int pools = select(destination, group, poolsOf(destination) & receivers) & vlanMembers(vlan);
        return pools == 0 && !group ? defaultPool & receivers : pools;
    }

    /**
     * Whether a frame is longer than a pool may receive (VMOLR.LPE and RLPML; without LPE 1,518 bytes and the tag).
     *
     * @param length bytes on the wire without the CRC.
     */
    public boolean isOversize(int pool, int length, boolean tagged) {
        final int limit = maxFrame[pool] != 0 ? maxFrame[pool] : tagged ? 1522 : 1518;
        return length + CRC_LENGTH > limit;
    }

    /** Whether a pool gets its frames without their VLAN tag (VMOLR.STRVLAN). */
    public boolean stripsVlan(int pool) {
        return (stripVlan & (1 << pool)) != 0;
    }

    /** The receive filters without VMDq: VFTA, then any of RAR, UTA, BAM, MTA, MPE and UPE. */
    private boolean isAccepted(long destination, int vlan) {
        final int rctl = registers.rctl();
        if ((rctl & RCTL_EN) == 0 || (filterVlans && vlan != UNTAGGED && !isInVlanTable(vlan))) {
            return false;
        }
        if (poolsOf(destination) != 0) {
            return true;
        }
        if ((destination & GROUP_BIT) == 0) {
            return (rctl & RCTL_UPE) != 0 || isInTable(registers.uta(), destination);
        }
        return (rctl & RCTL_MPE) != 0 || (destination == BROADCAST && (rctl & RCTL_BAM) != 0)
            || (destination != BROADCAST && isInTable(registers.mta(), destination));
    }

    private boolean isInVlanTable(int vlan) {
        return (registers.vfta()[vlan >>> 5] & (1 << (vlan & 31))) != 0;
    }

    private int select(long destination, boolean group, int exact) {
        int pools = exact;
        if (destination == BROADCAST) {
            return pools | acceptBroadcast;
        }
        if (pools == 0) {
            if (!group && isInTable(registers.uta(), destination)) {
                pools = acceptUnicastTable;
            } else if (group && isInTable(registers.mta(), destination)) {
                pools = acceptMulticastTable;
            }
        }
        return group ? pools | acceptAllMulticast : pools;
    }

    private int vlanMembers(int vlan) {
        if (!filterVlans) {
            return ALL_POOLS;
        }
        if (vlan == UNTAGGED) {
            return acceptUntagged;
        }
        return isInVlanTable(vlan) ? vlanPools[vlan] & ALL_POOLS : 0;
    }

    /** The 12-bit hash of the last two address bytes, shifted as RCTL.MO says (82576, MTA). */
    private boolean isInTable(int[] table, long address) {
        final int offset = (registers.rctl() >>> 12) & 3;
        final int shift = offset == 3 ? 8 : 4 + offset;
        final int fifth = (int)(address >>> 8) & 0xFF;
        final int sixth = (int)address & 0xFF;
        final int hash = ((fifth >>> (8 - shift)) | (sixth << shift)) & 0xFFF;
        return (table[hash >>> 5] & (1 << (hash & 31))) != 0;
    }

    private int sendingPools() {
        if ((registers.tctl() & TCTL_EN) == 0) {
            return 0;
        }
        int pools = 0;
        for (int pool = 0; pool < POOLS; pool++) {
            final int bit = 1 << pool;
            final boolean up = isVf(pool) ? (registers.vfLinks() & bit) != 0 : registers.linkUp();
            if (up && (!vmdq || (registers.vfte() & bit) != 0)) {
                pools |= bit;
            }
        }
        return pools;
    }

    private int poolsWith(int vmolrBit) {
        int pools = 0;
        for (int pool = 0; pool < POOLS; pool++) {
            if ((registers.vmolr()[pool] & vmolrBit) != 0) {
                pools |= 1 << pool;
            }
        }
        return pools & registers.vfre();
    }

    private int poolsOf(long address) {
        int slot = slotOf(address);
        while (addressPools[slot] != 0) {
            if (addresses[slot] == address) {
                return addressPools[slot] & ALL_POOLS;
            }
            slot = (slot + 1) & (SLOTS - 1);
        }
        return 0;
    }

    private void addAddress(long address, int pools) {
        if (pools == 0) {
            return;
        }
        int slot = slotOf(address);
        while (addressPools[slot] != 0 && addresses[slot] != address) {
            slot = (slot + 1) & (SLOTS - 1);
        }
        addresses[slot] = address;
        addressPools[slot] |= (byte)pools;
    }

    private static int slotOf(long address) {
        return (int)((address * 0x9E3779B97F4A7C15L) >>> 58);
    }
}
