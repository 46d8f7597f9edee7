package io.vfnic.device;

import io.vfnic.device.admin.CardAdmin;
import io.vfnic.device.admin.CardSnapshot;
import io.vfnic.device.admin.FdbEntry;
import io.vfnic.device.admin.FunctionActivity;
import io.vfnic.device.admin.FunctionCounters;
import io.vfnic.device.engine.AgentLoad;
import java.util.List;

/** What an operator asks of a card. */
final class CardOperator implements CardAdmin {
    private final CardInspector inspector;

    CardOperator(CardInspector inspector) {
        this.inspector = inspector;
    }

    @Override
    public CardSnapshot snapshot() {
        return inspector.snapshot();
    }

    @Override
    public List<FunctionCounters> counters() {
        return inspector.counters();
    }

    @Override
    public List<FunctionActivity> activity() {
        return inspector.activity();
    }

    @Override
    public List<AgentLoad> agentLoads() {
        return inspector.agentLoads();
    }

    @Override
    public List<FdbEntry> forwarding() {
        return inspector.forwarding();
    }
}
