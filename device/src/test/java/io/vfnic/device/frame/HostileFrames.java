package io.vfnic.device.frame;

import java.util.Arrays;
import java.util.Random;

/** Frames that look right enough to get deep into a parser, with random damage. */
final class HostileFrames {
    private static final int[] IPV6_NEXT = {0, 6, 17, 43, 44, 50, 51, 58, 59, 60, 132, 255};

    private HostileFrames() {
    }

    static byte[] next(Random random) {
        byte[] data = Seed.bytes(random, random.nextInt(120));
        byte[] l4 = switch (random.nextInt(3)) {
            case 0 -> Packets.tcp(random.nextInt(256), new byte[4 * random.nextInt(11)]);
            case 1 -> Packets.udp(data.length);
            default -> Packets.sctp();
        };
        int protocol = IPV6_NEXT[random.nextInt(IPV6_NEXT.length)];
        int[] tags = new int[random.nextInt(4)];
        Arrays.fill(tags, 0x8100_0001);
        byte[] frame;
        if (random.nextBoolean()) {
            byte[] ip = Packets.ipv4(protocol, l4.length + data.length, random.nextInt(4) == 0 ? 0x2000 : 0,
                    new byte[4 * random.nextInt(11)]);
            frame = Packets.join(Packets.ethernet(0x0800, tags), ip, l4, data);
        } else {
            byte[] chain = new byte[0];
            for (int i = random.nextInt(5); i > 0; i--) {
                int next = IPV6_NEXT[random.nextInt(IPV6_NEXT.length)];
                chain = Packets.join(chain, Packets.extension(next, 1 + random.nextInt(3)));
            }
            byte[] ip = Packets.ipv6(protocol, chain.length + l4.length + data.length);
            frame = Packets.join(Packets.ethernet(0x86DD, tags), ip, chain, l4, data);
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            frame[12 + random.nextInt(Math.min(80, frame.length - 12))] = (byte) random.nextInt(256);
        }
        return Arrays.copyOf(frame, random.nextInt(3) == 0 ? random.nextInt(frame.length) : frame.length);
    }
}
