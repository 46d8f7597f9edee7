package io.vfnic.device.pci;

/** Hears of writes to a field of configuration space. Called on the session's thread, after the whole write is done. */
@FunctionalInterface
public interface ConfigWriteListener {
    /**
     * The field was written, in whole or in part.
     *
     * @param before  the field before the write, little-endian.
     * @param written the bits as they were on the bus; bytes of the field that the write did not touch are 0.
     * @param after   the field as it reads now.
     */
    void written(int before, int written, int after);
}
