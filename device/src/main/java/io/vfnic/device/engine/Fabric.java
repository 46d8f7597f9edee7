package io.vfnic.device.engine;

import io.vfnic.device.vswitch.SpoofReports;
import io.vfnic.device.vswitch.SwitchRegisters;
import io.vfnic.device.vswitch.SwitchTable;

/**
 * What all agents share: the switch's table, the pools, who has which queue and the uplink, and the reports to the PF's
 * driver.
 */
final class Fabric {
    /** The PF's place among the functions, behind the VFs'. */
    static final int PF = 8;
    /** Functions of a card at the most. */
    static final int FUNCTIONS = PF + 1;

    private final PoolEngine[] pools = new PoolEngine[FUNCTIONS];
    private final QueueClaims claims = new QueueClaims();
    private final SpoofReports spoofReports = new SpoofReports();
    private volatile SwitchTable table;
    private EngineAgent uplinkOwner;

    Fabric(SwitchRegisters initial) {
        table = new SwitchTable(initial);
    }

    /** Publishes a new table; agents take it up at their next duty cycle. */
    void publish(SwitchRegisters registers) {
        table = new SwitchTable(registers);
    }

    SwitchTable table() {
        return table;
    }

    QueueClaims claims() {
        return claims;
    }

    SpoofReports spoofReports() {
        return spoofReports;
    }

    /** Whose the uplink is, said before the agents start; null where the card has none. */
    EngineAgent uplinkOwner() {
        return uplinkOwner;
    }

    boolean hasUplink() {
        return uplinkOwner != null;
    }

    void uplinkOwner(EngineAgent agent) {
        uplinkOwner = agent;
    }

    void add(PoolEngine pool) {
        pools[pool.index()] = pool;
    }

    /** A function's pool, VFs first, or null where there is no such function. */
    PoolEngine pool(int index) {
        return pools[index];
    }
}
