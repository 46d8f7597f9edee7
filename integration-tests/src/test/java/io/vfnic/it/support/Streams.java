package io.vfnic.it.support;

/** Many TCP streams at once, so that a card has flows to spread over queues. */
public final class Streams {
    /** So many that a hash of their ports leaves out none of four queues: the chance is one in a hundred thousand. */
    public static final int MANY = 24;

    private Streams() {
    }

    /** Sends {@code bytes} in all over that many streams, and insists that the receiver has them. */
    public static void send(GuestNic from, GuestNic to, String target, int streams, int bytes) {
        Iperf.run(from, to, target, "-P " + streams + " -n " + bytes);
    }

    /** Sends datagrams of {@code streams} ports at about 100 a second each for two seconds, however many arrive. */
    public static void sendDatagrams(GuestNic from, GuestNic to, String target, int streams) {
        Iperf.run(from, to, target, "-u -P " + streams + " -l 500 -b 400k -t 2");
    }
}
