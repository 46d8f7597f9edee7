package io.vfnic.device.spi;

import java.util.List;

/** Hears what the user of the card ought to know. Called by any session's event loop: must not block or throw. */
public interface CardListener {
    /** Hears nothing. */
    CardListener NONE = vfs -> { };

    /**
     * The PF's guest has enabled VFs and takes these to be where they are not: what it writes to their registers goes
     * astray.
     */
    void vfsMisplaced(List<MisplacedVf> vfs);
}
