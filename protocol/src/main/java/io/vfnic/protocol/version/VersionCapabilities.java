package io.vfnic.protocol.version;

import java.util.Optional;

import com.google.gson.JsonObject;

/**
 * The capabilities of one end (specification, section "VFIO_USER_VERSION"). Immutable.
 *
 * @param maxMessageFds   most file descriptors the sender receives in one message, 0 to 1024.
 * @param maxDataTransfer largest {@code count} of a data transfer to the sender, in bytes, at least 1.
 * @param maxDmaMaps      most DMA ranges valid at a time.
 * @param pageSizes       page sizes supported in DMA ranges, a mask of powers of two of 4096 and more.
 * @param writeMultiple   whether REGION_WRITE_MULTI is supported.
 * @param twinSocket      server-to-client commands on a second socket.
 * @param migration       parameters of dirty tracking, if the sender gave them.
 */
public record VersionCapabilities(
    int maxMessageFds,
    long maxDataTransfer,
    long maxDmaMaps,
    long pageSizes,
    boolean writeMultiple,
    TwinSocket twinSocket,
    Optional<MigrationCapability> migration) {
    /** What the specification says holds where a capability is absent. */
    public static final VersionCapabilities DEFAULT = new VersionCapabilities(
        1, 1 << 20, 65535, 4096, false, TwinSocket.UNSUPPORTED, Optional.empty());

    /**
     * Parses the JSON of a VERSION message. Unknown names are ignored, as the protocol grows by adding names; a name
     * that is known must have the right type and range.
     *
     * @throws VersionFormatException with the reason, if the JSON is malformed or a value is unacceptable.
     */
    public static VersionCapabilities parse(String json) throws VersionFormatException {
        return VersionJsonReader.read(json);
    }

    /** The JSON for a VERSION message, without white space and without capabilities that say "no". */
    public String toJson() {
        JsonObject capabilities = new JsonObject();
        capabilities.addProperty("max_msg_fds", maxMessageFds);
        capabilities.addProperty("max_data_xfer_size", maxDataTransfer);
        capabilities.addProperty("max_dma_maps", maxDmaMaps);
        capabilities.addProperty("pgsizes", pageSizes);
        if (writeMultiple) {
            capabilities.addProperty("write_multiple", true);
        }
        if (twinSocket.supported()) {
            JsonObject twin = new JsonObject();
            twin.addProperty("supported", true);
            if (twinSocket.fdIndex() != TwinSocket.NO_FD) {
                twin.addProperty("fd_index", twinSocket.fdIndex());
            }
            capabilities.add("twin_socket", twin);
        }
        migration.ifPresent(values -> {
            JsonObject inner = new JsonObject();
            inner.addProperty("pgsize", values.pageSize());
            inner.addProperty("max_bitmap_size", values.maxBitmapSize());
            capabilities.add("migration", inner);
        });
        JsonObject root = new JsonObject();
        root.add("capabilities", capabilities);
        return root.toString();
    }

    /**
     * What a server that has these capabilities may answer to a client's: "the capability list must be a subset of
     * those proposed". The server's own limits stay as they are, since they tell the client what the server receives;
     * yes-or-no capabilities hold only if both have them. Migration is never agreed on here: it is a device feature.
     */
    public VersionCapabilities answerTo(VersionCapabilities client) {
        return new VersionCapabilities(
            maxMessageFds,
            maxDataTransfer,
            Math.min(maxDmaMaps, client.maxDmaMaps),
            pageSizes,
            writeMultiple && client.writeMultiple,
            twinSocket.supported() && client.twinSocket.supported() ? twinSocket : TwinSocket.UNSUPPORTED,
            Optional.empty());
    }
}
