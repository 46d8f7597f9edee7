package io.vfnic.load;

import java.nio.ByteOrder;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.MessageHeader;
import io.vfnic.protocol.region.RegionIndex;
import io.vfnic.testkit.client.MappedRegion;
import io.vfnic.testkit.client.VfioUserClient;
import org.agrona.concurrent.UnsafeBuffer;

/** A register that is written often: a doorbell. */
abstract class Tail {
    /** Writes the register, after everything that was written to memory before. */
    abstract void write(int value);

    /** In the memory that the server lets map if it does, else by messages without a reply, as QEMU posts them. */
    static Tail of(VfioUserClient client, MappedRegion mapped, int register) {
        return mapped != null && mapped.contains(register) ? new Mapped(mapped, register)
            : new Posted(client, register);
    }

    private static final class Mapped extends Tail {
        private final UnsafeBuffer memory;

        Mapped(MappedRegion mapped, int register) {
            memory = new UnsafeBuffer(mapped.address(register), Integer.BYTES);
        }

        @Override
        void write(int value) {
            memory.putIntRelease(0, value);
        }
    }

    private static final class Posted extends Tail {
        private final VfioUserClient client;
        private final byte[] message;
        private final UnsafeBuffer buffer;

        Posted(VfioUserClient client, int register) {
            this.client = client;
            message = VfioUserClient.encode(client.newId(), Command.REGION_WRITE.number(), MessageHeader.NO_REPLY,
                VfioUserClient.writePayload(RegionIndex.BAR0, register, new byte[Integer.BYTES]));
            buffer = new UnsafeBuffer(message);
        }

        @Override
        void write(int value) {
            buffer.putInt(message.length - Integer.BYTES, value, ByteOrder.LITTLE_ENDIAN);
            client.exchange().send(message);
        }
    }
}
