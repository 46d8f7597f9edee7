package io.vfnic.server.control.watch;

import io.vfnic.device.decode.DecodedRegister;
import io.vfnic.device.decode.DescriptorDecoder;
import io.vfnic.device.decode.DescriptorDecoder.DecodedDescriptor;
import io.vfnic.device.decode.MessageDecoder;
import io.vfnic.device.decode.MessageDecoder.DecodedMessage;
import io.vfnic.device.decode.RegisterDecoder;
import io.vfnic.device.watch.Watch;
import io.vfnic.device.watch.WatchRecord;
import io.vfnic.protocol.control.v1.DescriptorAccess;
import io.vfnic.protocol.control.v1.Interrupt;
import io.vfnic.protocol.control.v1.MailboxMessage;
import io.vfnic.protocol.control.v1.QueueKind;
import io.vfnic.protocol.control.v1.RegisterAccess;
import io.vfnic.protocol.control.v1.Response;
import io.vfnic.protocol.control.v1.Trace;
import io.vfnic.protocol.control.v1.TraceEntry;
import java.util.stream.IntStream;

/** Register accesses, messages, descriptors and interrupts, decoded. */
final class TraceBatch implements RecordBatch {
    private static final int SIZE = 300;
    private static final int MAILBOX_DWORDS = 16;

    private final WallClock clock;
    private final RegisterDecoder registers = new RegisterDecoder();
    private Trace.Builder trace = Trace.newBuilder();

    TraceBatch(WallClock clock) {
        this.clock = clock;
    }

    @Override
    public void add(WatchRecord record) {
        TraceEntry.Builder entry = TraceEntry.newBuilder().setTimeNs(clock.date(record.time()))
            .setFunction(Watch.nameOf(record.function()));
        switch (record.kind()) {
            case REGISTER -> entry.setRegister(register(record));
            case MAILBOX -> entry.setMailbox(message(record));
            case DESCRIPTOR -> entry.setRingDescriptor(descriptor(record));
            case INTERRUPT -> entry.setInterrupt(interrupt(record));
            default -> throw new IllegalArgumentException("a trace has no " + record.kind());
        }
        trace.addEntries(entry);
    }

    @Override
    public int size() {
        return trace.getEntriesCount() * SIZE;
    }

    @Override
    public Response.Builder take(long lost) {
        Response.Builder response = Response.newBuilder().setTrace(trace.setLost(lost));
        trace = Trace.newBuilder();
        return response;
    }

    private RegisterAccess.Builder register(WatchRecord record) {
        DecodedRegister register = registers.decode(record.function(), record.offset(), record.value());
        boolean taken = !record.is(WatchRecord.UNDECLARED);
        RegisterAccess.Builder access = RegisterAccess.newBuilder().setWrite(record.is(WatchRecord.WRITE))
            .setBlock(taken ? register.block() : RegisterDecoder.UNDECLARED).setOffset(record.offset())
            .setValue(record.value());
        return taken ? access.setName(register.name()).putAllFields(Fields.of(register.fields())) : access;
    }

    private static MailboxMessage.Builder message(WatchRecord record) {
        boolean fromPf = record.is(WatchRecord.FROM_PF);
        MailboxMessage.Builder message = MailboxMessage.newBuilder().setFromPf(fromPf);
        if (record.is(WatchRecord.ACKNOWLEDGED)) {
            return message.setRead(true);
        }
        DecodedMessage decoded = MessageDecoder.decode(
            fromPf, IntStream.range(0, MAILBOX_DWORDS).map(record::word).toArray());
        return message.setName(decoded.name()).addAllFlags(decoded.flags()).setDetail(decoded.detail())
            .addAllWords(decoded.words());
    }

    private static DescriptorAccess.Builder descriptor(WatchRecord record) {
        boolean transmit = record.is(WatchRecord.TRANSMIT);
        boolean writtenBack = record.is(WatchRecord.WRITTEN_BACK);
        DecodedDescriptor decoded = transmit ? DescriptorDecoder.transmit(record.low(), record.high())
            : DescriptorDecoder.receive(writtenBack, record.is(WatchRecord.LEGACY), record.low(), record.high());
        return DescriptorAccess.newBuilder()
            .setKind(transmit ? QueueKind.QUEUE_KIND_TX : QueueKind.QUEUE_KIND_RX).setQueue(record.queue())
            .setIndex(record.descriptor()).setWrittenBack(writtenBack).setFormat(decoded.format())
            .putAllFields(Fields.of(decoded.fields()));
    }

    private static Interrupt.Builder interrupt(WatchRecord record) {
        Interrupt.Builder interrupt = Interrupt.newBuilder();
        return record.vector() == WatchRecord.LEGACY_VECTOR ? interrupt : interrupt.setVector(record.vector());
    }
}
