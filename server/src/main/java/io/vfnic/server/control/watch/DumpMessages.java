package io.vfnic.server.control.watch;

import io.vfnic.device.decode.DecodedRegister;
import io.vfnic.device.decode.DescriptorDecoder;
import io.vfnic.device.decode.DescriptorDecoder.DecodedDescriptor;
import io.vfnic.device.decode.FunctionDump;
import io.vfnic.device.ring.RingContents;
import io.vfnic.protocol.control.v1.DescriptorState;
import io.vfnic.protocol.control.v1.Dump;
import io.vfnic.protocol.control.v1.DumpedDescriptor;
import io.vfnic.protocol.control.v1.DumpedRegister;
import io.vfnic.protocol.control.v1.DumpedRing;
import io.vfnic.protocol.control.v1.QueueKind;

/** Dumps as messages. */
final class DumpMessages {
    private DumpMessages() {
    }

    static Dump of(FunctionDump dump) {
        return Dump.newBuilder().setFunction(dump.function())
            .addAllRegisters(dump.registers().stream().map(DumpMessages::register).toList())
            .addAllRings(dump.rings().stream().map(DumpMessages::ring).toList()).build();
    }

    private static DumpedRegister register(DecodedRegister register) {
        return DumpedRegister.newBuilder().setName(register.name()).setBlock(register.block())
            .setTitle(register.title()).setOffset(register.offset()).setValue(register.value())
            .putAllFields(Fields.of(register.fields())).build();
    }

    private static DumpedRing ring(RingContents ring) {
        return DumpedRing.newBuilder().setKind(ring.transmit() ? QueueKind.QUEUE_KIND_TX : QueueKind.QUEUE_KIND_RX)
            .setIndex(ring.queue()).setEnabled(ring.running()).setReachable(ring.reachable()).setBase(ring.address())
            .setLength(ring.entries()).setHead(ring.head()).setTail(ring.tail())
            .addAllDescriptors(ring.descriptors().stream().map(descriptor -> descriptor(ring, descriptor)).toList())
            .build();
    }

    private static DumpedDescriptor descriptor(RingContents ring, RingContents.Descriptor descriptor) {
        boolean done = descriptor.isDone(ring);
        DecodedDescriptor decoded = ring.transmit() ? DescriptorDecoder.transmit(descriptor.low(), descriptor.high())
            : DescriptorDecoder.receive(done, ring.legacy(), descriptor.low(), descriptor.high());
        return DumpedDescriptor.newBuilder().setIndex(descriptor.index())
            .setState(done ? DescriptorState.DESCRIPTOR_STATE_DONE
                : descriptor.isCards() ? DescriptorState.DESCRIPTOR_STATE_CARD
                : DescriptorState.DESCRIPTOR_STATE_DRIVER)
            .setFormat(decoded.format()).setLow(descriptor.low()).setHigh(descriptor.high())
            .putAllFields(Fields.of(decoded.fields())).build();
    }
}
