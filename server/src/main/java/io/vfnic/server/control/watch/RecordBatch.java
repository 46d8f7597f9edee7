package io.vfnic.server.control.watch;

import io.vfnic.device.watch.WatchRecord;
import io.vfnic.protocol.control.v1.Response;

/** Gathers records into one response. One thread's. */
interface RecordBatch {
    /** Adds a record; it is valid during the call only. */
    void add(WatchRecord record);

    /** About how many bytes have been added. */
    int size();

    /**
     * Makes the response, and begins a new one.
     *
     * @param lost records that were lost before those in it.
     */
    Response.Builder take(long lost);
}
