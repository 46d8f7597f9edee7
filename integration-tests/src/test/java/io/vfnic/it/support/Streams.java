package io.vfnic.it.support;

/** Many TCP streams at once, so that a card has flows to spread over queues. */
public final class Streams {
    /** So many that a hash of their ports leaves out none of four queues: the chance is one in a hundred thousand. */
    public static final int MANY = 24;

    private static final int PORT = 5201;

    private Streams() {
    }

    /** Sends {@code bytes} in all over that many streams, and insists that the receiver has them. */
    public static void send(GuestNic from, GuestNic to, String target, int streams, int bytes) {
        serve(to);
        from.check("iperf3 -c " + target + " -P " + streams + " -n " + bytes);
    }

    /** Sends datagrams of {@code streams} ports at about 100 a second each for two seconds, however many arrive. */
    public static void sendDatagrams(GuestNic from, GuestNic to, String target, int streams) {
        serve(to);
        from.check("iperf3 -u -c " + target + " -P " + streams + " -l 500 -b 400k -t 2");
    }

    private static void serve(GuestNic to) {
        to.start("iperf3 -s -1");
        GuestNic.await(to.guest(), to.inItsNamespace("ss -Hltn sport = :" + PORT) + " | grep -q LISTEN");
    }
}
