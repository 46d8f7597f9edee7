package io.vfnic.conformance;

import java.util.List;

import io.vfnic.device.engine.IdleMode;
import io.vfnic.server.Doorbell;
import io.vfnic.server.ServerOptions;

/** {@link ResetTest} on a card that sleeps nowhere: its sessions poll, its agent polls, its tails are mapped. */
class ResetWithPollingTest extends ResetTest {
    @Override
    IdleMode idleMode() {
        return IdleMode.YIELD;
    }

    @Override
    ServerOptions options() {
        return new ServerOptions(Doorbell.MMAP, 1, List.of());
    }
}
