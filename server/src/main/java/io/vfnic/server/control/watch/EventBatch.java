package io.vfnic.server.control.watch;

import io.vfnic.device.decode.MessageDecoder;
import io.vfnic.device.pf.MacAddress;
import io.vfnic.device.watch.Watch;
import io.vfnic.device.watch.WatchRecord;
import io.vfnic.protocol.control.v1.Event;
import io.vfnic.protocol.control.v1.EventKind;
import io.vfnic.protocol.control.v1.Events;
import io.vfnic.protocol.control.v1.Response;

/** Events, in words. */
final class EventBatch implements RecordBatch {
    private static final int SIZE = 200;
    private static final int ADDRESS_SHIFT = 8;
    private static final int CAUSE_VLAN = 2;

    private final WallClock clock;
    private Events.Builder events = Events.newBuilder();

    EventBatch(WallClock clock) {
        this.clock = clock;
    }

    @Override
    public void add(WatchRecord record) {
        Event.Builder event = Event.newBuilder().setTimeNs(clock.date(record.time()))
            .setFunction(Watch.nameOf(record.function()));
        describe(record, event);
        events.addEvents(event);
    }

    @Override
    public int size() {
        return events.getEventsCount() * SIZE;
    }

    @Override
    public Response.Builder take(long lost) {
        Response.Builder response = Response.newBuilder().setEvents(events.setLost(lost));
        events = Events.newBuilder();
        return response;
    }

    private static void describe(WatchRecord record, Event.Builder event) {
        switch (record.event()) {
            case CONNECTED -> client(record, event, EventKind.EVENT_KIND_CONNECTED, "connected");
            case DISCONNECTED -> client(record, event, EventKind.EVENT_KIND_DISCONNECTED, "disconnected");
            case FUNCTION_LEVEL_RESET -> event.setKind(EventKind.EVENT_KIND_FUNCTION_LEVEL_RESET)
                .setText("reset by its guest (function level reset)");
            case DEVICE_RESET -> event.setKind(EventKind.EVENT_KIND_DEVICE_RESET).setText("reset by its client");
            case SOFTWARE_RESET -> event.setKind(EventKind.EVENT_KIND_SOFTWARE_RESET).setText("reset by its driver");
            case RESET_BY_PF -> event.setKind(EventKind.EVENT_KIND_RESET_BY_PF).setText("reset by the PF's driver");
            case LINK_UP -> event.setKind(EventKind.EVENT_KIND_LINK_UP).setText(link(record, "up"));
            case LINK_DOWN -> event.setKind(EventKind.EVENT_KIND_LINK_DOWN).setText(link(record, "down"));
            case VFS_ENABLED -> event.setKind(EventKind.EVENT_KIND_VFS_ENABLED).setVfs((int)record.first())
                .setVfsBefore((int)record.second())
                .setText("VFs enabled: " + record.first() + ", before that " + record.second());
            case POLICY_CHANGED ->
                event.setKind(EventKind.EVENT_KIND_POLICY_CHANGED).setText("policy: " + record.text());
            case MAILBOX_REFUSED -> {
                String message = MessageDecoder.decode(true, (int)record.first(), 0, 0).name();
                event.setKind(EventKind.EVENT_KIND_MAILBOX_REFUSED).setMessage(message)
                    .setText("the PF's driver refuses " + message);
            }
            case MAILBOX_REVOKED -> event.setKind(EventKind.EVENT_KIND_MAILBOX_REVOKED)
                .setText("the PF's driver tells the VF's to reset itself");
            case SPOOFED -> {
                String mac = new MacAddress(record.second() >>> ADDRESS_SHIFT).toString();
                event.setKind(EventKind.EVENT_KIND_SPOOFED).setFrames(record.first()).setMac(mac)
                    .setText("spoofed frames dropped: " + record.first() + ", the last one from " + mac +
                        ((record.second() & CAUSE_VLAN) != 0 ? " in a VLAN that is not its" : ", which is not its"));
            }
            case STALLED -> event.setKind(EventKind.EVENT_KIND_STALLED).setFrames(record.first())
                .setQueue((int)record.second())
                .setText("no free descriptor in receive queue " + record.second() + ", frames dropped: " +
                    record.first());
            case MISPLACED -> event.setKind(EventKind.EVENT_KIND_MISPLACED).setText(
                "the PF's guest expects it at 0x%x and it is at 0x%x".formatted(record.first(), record.second()));
            case FAILED -> event.setKind(EventKind.EVENT_KIND_FAILED).setText("gives its client up: " + record.text());
        }
    }

    private static void client(WatchRecord record, Event.Builder event, EventKind kind, String what) {
        event.setKind(kind).setPid((int)record.first()).setProcess(record.text())
            .setText("client " + what +
                (record.first() == 0 ? "" : ": " + (record.text().isEmpty() ? "" : record.text() +
                ", ") + "pid " + record.first()));
    }

    private static String link(WatchRecord record, String state) {
        return (record.function() == Watch.PF ? "the port's link is " : "it is shown a link that is ") + state;
    }
}
