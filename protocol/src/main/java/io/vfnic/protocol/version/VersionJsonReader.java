package io.vfnic.protocol.version;

import java.io.IOException;
import java.io.StringReader;
import java.util.Optional;
import java.util.regex.Pattern;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import io.vfnic.protocol.ProtocolLimits;

/** Reads the JSON of a VERSION message strictly: the peer is not trusted. */
final class VersionJsonReader {
    /** Up to 18 digits always fit a long; nothing in the protocol needs more. */
    private static final Pattern INTEGER = Pattern.compile("-?\\d{1,18}");
    private static final long SMALLEST_PAGE = 4096;

    private VersionJsonReader() {
    }

    static VersionCapabilities read(String json) throws VersionFormatException {
        VersionCapabilities absent = VersionCapabilities.DEFAULT;
        JsonObject capabilities = object(document(json), "capabilities");
        if (capabilities == null) {
            return absent;
        }
        long maxFds =
            integer(capabilities, "max_msg_fds", absent.maxMessageFds(), 0, ProtocolLimits.MAX_MESSAGE_FDS);
        long maxTransfer =
            integer(capabilities, "max_data_xfer_size", absent.maxDataTransfer(), 1, Long.MAX_VALUE);
        long maxMaps = integer(capabilities, "max_dma_maps", absent.maxDmaMaps(), 0, Long.MAX_VALUE);
        long pageSizes =
            integer(capabilities, "pgsizes", absent.pageSizes(), SMALLEST_PAGE, Long.MAX_VALUE);
        if ((pageSizes & (SMALLEST_PAGE - 1)) != 0) {
            throw new VersionFormatException("pgsizes " + pageSizes + " has a page size below 4096");
        }
        return new VersionCapabilities(
            (int)maxFds,
            maxTransfer,
            maxMaps,
            pageSizes,
            bool(capabilities, "write_multiple"),
            twinSocket(object(capabilities, "twin_socket")),
            migration(object(capabilities, "migration")));
    }

    private static JsonObject document(String json) throws VersionFormatException {
        JsonReader reader = new JsonReader(new StringReader(json));
        reader.setStrictness(Strictness.STRICT);
        try {
            JsonElement root = JsonParser.parseReader(reader);
            reader.peek(); // throws if anything but white space follows
            if (!root.isJsonObject()) {
                throw new VersionFormatException("version data is not a JSON object");
            }
            return root.getAsJsonObject();
        } catch (JsonParseException | IOException malformed) {
            throw new VersionFormatException("version data is not valid JSON", malformed);
        }
    }

    private static TwinSocket twinSocket(JsonObject twin) throws VersionFormatException {
        if (twin == null) {
            return TwinSocket.UNSUPPORTED;
        }
        long index =
            integer(twin, "fd_index", TwinSocket.NO_FD, 0, ProtocolLimits.MAX_MESSAGE_FDS - 1);
        return new TwinSocket(bool(twin, "supported"), (int)index);
    }

    private static Optional<MigrationCapability> migration(JsonObject migration) throws VersionFormatException {
        if (migration == null) {
            return Optional.empty();
        }
        long pageSize = integer(
            migration, "pgsize", MigrationCapability.DEFAULT_PAGE_SIZE, SMALLEST_PAGE, Long.MAX_VALUE);
        if (Long.bitCount(pageSize) != 1) {
            throw new VersionFormatException("migration.pgsize " + pageSize + " is not a power of two");
        }
        long maxBitmapSize = integer(
            migration, "max_bitmap_size", MigrationCapability.DEFAULT_MAX_BITMAP_SIZE, 0, Long.MAX_VALUE);
        return Optional.of(new MigrationCapability(pageSize, maxBitmapSize));
    }

    private static JsonObject object(JsonObject parent, String name) throws VersionFormatException {
        JsonElement element = parent.get(name);
        if (element == null) {
            return null;
        }
        if (!element.isJsonObject()) {
            throw new VersionFormatException(name + " is not an object");
        }
        return element.getAsJsonObject();
    }

    private static boolean bool(JsonObject parent, String name) throws VersionFormatException {
        JsonElement element = parent.get(name);
        if (element == null) {
            return false;
        }
        if (!(element instanceof JsonPrimitive primitive) || !primitive.isBoolean()) {
            throw new VersionFormatException(name + " is not true or false");
        }
        return primitive.getAsBoolean();
    }

    private static long integer(
        JsonObject parent, String name, long absent, long least, long most)
        throws VersionFormatException {
        JsonElement element = parent.get(name);
        if (element == null) {
            return absent;
        }
        if (!(element instanceof JsonPrimitive primitive) || !primitive.isNumber() ||
            !INTEGER.matcher(primitive.getAsString()).matches()) {
            throw new VersionFormatException(name + " is not an integer");
        }
        long value = primitive.getAsLong();
        if (value < least || value > most) {
            throw new VersionFormatException(name + " is out of range: " + value);
        }
        return value;
    }
}
